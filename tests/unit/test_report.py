"""What the quality report says, word for word, of a small trust worked out by hand; and what it must never say."""

import re
import stat
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from expectations.catalogue import CHECKS
from pipelines.report import write_report
from pipelines.report.academy import AcademyPart, Card, Cell, Principle
from pipelines.report.figures import TELLING, read_figures
from pipelines.report.page import Page, build_page
from pipelines.report.trend import STEP
from tests.helpers.quality_warehouse import QualityWarehouse, large_trust, some_trust

TRUST = "Alder Vale Learning Trust"


@pytest.fixture(scope="module")
def bad_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return some_trust().write(tmp_path_factory.mktemp("bad") / "matlas.duckdb")


@pytest.fixture(scope="module")
def page(bad_week: Path) -> Page:
    return build_page(read_figures(bad_week), TRUST)


@pytest.fixture(scope="module")
def html(bad_week: Path) -> str:
    return write_report(bad_week, bad_week.with_name("quality.html"), TRUST).read_text(encoding="utf-8")


def page_of(trust: QualityWarehouse, tmp_path: Path) -> Page:
    return build_page(read_figures(trust.write(tmp_path / "matlas.duckdb")), TRUST)


def text_of(trust: QualityWarehouse, tmp_path: Path) -> str:
    return write_report(trust.write(tmp_path / "matlas.duckdb"), tmp_path / "quality.html", TRUST).read_text(encoding="utf-8")


def part(page: Page, academy_id: str) -> AcademyPart:
    return next(each for each in page.parts if each.academy_id == academy_id)


def principle(page: Page, academy_id: str, name: str) -> Principle:
    return next(each for each in part(page, academy_id).principles if each.name == name)


def card(page: Page, academy_id: str, check_id: str) -> Card:
    return next(card for each in part(page, academy_id).principles for card in each.cards if card.check_id == check_id)


def test_the_first_screen_says_whose_when_and_what_waits(page: Page) -> None:
    assert (page.trust, page.night, page.run, page.run_id) == (TRUST, "13 March 2026", "13 March 2026, 02:04 UTC", "run-0")
    assert page.counted_to == "12 March 2026"
    assert page.waits == "1 delivery is held until somebody decides, 1 delivery could not be read and the attendance of 1 academy is old."
    assert (
        page.found == "3 checks failed, at 2 of 3 academies. 1 academy has nothing to put right. 1 check could not be run: that is no pass."
    )
    # 3 × 5 checks tonight, shrunk and domain_missing: 1 not run, 3 with nothing to judge, 3 failed, 1 accepted
    assert {tile.state: tile.count for tile in page.tiles} == {"hold": 2, "warn": 3, "accepted": 1, "not_run": 1, "nothing": 3, "pass": 9}


@pytest.mark.parametrize(
    ("academy_id", "name", "expected"),
    [
        ("ashby", "standardised", Cell("warn", "1 of 1 failed")),
        ("ashby", "balanced", Cell("accepted", "1 accepted")),
        ("ashby", "timeliness", Cell("hold", "1 of 2 failed")),
        ("ashby", "formative_and_summative", Cell("nothing", "nothing to judge")),
        ("birch", "balanced", Cell("none", "no check")),
        ("birch", "plausibility", Cell("not_run", "1 not run")),
        ("cedar", "timeliness", Cell("pass", "1 passed")),
    ],
)
def test_a_cell_says_the_worst_and_nothing_but_a_pass_is_a_pass(page: Page, academy_id: str, name: str, expected: Cell) -> None:
    assert principle(page, academy_id, name).cell == expected


def test_what_is_no_pass_is_said_beside_the_passes(tmp_path: Path) -> None:
    trust = QualityWarehouse()
    trust.academy("ashby")
    for check_id, status in (("missing_marks", "pass"), ("stale_academy", "not_run"), ("shrunk", "not_applicable")):
        trust.result("ashby", check_id, status)

    found = page_of(trust, tmp_path)

    assert principle(found, "ashby", "timeliness").cell == Cell("not_run", "1 not run", ("1 nothing to judge", "1 passed"))
    assert part(found, "ashby").has_something_to_do


def test_those_with_most_to_do_come_first_and_the_trust_last(page: Page, tmp_path: Path) -> None:
    assert [each.academy_id for each in page.parts] == ["ashby", "birch", "cedar"]

    trust = some_trust()
    trust.result("trust", "domain_dominates", "pass")
    assert [each.name for each in page_of(trust, tmp_path).parts] == [
        "Ashby Academy",
        "Birch Academy",
        "Cedar Academy",
        "The trust's own figures",
    ]


