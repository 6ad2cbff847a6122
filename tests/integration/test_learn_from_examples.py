"""Who does better with such pupils, and which difference is none: worked out by hand, for people laid down by hand."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pytest

from pipelines.build.dbt import opened
from tests.helpers.remade import build_to_fill, make_tables

AS_OF = dt.date(2026, 3, 13)
YEAR, PERIOD = 202526, 202526900
ABSENT = "persistent_absence_rate"
NOT_COUNTED = (
    "authorised",
    "unauthorised",
    "late",
    "enrolments",
    "persistently_absent",
    "severely_absent",
    "part_time",
    "missing",
    "register",
)


class Trust:
    """A trust in the making."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self.database, self.pupils = database, 0

    def insert(self, table: str, **values: Any) -> None:
        named = ", ".join(f"? as {name}" for name in values)
        self.database.execute(f"insert into {table} by name select {named}", list(values.values()))

    def academy(self, phase: str, who: str, **other: Any) -> str:
        about = {"academy_id": f"{phase} {who}", "academy_name": f"{phase} {who}", "phase": phase, "mis": "matlas", "is_stale": False}
        self.insert("published.core.dim_academy", **about, **other)
        whole_year = {"period_type": "year_to_date", "period_name": "year", "period_start": dt.date(2025, 8, 1), "period_end": AS_OF}
        place = {"academy_id": f"{phase} {who}", "time_period": YEAR, "period_number": PERIOD}
        self.insert("measures.measure_period", **place, **whole_year, counted_to=AS_OF)
        return f"{phase} {who}"

    def figure(self, academy: str, measure: str, counted: float, out_of: float, group: str = "all all", people: int | None = None) -> None:
        topic, breakdown = group.split()
        about = {"level": "academy", "academy_id": academy, "phase": academy.split()[0], "measure_id": measure, "time_period": YEAR}
        when = {"period_type": "year_to_date", "period_start": dt.date(2025, 8, 1), "period_end": AS_OF, "value_status": "ok"}
        figure = {"numerator": counted, "denominator": out_of, "value": 100 * counted / out_of}
        amounts = {**figure, "numerator_people": 10, "denominator_people": people or out_of}
        self.insert("published.marts.measure_value", **about, **when, **amounts, breakdown_topic=topic, breakdown=breakdown)

    def pupil(self, academy: str, group: str = "all all") -> dict[str, Any]:
        self.pupils += 1
        topic, breakdown = group.split()
        who = {"academy_id": academy, "pupil_key": f"pupil {self.pupils}", "time_period": YEAR}
        self.insert("published.core.bridge_pupil_breakdown", **who, breakdown_topic=topic, breakdown=breakdown)
        return {**who, "period_number": PERIOD}

    def attending(self, academy: str, sessions: Sequence[int]) -> None:
        """Pupils who came to so many of 100 sessions, and the figure of all of them."""
        for came in sessions:
            nothing = dict.fromkeys((*NOT_COUNTED, "possible_with_suspensions"), 0)
            counts = {"possible": 100, "attending": came, "absent": 100 - came, "is_aged_5_to_15": True}
            self.insert("measures.count_pupil_attendance", **self.pupil(academy), **nothing, **counts)
        self.figure(academy, "attendance_rate", sum(sessions), 100 * len(sessions), people=len(sessions))

    def suspended(self, academy: str, times: Sequence[int]) -> None:
        """Suspensions of those who had any, of a hundred pupils."""
        for each in times:
            nothing = dict.fromkeys(("suspended_sessions", "exclusions", "positive_events", "behaviour_events"), 0)
            self.insert("measures.count_pupil_inclusion", **self.pupil(academy), **nothing, suspensions=each)
        self.figure(academy, "suspension_rate", sum(times), 100)

    def like(self, academy: str, *standardised: float) -> None:
        for number, value in enumerate(standardised):
            about = {"academy_id": academy, "phase": academy.split()[0], "characteristic": f"c{number}", "characteristic_name": "c"}
            self.insert("benchmarks.academy_characteristic", **about, is_required=False, value=value, standardised=value, whose="own")


def two(
    trust: Trust, phase: str, worse: float, better: float, people: tuple[int, int] = (100, 100), groups: Sequence[str] = ("all all",)
) -> None:
    """ash, and elm with fewer who are often away."""
    for who, counted, out_of in (("ash", worse, people[0]), ("elm", better, people[1])):
        academy = trust.academy(phase, who)
        for group in groups:
            trust.figure(academy, ABSENT, counted, out_of, group)


