"""The quality report as people meet it: in a real browser, offline, by keyboard, on a phone, in the dark, on paper, without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.report import write_report
from tests.helpers.browser import chromium
from tests.helpers.quality_warehouse import QualityWarehouse, large_trust, some_trust

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Size = dict[str, int]
DESKTOP: Size = {"width": 1280, "height": 900}
PHONE: Size = {"width": 360, "height": 740}
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


@dataclass(frozen=True)
class Opened:
    """A page and what happened while it was open."""

    page: "Page"
    requests: list[str]
    complaints: list[str]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    made = {"some": some_trust(), "large": large_trust(), "empty": QualityWarehouse()}
    return {
        name: write_report(trust.write(folder / f"{name}.duckdb"), folder / f"{name}.html", "Alder Vale Learning Trust")
        for name, trust in made.items()
    }


def opened(browser: "Browser", file: Path, **asked: Any) -> Opened:
    """The file as the browser shows it with the network off."""
    context = browser.new_context(**{"offline": True, "viewport": DESKTOP, **asked})
    found = Opened(context.new_page(), [], [])
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.on("console", lambda message: found.complaints.append(message.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(file.as_uri())
    return found


def focused(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


@pytest.mark.parametrize("name", ["some", "large", "empty"])
def test_it_opens_offline_and_asks_no_host_for_anything(browser: "Browser", reports: dict[str, Path], name: str) -> None:
    found = opened(browser, reports[name])

    assert found.requests == [reports[name].as_uri()]
    assert found.complaints == []
    assert found.page.locator("h1").is_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["some", "empty"])
def test_axe_finds_nothing_to_complain_of(browser: "Browser", reports: dict[str, Path], name: str, scheme: str, size: Size) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, reports[name], color_scheme=scheme, viewport=size).page
    page.evaluate(OPEN_ALL)

    found = Axe().run(page).response["violations"]

    assert [(each["impact"], each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []


def test_axe_would_find_what_is_wrong(browser: "Browser", reports: dict[str, Path]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, reports["some"]).page
    page.evaluate("document.querySelector('.waits').style.color = '#eee'")

    assert [each["id"] for each in Axe().run(page).response["violations"]] == ["color-contrast"]


def test_a_keyboard_is_enough(browser: "Browser", reports: dict[str, Path]) -> None:
    page = opened(browser, reports["some"]).page

    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the report"
    page.keyboard.press("Enter")
    assert focused(page) == "main"

    section = page.locator("#a-ashby-standardised")
    assert not section.is_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if focused(page).endswith("1 of 1 failed of Standardised at Ashby Academy"):
            break
    page.keyboard.press("Enter")
    page.locator("#a-ashby-standardised:focus").wait_for()
    assert section.get_by_text("To put right: 3 pupils").is_visible()

    page.locator("#a-birch > summary").focus()
    page.keyboard.press("Space")
    assert page.locator("#a-birch-timeliness").is_visible()


def test_the_colours_follow_the_system_until_somebody_chooses_and_the_choice_is_kept(browser: "Browser", reports: dict[str, Path]) -> None:
    page = opened(browser, reports["some"], color_scheme="dark").page
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.get_by_role("button", name="Light colours").press("Enter")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark
    page.reload()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light
    assert page.get_by_role("button", name="Dark colours").is_visible()


@pytest.mark.parametrize("name", ["some", "large", "empty"])
def test_nothing_sticks_out_of_a_narrow_screen(browser: "Browser", reports: dict[str, Path], name: str) -> None:
    page = opened(browser, reports[name], viewport=PHONE).page
    page.evaluate(OPEN_ALL)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    if name == "some":
        assert page.locator("td[data-principle=Timeliness]").first.is_visible()


def test_the_cells_are_a_table_for_a_screen_reader_on_a_phone_too(browser: "Browser", reports: dict[str, Path]) -> None:
    page = opened(browser, reports["some"], viewport=PHONE).page

    assert page.get_by_role("rowheader", name="Ashby Academy").count() >= 1
    assert page.get_by_role("cell", name="1 of 2 failed of Timeliness at Ashby Academy").count() == 1
    assert page.get_by_role("img", name="Failed checks: 2 checks failed tonight").count() == 0  # folded away with its academy
    assert page.get_by_role("img", name="Timeliness: 2 checks failed tonight, 1 in the run before.").count() == 1


def test_few_academies_can_be_picked_out_of_many(browser: "Browser", reports: dict[str, Path]) -> None:
    page = opened(browser, reports["large"]).page
    rows = page.locator(".matrix tbody tr")

    page.get_by_label("Find an academy").fill("place 04")
    assert rows.locator("visible=true").count() == 10
    assert page.get_by_role("status").inner_text() == "10 shown"

    page = opened(browser, reports["some"]).page
    page.get_by_label("Only academies with something to do").check()
    assert page.locator(".matrix tbody tr:visible").count() == 2


def test_without_javascript_everything_can_be_read(browser: "Browser", reports: dict[str, Path]) -> None:
    page = opened(browser, reports["some"], java_script_enabled=False).page

    assert page.locator("button:visible").count() == 0
    page.locator("#a-ashby > summary").click()
    assert page.get_by_text("A unique pupil number whose form or check letter is wrong.").is_visible()


def test_on_paper_there_is_what_failed_and_nothing_to_click(browser: "Browser", reports: dict[str, Path]) -> None:
    page = opened(browser, reports["some"]).page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert not page.locator("nav").is_visible()
    assert page.get_by_text("To put right: 12 pupils, 240 rows").is_visible()
    assert not page.locator("#a-cedar .principle").first.is_visible()
    assert len(page.pdf()) > 10_000


def test_a_hundred_academies_open_quickly_in_a_small_file(browser: "Browser", reports: dict[str, Path]) -> None:
    assert reports["large"].stat().st_size < 3_000_000
    page = opened(browser, reports["large"]).page

    assert page.locator(".matrix tbody tr").count() == 100
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 5_000