def test_a_failure_says_how_many_since_when_what_it_touches_and_what_to_do(page: Page) -> None:
    found = card(page, "birch", "missing_marks")

    check = next(each for each in CHECKS if each.id == "missing_marks")
    assert (found.what, found.when, found.how) == (check.what, check.when, check.how)
    assert found.counts == "3 of 100"
    assert found.since == "since 11 March 2026, 3 runs without a break"
    assert found.measures == "all of attendance"
    assert found.work == ("Put right in the last two weeks: 2 pupils", "To put right: 12 pupils, 240 rows, the oldest for 2 days")


def test_a_night_without_a_verdict_does_not_end_a_failure(tmp_path: Path) -> None:
    trust = QualityWarehouse()
    trust.academy("ashby")
    for nights_ago, status in enumerate(("fail", "not_run", "fail", "pass", "fail")):
        trust.result("ashby", "upn_invalid", status, nights_ago=nights_ago)

    assert card(page_of(trust, tmp_path), "ashby", "upn_invalid").since == "since 11 March 2026, 2 runs without a break"


@pytest.mark.parametrize(
    ("affected", "words"),
    [
        ("attendance_rate, late_rate", "Attendance and Lateness"),
        ("achievement", "all of achievement"),
        ("all", "every figure of the academy"),
        ("attendance_rate, personal_development, voice", "Attendance, all of personal development and all of voice"),
    ],
)
def test_the_measures_are_said_by_name(tmp_path: Path, affected: str, words: str) -> None:
    trust = QualityWarehouse()
    trust.academy("ashby")
    trust.result("ashby", "upn_invalid", "fail", measures_affected=affected)

    assert card(page_of(trust, tmp_path), "ashby", "upn_invalid").measures == words


def test_an_accepted_failure_says_until_when_and_is_still_a_failure(page: Page) -> None:
    found = card(page, "ashby", "domain_missing")

    assert (found.state, found.accepted) == ("accepted", "Accepted until 31 March 2026 by office")
    assert found.lines == ("no figure in the domain voice (for 9 days)",) * 2
    assert part(page, "ashby").summary == "2 checks failed, 1 accepted, 1 delivery waits"


def test_accepted_old_attendance_waits_for_nobody_and_is_still_old(tmp_path: Path) -> None:
    trust = QualityWarehouse()
    trust.academy("ashby", is_stale=True)
    trust.result("ashby", "stale_academy", "fail", accepted_until=date(2026, 3, 31))
    trust.decision("ashby", "stale_academy", date(2026, 3, 31))
    found = page_of(trust, tmp_path)

    assert found.waits == "Nothing waits for a person."
    assert part(found, "ashby").is_stale


def test_a_held_delivery_has_the_lines_to_type(page: Page) -> None:
    (held,) = part(page, "ashby").waiting
    (rejected,) = part(page, "birch").waiting

    assert (held.what, held.reason) == ("students of 12 March 2026", "60.1 % fewer rows than the one before.")
    assert held.lines == (
        'matlas accept ashby-students-2026-03-12-0a1b2c3d --why "…"',
        'matlas refuse ashby-students-2026-03-12-0a1b2c3d --why "…"',
    )
    assert rejected.lines == ('matlas refuse birch-attendance-2026-03-12-0a1b2c3d --why "…"',)


def test_the_trend_has_a_bar_a_run_and_says_the_same_in_words(page: Page) -> None:
    timeliness = next(each for each in page.trends if each.title == "Timeliness")

    # birch failed in every run but the one three nights ago; ashby's held list failed tonight for the first time
    assert timeliness.words == "2 checks failed tonight, 1 in the run before. In 11 runs: at least 0, at most 2 (13 March 2026)."
    lefts = [int(left) for left in re.findall(r"M(\d+) ", timeliness.failed)]
    assert lefts == [STEP * place for place in range(19, 30) if place != 26]
    assert len(re.findall("M", timeliness.ticks)) == 11
    assert [row.together for row in page.trend_rows][:4] == [4, 2, 2, 1]
    assert part(page, "ashby").trend.words.startswith("3 checks failed tonight (1 accepted), 1 in the run before.")
    assert part(page, "birch").trend.words.startswith("1 check failed tonight, 1 not run, 1 in the run before.")


def test_only_the_last_thirty_runs_are_drawn(tmp_path: Path) -> None:
    trust = QualityWarehouse()
    trust.academy("ashby")
    for nights_ago in range(40):
        trust.result("ashby", "upn_invalid", "fail" if nights_ago == 35 else "pass", nights_ago=nights_ago)
    found = page_of(trust, tmp_path)

    assert found.trend.failed == ""
    assert (len(found.trend_rows), found.trend_rows[-1].when) == (30, "12 February 2026, 02:04 UTC")  # 29 days before 13 March


