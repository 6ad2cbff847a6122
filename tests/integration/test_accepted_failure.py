"""A known failure on real nights: accepted, it ends no run with 3 and is said beside every figure, though nothing new was delivered."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tests.helpers.home import TrustHome
from tests.helpers.shared import copied
from tests.helpers.small import ALL_HERE, FRIDAY, marks, named

UNTIL = date.today() + timedelta(days=30)
STALE = "Late by over two school days (stale_academy)."
ORPHAN = "(orphan_fact)."
NEXT_FRIDAY = FRIDAY + timedelta(weeks=1)


@dataclass(frozen=True)
class Night:
    """How a night ended, and what it published."""

    code: int
    said: str
    caveats: dict[tuple[str, str], str]
    work: list[tuple[Any, ...]]
    results: list[tuple[Any, ...]]
    figures: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Nights:
    """A first night, one with nothing new but the decision, and one after the decision was taken back."""

    first: Night
    accepted: Night
    reopened: Night


def night(home: TrustHome) -> Night:
    ended = home.here("run", "--as-of", str(NEXT_FRIDAY))
    of_last = "where checked_at = (select max(checked_at) from dq.check_result)"
    rows = home.query("select academy_id, measure_id, coalesce(caveat, '') from marts.scorecard")
    return Night(
        ended.code,
        ended.text,
        {(academy, measure): caveat for academy, measure, caveat in rows},
        home.query("select academy_id, check_id, status, since from dq.work_list order by academy_id, position"),
        home.query(f"select academy_id, check_id, status, accepted_until from dq.check_result {of_last} and status = 'fail' order by all"),
        home.query("select * exclude (caveat) from marts.scorecard order by all"),
    )


@pytest.fixture(scope="module")
def nights(small_night: TrustHome, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Ashby delivered its register to the next Friday, birch one to this Friday, and one mark of a pupil whom nobody delivered."""
    home = copied(small_night, tmp_path_factory.mktemp("accepted") / "home")
    home.deliver("ashby", {named("attendance_mark", NEXT_FRIDAY): marks({NEXT_FRIDAY: ALL_HERE})})
    home.deliver("birch", {named("attendance_mark", FRIDAY): marks({FRIDAY: ALL_HERE}) + f"P77,{FRIDAY},AM,/\n"})
    first = night(home)
    decided = ("quality", "accept", "stale_academy", "--academy", "birch", "--until", str(UNTIL), "--why", "the server is in the van")
    assert home.here(*decided).code == 0
    accepted = night(home)
    assert home.here("quality", "reopen", "stale_academy", "--academy", "birch", "--why", "it has arrived").code == 0
    return Nights(first, accepted, night(home))


def test_a_late_academy_waits_for_somebody_until_somebody_accepts_it(nights: Nights) -> None:
    assert (nights.first.code, nights.accepted.code, nights.reopened.code) == (3, 0, 3), nights.accepted.said
    assert "birch: no new attendance since 2025-09-12" in nights.first.said
    assert "no new attendance since" not in nights.accepted.said


def test_it_fails_none_the_less(nights: Nights) -> None:
    assert ("birch", "stale_academy", "fail", None) in nights.first.results
    assert ("birch", "stale_academy", "fail", UNTIL) in nights.accepted.results
    assert [row[:3] for row in nights.accepted.results] == [row[:3] for row in nights.first.results]


def test_the_work_list_tells_it_apart_with_its_day_unbroken(nights: Nights) -> None:
    def of(which: Night) -> list[tuple[Any, ...]]:
        return [row for row in which.work if row[:2] == ("birch", "stale_academy")]

    ((*_, since),) = of(nights.first)
    assert of(nights.accepted) == [("birch", "stale_academy", "accepted", since)]
    assert of(nights.reopened) == of(nights.first) == [("birch", "stale_academy", "open", since)]


def test_every_figure_of_the_late_academy_says_so_and_only_its_own(nights: Nights) -> None:
    for (academy, _), caveat in nights.first.caveats.items():
        assert (STALE in caveat) == (academy == "birch"), caveat
        assert ("At 1 of 2 academies: late by over two school days (stale_academy)." in caveat) == (academy == "trust"), caveat
        assert "Accepted" not in caveat


def test_the_words_follow_the_decision_though_the_tables_stand_and_nothing_is_said_twice(nights: Nights) -> None:
    assert nights.reopened.caveats == nights.first.caveats
    for key, caveat in nights.accepted.caveats.items():
        plain = caveat.replace(f" Accepted until {UNTIL}.", "").replace(" Accepted at 1 of them.", "")
        assert plain == nights.first.caveats[key]
        assert (plain != caveat) == (key[0] != "ashby")
        assert caveat.count("(stale_academy)") <= 1
    assert nights.accepted.figures == nights.first.figures


def test_a_failure_is_said_beside_the_figures_it_touches_alone(nights: Nights) -> None:
    # birch delivered 100 marks of the roll's pupils, 20 a day, and one of nobody: orphan_fact judges marks
    said = "1 of 101 rows of pupils whom no accepted pupil list has, and not counted (orphan_fact)."
    assert ORPHAN not in nights.first.caveats["ashby", "attendance_rate"]
    assert said in nights.first.caveats["birch", "attendance_rate"]
    assert ORPHAN not in nights.first.caveats["birch", "teacher_turnover_pct"], "a check of pupils' rows says nothing of colleagues"