def lay_down(trust: Trust) -> None:
    trust.database.execute("insert into run.parameter by name select 'r' as run_id, ? as as_of, 10 as suppress_below", [AS_OF])
    # 21 and 10 of 100: 22/102 less 11/102 is 0.1078, the root of (22 x 80 + 11 x 91) / 102^3 is 0.0510: 2.114 of them. Alone the limit is
    # 1.960, of two groups 2.241.
    two(trust, "one", 21, 10)
    two(trust, "several", 21, 10, groups=("sex F", "sex M"))
    two(trust, "nearly", 20, 10)  # 1.943
    two(trust, "unknown", 30, 5, groups=("ethnicity unknown", "year_group 5"))
    two(trust, "small", 5, 1, people=(10, 19))
    two(trust, "smaller", 5, 1, people=(9, 20))
    two(trust, "enough", 9, 1, people=(10, 20))
    two(trust, "gone", 30, 5)
    trust.database.execute("update published.core.dim_academy set left_on = date '2026-03-12' where academy_id = 'gone elm'")

    # ash came to 85 %, elm to 92 %. Half of ash's pupils 80 and half 90: the root of 12/11 x 300 / 1200^2 + 20/19 x 80 / 2000^2 is 0.0158,
    # 4.4 of them. Half 70 and half 100, as many sessions: 0.0455, 1.5 of them.
    for phase, here in (("even", [80, 90] * 6), ("uneven", [70, 100] * 6)):
        trust.attending(trust.academy(phase, "ash"), here)
        trust.attending(trust.academy(phase, "elm"), [90, 94] * 10)

    # 30 suspensions less 5 of 100 pupils are 0.25. Of 30 pupils once each: the root of (30 + 1 + 5 + 1) / 100^2 is 0.061. Of 3 pupils ten
    # times each: of (300 + 1 + 5 + 1) / 100^2 it is 0.175.
    for phase, times in (("many", [1] * 30), ("thrice", [10] * 3)):
        trust.suspended(trust.academy(phase, "ash"), times)
        trust.suspended(trust.academy(phase, "elm"), [1] * 5)

    for who, counted, *alike in (
        ("ash", 60, 0, 0, 0),
        ("far", 1, 3, 0, 0),
        ("near", 20, 0.6, 0, 0),
        ("twin", 10, 0.3, 0.3, 0.3),
        ("odd", 2, 1),
    ):
        academy = trust.academy("four", who)
        trust.figure(academy, ABSENT, counted, 100)
        trust.like(academy, *alike)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The rows of marts.learn_from, in their order, by phase."""
    home = build_to_fill(tmp_path_factory, tmp_path_factory.mktemp("learning") / "home")
    with opened(home) as database:
        lay_down(Trust(database))
    make_tables(home, only=["learn_from"])
    with duckdb.connect(str(home.candidate), read_only=True) as database:
        made = database.execute("select * from marts.learn_from").fetchall()
        names = [column[0] for column in database.description or ()]
    by_phase: dict[str, list[dict[str, Any]]] = {}
    for row in made:
        by_phase.setdefault(row[names.index("phase")], []).append(dict(zip(names, row, strict=True)))
    return by_phase


def learnt(found: dict[str, list[dict[str, Any]]], phase: str) -> Iterator[tuple[str, str]]:
    return ((row["academy_id"].split()[1], row["learn_from_academy_id"].split()[1]) for row in found.get(phase, []))


@pytest.mark.parametrize("phase", ["one", "enough", "even", "many"])
def test_who_does_better_than_chance_is_named_and_nobody_is_told_who_does_worse(found: dict[str, list[dict[str, Any]]], phase: str) -> None:
    assert list(learnt(found, phase)) == [("ash", "elm")]


@pytest.mark.parametrize("phase", ["nearly", "several", "unknown", "small", "smaller", "gone", "uneven", "thrice"])
def test_what_chance_or_a_few_people_may_make_is_not_said(found: dict[str, list[dict[str, Any]]], phase: str) -> None:
    assert list(learnt(found, phase)) == []


def test_of_several_the_most_alike_come_first_and_three_are_enough(found: dict[str, list[dict[str, Any]]]) -> None:
    of_ash = [row for row in found["four"] if row["academy_id"] == "four ash"]

    # The root of the mean square over three characteristics: 0.3, 0.6 / root of 3, 3 / root of 3; odd is known by one only.
    assert [(row["learn_from_academy_id"], row["how_alike"], row["distance"], row["compared_on"]) for row in of_ash] == [
        ("four twin", "very alike", 0.3, 3),
        ("four near", "very alike", 0.35, 3),
        ("four far", "less alike", 1.73, 3),
    ]
    assert of_ash[0]["whom_to_ask"] == "The head of four twin"


def test_no_row_has_a_figure_or_a_place(found: dict[str, list[dict[str, Any]]]) -> None:
    assert set(found["one"][0]).isdisjoint({"value", "numerator", "denominator", "rank", "difference", "better_by", "place"})