def test_the_first_run_and_the_clean_one_and_the_empty_one_say_so_kindly(tmp_path: Path) -> None:
    trust = QualityWarehouse()
    empty = text_of(trust, tmp_path / "empty")
    assert "No check has been made yet." in empty
    assert "The warehouse has no academy yet." in empty

    trust.academy("ashby")
    trust.result("ashby", "upn_invalid", "pass")
    clean = text_of(trust, tmp_path / "clean")
    assert "Nothing waits for a person." in clean
    assert "No check found anything to put right. Thank you" in clean
    assert "This was the first run: there is no trend yet." in clean


def test_a_long_work_list_is_counted_and_not_listed(tmp_path: Path) -> None:
    trust = QualityWarehouse()
    trust.academy("ashby")
    for check_id in ("upn_invalid", "group_hidden"):
        trust.result("ashby", check_id, "fail")
    trust.work("ashby", "upn_invalid", times=1000)
    trust.work("ashby", "upn_invalid", subject="the rest", source_pupil_id=None, what="and 7 more of the same", failed=7)
    trust.work("ashby", "group_hidden", times=25, source_pupil_id=None, what="no figure of a group")
    found = page_of(trust, tmp_path)

    assert card(found, "ashby", "upn_invalid").work == ("To put right: more than 1,000 pupils, 1,007 rows, since today",)
    assert len(card(found, "ashby", "group_hidden").lines) == 10


# --- what it must never say ------------------------------------------------------------------------------------------------------------


def test_no_number_word_or_subject_of_a_finding_is_shown_but_of_checks_that_tell_of_no_pupil(html: str) -> None:
    assert "MIS0" not in html
    assert "is wrong" not in html.replace("check letter is wrong", "")
    assert "Quillon Fray" not in html  # a person's words on a decision may name a pupil
    assert "no figure in the domain voice" in html


def test_a_telling_finding_about_a_pupil_is_not_shown_either(tmp_path: Path) -> None:
    trust = QualityWarehouse()
    trust.academy("ashby")
    trust.result("ashby", "group_hidden", "fail")
    trust.work("ashby", "group_hidden", what="Quillon Fray is alone in the group")

    assert "Quillon Fray" not in text_of(trust, tmp_path)


def test_the_checks_whose_words_are_shown_are_checks() -> None:
    assert set(TELLING) <= {each.id for each in CHECKS}


def test_it_is_well_formed_and_names_no_host(html: str) -> None:
    ElementTree.fromstring(html.partition("\n")[2])

    assert "://" not in html
    assert set(re.findall(r'(?:href|src)="(.)', html)) == {"#"}
    assert "default-src &#39;none&#39;" in html
    identifiers = re.findall(r' id="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(identifiers)


def test_a_name_is_text_and_never_markup(tmp_path: Path) -> None:
    trust = QualityWarehouse()
    trust.academy("ashby", academy_name='<script>alert(1)</script> & "Sons"')
    trust.result("ashby", "upn_invalid", "fail")
    text = text_of(trust, tmp_path)

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;Sons&#34;" in text


def test_what_stands_between_backticks_is_shown_as_something_to_type(tmp_path: Path) -> None:
    trust = QualityWarehouse()
    trust.academy("ashby")
    trust.batch("ashby", "students", "held", reason="See `matlas rejected` and <b>this</b>; a lone ` stays.")

    assert "See <code>matlas rejected</code> and &lt;b&gt;this&lt;/b&gt;; a lone ` stays." in text_of(trust, tmp_path)


def test_a_hundred_academies_and_thirty_nights_stay_a_small_file(tmp_path: Path) -> None:
    assert len(text_of(large_trust(), tmp_path)) < 3_000_000


# --- the file --------------------------------------------------------------------------------------------------------------------------


def test_the_new_report_takes_the_old_ones_place_and_only_the_owner_and_group_read_it(bad_week: Path, tmp_path: Path) -> None:
    target = tmp_path / "published" / "quality.html"
    for _ in range(2):
        assert write_report(bad_week, target, TRUST) == target

    assert stat.S_IMODE(target.stat().st_mode) == 0o440
    assert [each.name for each in target.parent.iterdir()] == ["quality.html"]


def test_a_report_that_cannot_be_made_leaves_the_old_one_whole(bad_week: Path, tmp_path: Path) -> None:
    target = write_report(bad_week, tmp_path / "quality.html", TRUST)
    before = target.read_bytes()

    with pytest.raises(duckdb.IOException):
        write_report(tmp_path / "none.duckdb", target, TRUST)

    assert target.read_bytes() == before
