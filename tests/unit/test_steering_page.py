"""What the page of the map says, word for word, of six academies by hand; where it draws them; and what it must never say."""

import re
import stat
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pipelines.report import write_steering_page
from pipelines.report.steering_figures import read_steering
from pipelines.report.steering_map import LEFT, SIDE_X, SIDE_Y, TOP, Placed, draw
from pipelines.report.steering_page import QUADRANTS, SteeringPage, build_steering_page, short_names
from tests.helpers.steering_warehouse import SteeringWarehouse, large_steering, some_steering

TRUST = "Alder Vale Learning Trust"
MIDDLE_X, MIDDLE_Y = LEFT + SIDE_X / 2, TOP + SIDE_Y / 2


def page_of(trust: SteeringWarehouse, folder: Path) -> SteeringPage:
    return build_steering_page(read_steering(trust.write(folder / "matlas.duckdb")), TRUST)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> SteeringPage:
    return page_of(some_steering(), tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("html")
    return write_steering_page(some_steering().write(folder / "matlas.duckdb"), folder / "steering.html", TRUST).read_text(encoding="utf-8")


def test_the_first_lines_say_who_stands_where_and_what_is_open(page: SteeringPage) -> None:
    assert (page.trust, page.night, page.run_id) == (TRUST, "13 March 2026", "run-0")
    assert page.stands == "2 of 6 academies work with what the trust shares and decide much themselves."
    assert page.elsewhere == (
        "The others: 1 authoritative (much is shared, the trust decides); 1 isolated (little is shared, the trust decides); "
        "1 laissez-faire (little is shared, the academy decides); 1 not to be placed yet."
    )
    assert page.waits == "4 alerts are open, at 2 academies. 2 of them wait for somebody to take them up."
    assert page.compared == "Changes are since 20 February 2026, the last night of the half-term before."


def test_the_drawing_is_told_to_who_does_not_see_it(page: SteeringPage) -> None:
    assert page.drawing_in_words == (
        "Map of alignment (up) and autonomy (to the right). Authoritative: Cedar Special Academy. Assistant: Ashby Primary Academy and "
        "Birch Primary Academy. Isolated: Elm Academy. Laissez-faire: Dale Academy."
    )


def test_a_score_is_a_whole_number_with_what_it_was_or_not_known(page: SteeringPage) -> None:
    ashby, *_, fir = page.academies

    assert [(value.shown, value.moved) for value in ashby.values] == [("92", "+34"), ("75", "as before"), ("88", ""), ("71", "")]
    assert [value.shown for value in fir.values] == ["not known", "50", "not known", "not known"]
    assert [(each.name, each.because) for each in page.unplaced] == [("Fir Academy", "Its alignment is not known.")]


def test_alerts_stand_under_their_academies_with_who_has_taken_them_up(page: SteeringPage) -> None:
    assert [(place.name, len(place.alerts)) for place in page.alerts] == [
        ("The trust", 1),
        ("Dale Academy", 2),
        ("Ashby Primary Academy", 1),
    ]
    assert [(alert.since, alert.who) for alert in page.alerts[1].alerts] == [
        ("Since 3 March 2026, 10 days ago.", "Nobody has taken it up yet."),
        ("Since 3 March 2026, 10 days ago.", "Being handled since 3 March 2026 by J Moss."),
    ]
    assert page.alerts[0].alerts[0].since == "Since 13 March 2026."
    assert page.alerts[2].alerts[0].who == "Acknowledged on 3 March 2026."


def test_what_a_person_wrote_and_what_is_over_are_not_on_the_page(html: str) -> None:
    assert "Quillon Fray" not in html
    assert "This one is over" not in html
    assert "<code>matlas batches</code>" in html


def test_it_is_well_formed_and_names_no_host(html: str) -> None:
    ElementTree.fromstring(html.partition("\n")[2])

    assert "://" not in html
    assert set(re.findall(r'(?:href|src)="(.)', html)) == {"#"}
    identifiers = re.findall(r' id="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(identifiers)


def test_a_name_is_text_and_never_markup(tmp_path: Path) -> None:
    trust = SteeringWarehouse()
    trust.academy("ashby", 90.0, 75.0, 80.0, 60.0, name='<script>alert(1)</script> & "Sons"')
    text = write_steering_page(trust.write(tmp_path / "matlas.duckdb"), tmp_path / "steering.html", TRUST).read_text(encoding="utf-8")

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;Sons&#34;" in text


def test_an_empty_night_and_a_quiet_one_say_so(tmp_path: Path) -> None:
    empty = page_of(SteeringWarehouse(), tmp_path / "empty")
    assert (empty.stands, empty.waits) == ("Nothing is known of any academy yet.", "No alert is open.")
    assert "There is no map yet" in write_steering_page(tmp_path / "empty" / "matlas.duckdb", tmp_path / "empty.html").read_text("utf-8")

    quiet = SteeringWarehouse()
    quiet.academy("ashby", 90.0, 75.0, 80.0, 60.0)
    quiet.alert("ashby", "It is so.", "acknowledged")
    assert page_of(quiet, tmp_path / "quiet").waits == "1 alert is open, at 1 academy. Somebody sees to it."


def test_only_the_owner_and_the_group_read_it(tmp_path: Path) -> None:
    target = tmp_path / "published" / "steering.html"
    for _ in range(2):
        assert write_steering_page(some_steering().write(tmp_path / f"{_}.duckdb"), target, TRUST) == target

    assert stat.S_IMODE(target.stat().st_mode) == 0o440
    assert [each.name for each in target.parent.iterdir()] == ["steering.html"]


def test_a_hundred_academies_stay_a_small_file(tmp_path: Path) -> None:
    text = write_steering_page(large_steering().write(tmp_path / "matlas.duckdb"), tmp_path / "steering.html").read_text(encoding="utf-8")

    assert len(text) < 600_000
    assert text.count('class="point"') == 100


# --- the drawing ------------------------------------------------------------------------------------------------------------------------


def drawn(*places: tuple[float, float]) -> list[tuple[float, float]]:
    """Where academies with these pairs of alignment and autonomy are drawn; alignment is high from 75, autonomy from 50."""
    academies = [Placed(number, f"Academy {number}", autonomy, alignment) for number, (alignment, autonomy) in enumerate(places, start=1)]
    return [(point.x, point.y) for point in draw(academies, 75, 50).points]


@pytest.mark.parametrize(
    ("alignment", "autonomy", "is_above", "is_right"),
    [
        (75, 50, True, True),
        (74.9, 50, False, True),
        (75, 49.9, True, False),
        (74.9, 49.9, False, False),
        (100, 100, True, True),
        (0, 0, False, False),
    ],
)
def test_a_point_stands_wholly_in_its_quadrant(alignment: float, autonomy: float, is_above: bool, is_right: bool) -> None:
    radius = draw([], 75, 50).radius
    ((x, y),) = drawn((alignment, autonomy))

    assert (y + radius < MIDDLE_Y, x - radius > MIDDLE_X) == (is_above, is_right)
    assert (y - radius > MIDDLE_Y, x + radius < MIDDLE_X) == (not is_above, not is_right)
    assert TOP < y - radius < y + radius < TOP + SIDE_Y
    assert LEFT < x - radius < x + radius < LEFT + SIDE_X


def test_the_scale_is_even_within_a_quadrant() -> None:
    (_, half_way_up), (three_quarters_right, _) = drawn((87.5, 20.0), (20.0, 75.0))

    assert half_way_up == TOP + SIDE_Y / 4
    assert three_quarters_right == LEFT + SIDE_X * 3 / 4


def test_no_point_lies_on_another_and_none_leaves_its_quadrant() -> None:
    same = [(90.0, 75.0)] * 12 + [(91.0, 75.0)] * 12 + [(90.0, 51.0)] * 12
    points = drawn(*same)
    radius = draw([Placed(number, "", 1, 1) for number in range(36)], 75, 50).radius

    assert all((x - other_x) ** 2 + (y - other_y) ** 2 >= (2 * radius) ** 2 for (x, y), (other_x, other_y) in combinations(points, 2))
    assert all(x - radius >= MIDDLE_X and y + radius <= MIDDLE_Y for x, y in points)
    assert len({y for _, y in drawn((90.0, 75.0), (90.0, 75.0), (90.0, 75.0))}) == 1


def test_names_meet_no_other_name_and_no_point(page: SteeringPage) -> None:
    named = [point for point in page.drawing.points if point.name]

    assert [point.name for point in named] == ["Ashby", "Birch", "Cedar", "Dale", "Elm"]
    left, right = (next(point for point in named if point.name == name) for name in ("Ashby", "Birch"))
    assert left.y == right.y
    assert {left.anchor, right.anchor} == {"end", "start"}


def test_a_line_leads_from_where_it_stood_if_that_was_elsewhere(page: SteeringPage) -> None:
    assert [point.number for point in page.drawing.points if point.before] == [1]


def test_many_academies_have_numbers_alone() -> None:
    points = draw([Placed(number, f"Academy {number}", number, number) for number in range(1, 60)], 75, 50).points

    assert [point.number for point in points] == list(range(1, 60))
    assert {point.name for point in points} == {""}


def test_short_names_leave_out_what_all_schools_are_called_and_stay_different() -> None:
    assert short_names(["Ashby Primary Academy", "Birch Academy", "Birch Primary School"]) == [
        "Ashby",
        "Birch Academy",
        "Birch Primary School",
    ]


def test_the_quadrants_are_those_of_the_settings() -> None:
    from pipelines.steering.settings import settings

    assert set(QUADRANTS) == set(settings().quadrants)
