"""The page of the map as people meet it: in a real browser, offline, by keyboard, on a phone, in the dark, on paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.report import write_steering_page
from tests.helpers.browser import chromium
from tests.helpers.steering_warehouse import SteeringWarehouse, large_steering, some_steering

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {"some": some_steering(), "large": large_steering(), "empty": SteeringWarehouse()}
    return {
        name: write_steering_page(trust.write(folder / f"{name}.duckdb"), folder / f"{name}.html", "Alder Vale Learning Trust")
        for name, trust in made.items()
    }


def opened(browser: "Browser", file: Path, **asked: Any) -> "Page":
    """The file as the browser shows it with the network off."""
    page = browser.new_context(**{"offline": True, "viewport": DESKTOP, **asked}).new_page()
    page.goto(file.as_uri())
    return page


def test_it_opens_offline_and_asks_no_host_for_anything(browser: "Browser", pages: dict[str, Path]) -> None:
    page = browser.new_context(offline=True).new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(pages["some"].as_uri())

    assert (requests, complaints) == ([pages["some"].as_uri()], [])


@pytest.mark.parametrize(
    ("name", "scheme", "size"),
    [("some", "light", DESKTOP), ("some", "dark", PHONE), ("empty", "dark", DESKTOP)],
    ids=["light", "dark on a phone", "empty"],
)
def test_axe_finds_nothing_to_complain_of(browser: "Browser", pages: dict[str, Path], name: str, scheme: str, size: dict[str, int]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, pages[name], color_scheme=scheme, viewport=size)
    page.evaluate(OPEN_ALL)

    found = Axe().run(page).response["violations"]

    assert [(each["impact"], each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []


def test_a_keyboard_is_enough(browser: "Browser", pages: dict[str, Path]) -> None:
    page = opened(browser, pages["some"])
    focused = "document.activeElement.id || document.activeElement.textContent.trim()"

    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Skip to the map"
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "main"
    page.get_by_role("link", name="Dale Academy").focus()
    page.keyboard.press("Enter")
    page.locator("#m-dale").get_by_text("Things of autonomy: 3 of 4.").wait_for(timeout=5_000)


def test_the_drawing_has_words_and_its_points_are_apart_on_the_screen(browser: "Browser", pages: dict[str, Path]) -> None:
    page = opened(browser, pages["large"])

    assert page.get_by_role("img").get_attribute("aria-label", timeout=1000)
    assert page.locator("svg .point").count() == 100
    boxes = page.evaluate("Array.from(document.querySelectorAll('svg .point'), each => each.getBoundingClientRect().toJSON())")
    centres = {(round(box["x"], 1), round(box["y"], 1)) for box in boxes}
    assert len(centres) == 100


def test_nothing_sticks_out_of_a_narrow_screen(browser: "Browser", pages: dict[str, Path]) -> None:
    page = opened(browser, pages["some"], viewport=PHONE)
    page.evaluate(OPEN_ALL)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_paper_the_map_and_its_table_fit_an_a4_page(browser: "Browser", pages: dict[str, Path]) -> None:
    page = opened(browser, pages["some"], viewport={"width": 688, "height": 1000})  # A4 less its margins, at 96 to the inch
    page.emulate_media(media="print")

    assert not page.get_by_role("button").is_visible()
    table = page.locator(".scores").bounding_box()
    assert table
    assert table["y"] + table["height"] < 1010
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    assert len(page.pdf(format="A4")) > 10_000
