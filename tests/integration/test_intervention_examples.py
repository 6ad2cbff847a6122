"""What a decision on an alert is said to have been followed by: the worked example of the page, and each thing that cannot be said."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pytest

from pipelines.build.dbt import opened
from tests.helpers.remade import build_to_fill, make_tables
from tests.helpers.worked_examples import rows

PAGE = "../how-to/assist-or-monitor.md"
WEEKS = rows(PAGE, "Week from", "Side")
RESULT = {row["Of the example"]: float(row["Figure"].replace("−", "-")) for row in rows(PAGE, "Of the example", "Figure")}
TOLERANCE = 0.0050001
AS_OF = dt.date(2026, 3, 13)
DECIDED = dt.date(2026, 2, 4)
UNTIL = dt.date(2026, 3, 8)
MONDAYS = [dt.date.fromisoformat(row["Week from"]) for row in WEEKS]
HIGH, LOW = "attendance_rate", "absence_rate"
BETTER, WORSE = "better than at similar academies", "worse than at similar academies"
Row = Mapping[str, Any]


def insert(database: duckdb.DuckDBPyConnection, table: str, values: Row) -> None:
    named = ", ".join(f"? as {name}" for name in values)
    database.execute(f"insert into {placed(table)} by name select {named}", list(values.values()))


def placed(table: str) -> str:
    """Inputs of the run stand in the build, what is published beside it."""
    return table if table.startswith("run.") else f"published.{table}"


class Case:
    """A phase of its own, with one academy on which something is decided and some beside it."""

    def __init__(self, database: duckdb.DuckDBPyConnection, name: str) -> None:
        self.database, self.name, self.decisions = database, name, 0

    def academy(self, who: str, **other: Any) -> None:
        here = {"academy_id": f"{self.name} {who}", "academy_name": who, "phase": self.name, "last_delivered_on": AS_OF, "is_stale": False}
        insert(self.database, "core.dim_academy", {"mis": "matlas", **here, **other})
        self.database.execute(
            "insert into published.core.dim_school_day by name select ? as academy_id, day::date as session_date, 202526 as time_period, "
            "date_trunc('week', day)::date as week_start_date, true as is_school_day, 'half_term' as calendar_source "
            "from range(date '2025-11-03', date '2026-03-14', interval 1 day) as days (day) "
            "where isodow(day) < 6 and date_trunc('week', day) <> date '2026-02-16'",
            [f"{self.name} {who}"],
        )

    def figure(self, who: str, measure: str, first: dt.date, last: dt.date, value: float, **other: Any) -> None:
        denominator = other.pop("denominator", 1000.0)
        figure = {"numerator": value / 100 * denominator, "denominator": denominator, "value": value, "value_status": "ok"}
        people = {"numerator_people": 90, "denominator_people": 100}
        here = {"level": "academy", "academy_id": f"{self.name} {who}", "phase": self.name, "time_period": 202526, "measure_id": measure}
        when = {"period_type": "week", "period_start": first, "period_end": last, "breakdown_topic": "all", "breakdown": "all"}
        insert(self.database, "marts.measure_value", {**here, **when, **figure, **people, **other})

    def weeks(self, who: str, values: Iterable[float], measure: str = HIGH, mondays: Iterable[dt.date] = MONDAYS, **other: Any) -> None:
        for monday, value in zip(mondays, values, strict=True):
            self.figure(who, measure, monday, monday + dt.timedelta(days=6), value, **other)

    def decide(self, who: str = "ash", measure: str | None = HIGH, **other: Any) -> None:
        self.decisions += 1
        number = self.database.execute("select count(*) + 1 from run.intervention").fetchone()
        what = {"intervention_id": number[0] if number else 0, "alert_id": f"{self.name} {self.decisions}", "measure_id": measure}
        said = {"decision": "assist", "decided_on": DECIDED, "until": UNTIL, "decided_by": "head", "typed_by": "office", "why": "because"}
        insert(self.database, "run.intervention", {**what, "academy_id": f"{self.name} {who}", **said, **other})


def of(column: str) -> list[float]:
    return [float(row[column]) for row in WEEKS]


def example(database: duckdb.DuckDBPyConnection, name: str, measure: str = HIGH) -> Case:
    """The page's example: ash, where something was decided, beside elm and oak."""
    case = Case(database, name)
    for who in ("ash", "elm", "oak"):
        case.academy(who)
        if who != "ash":
            case.weeks(who, of(who), measure)
    for monday, value, sessions in zip(MONDAYS, of("ash"), of("Sessions of ash"), strict=True):
        case.figure("ash", measure, monday, monday + dt.timedelta(days=6), value, denominator=sessions)
    return case


def lay_down(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("insert into run.parameter by name select 'r' as run_id, ? as as_of, 10 as suppress_below", [AS_OF])
    example(database, "page").decide()
    example(database, "lower", LOW).decide(measure=LOW)

    # The week of the decision, one of two school days, one after its last day and one that is not over are none of those that count.
    among = example(database, "among")
    for monday in (dt.date(2026, 2, 2), dt.date(2026, 2, 16), dt.date(2026, 3, 9), dt.date(2025, 10, 27)):
        for who in ("ash", "elm", "oak"):
            among.weeks(who, [1.0], mondays=[monday])
    among.decide()

    early = example(database, "early")
    early.decide(decided_on=dt.date(2026, 2, 18), until=dt.date(2026, 4, 30))
    over = example(database, "over")
    over.decide(decided_on=dt.date(2026, 2, 11), until=dt.date(2026, 3, 1))
    example(database, "first").decide(decided_on=dt.date(2026, 1, 21))
    replaced = example(database, "replaced")
    replaced.decide(alert_id="replaced")
    replaced.decide(alert_id="replaced", decision="monitor", decided_on=dt.date(2026, 3, 2))

    few = example(database, "few")
    few.weeks("ash", [90.0], mondays=[dt.date(2026, 1, 5)], denominator_people=9)
    few.decide()
    rare = example(database, "rare")
    database.execute("update published.marts.measure_value set numerator_people = 1 where academy_id = 'rare ash'")
    rare.decide()

    beside = example(database, "beside")
    beside.decide()
    beside.decide("elm", decided_on=dt.date(2025, 12, 1), until=dt.date(2026, 1, 12))
    beside.decide("oak", LOW)
    alone = example(database, "alone")
    database.execute("update published.marts.measure_value set denominator_people = 9 where academy_id = 'alone elm'")
    database.execute("delete from published.marts.measure_value where academy_id = 'alone oak' and period_start = date '2026-01-12'")
    alone.decide()

    even = example(database, "even")
    database.execute("update published.marts.measure_value set value = 93, numerator = denominator * 0.93 where academy_id = 'even ash'")
    even.decide()

    # ash rises by 3 and its weeks hardly differ from the others'; the five beside it move by 0, 1, 2, -1 and -2 by themselves.
    spread = Case(database, "spread")
    for who, rise in (("ash", 3), ("a", 0), ("b", 1), ("c", 2), ("d", -1), ("e", -2)):
        spread.academy(who)
        wave = [0.0, 0.1, -0.1] if who == "ash" else [0.0] * 3
        spread.weeks(who, [90 + each for each in wave] + [90 + rise + each for each in wave])
    spread.decide()

    # enrichment_pct has half-terms: 40 and 60 at ash, 50 and 49, 51, 52, 48, 50 beside it; without the last academy they are four.
    for name, beside_it in (("half-term", "abcde"), ("four", "abcd")):
        case = Case(database, name)
        for who, before, after in (("ash", 40, 60), *zip(beside_it, [50] * 5, [49, 51, 52, 48, 50], strict=False)):
            case.academy(who)
            for first, last, value in (
                ("2025-11-03", "2025-12-19", before),
                ("2026-01-05", "2026-02-13", 1),
                ("2026-02-09", "2026-03-06", after),
            ):
                day = dt.timedelta(days=1 if who == "a" else 0)
                span = (dt.date.fromisoformat(first) + day, dt.date.fromisoformat(last))
                case.figure(who, "enrichment_pct", *span, value, period_type="half_term", denominator=100.0)
        case.decide(measure="enrichment_pct", decided_on=dt.date(2026, 1, 14))
    results = example(database, "results")
    results.figure("ash", "gld_pct", dt.date(2024, 8, 1), dt.date(2025, 7, 31), 60, period_type="year_to_date", time_period=202425)
    results.figure("ash", "gld_pct", dt.date(2025, 8, 1), AS_OF, 70, period_type="year_to_date")
    results.decide(measure="gld_pct", until=dt.date(2026, 8, 31))

    nothing = example(database, "nothing")
    nothing.decide(measure=None)
    nothing.decide(measure="positive_recognition_pct")
    nothing.decide(measure="persistent_absence_rate")
    nothing.decide("gone")
    nothing.decide(academy_id="trust")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The rows of marts.intervention by the alert's name: the case, and its number within it."""
    home = build_to_fill(tmp_path_factory, tmp_path_factory.mktemp("interventions") / "home")
    with opened(home) as database:
        lay_down(database)
    make_tables(home, only=["intervention"])
    with duckdb.connect(str(home.candidate), read_only=True) as database:
        made = database.execute("select * from marts.intervention").fetchall()
        names = [column[0] for column in database.description or ()]
    by_number = [dict(zip(names, row, strict=True)) for row in made]
    return {f"{row['alert_id']} {row['decision']}" if row["alert_id"] == "replaced" else row["alert_id"]: row for row in by_number}


def test_the_example_of_the_page_is_what_is_published(found: dict[str, dict[str, Any]]) -> None:
    row = found["page 1"]

    assert {name: row[name] for name in RESULT} == pytest.approx(RESULT, abs=TOLERANCE)
    assert len(RESULT) == 9
    assert (row["what_it_shows"], row["n_weeks_before"], row["n_weeks_after"], row["n_similar"]) == (BETTER, 3, 3, 2)
    assert (row["decided_by"], row["typed_by"], row["why"], row["replaced_on"]) == ("head", "office", "because", None)
    assert (row["before_from"], row["after_to"]) == (MONDAYS[0], MONDAYS[-1] + dt.timedelta(days=6))


def test_where_lower_is_better_the_same_figures_are_worse(found: dict[str, dict[str, Any]]) -> None:
    assert found["lower 1"]["what_it_shows"] == WORSE
    assert found["lower 1"]["difference"] == pytest.approx(RESULT["difference"], abs=TOLERANCE)


def test_only_whole_school_weeks_between_the_decision_and_its_end_count(found: dict[str, dict[str, Any]]) -> None:
    assert {name: found["among 1"][name] for name in RESULT} == pytest.approx(RESULT, abs=TOLERANCE)
    assert found["among 1"]["n_weeks_after"] == 3


def test_a_decision_that_another_replaced_has_no_week_after_it(found: dict[str, dict[str, Any]]) -> None:
    first, second = found["replaced assist"], found["replaced monitor"]

    assert (first["replaced_on"], first["n_weeks_after"], second["replaced_on"]) == (dt.date(2026, 3, 2), 2, None)
    assert first["what_it_shows"] == "it cannot be said"


@pytest.mark.parametrize(
    ("alert", "shows", "why"),
    [
        ("early 1", "too early to say", None),
        ("over 1", "it cannot be said", "fewer than 3 whole school weeks with a figure between it and its end"),
        ("first 1", "it cannot be said", "fewer than 3 whole school weeks with a figure before it"),
        ("few 1", "too few pupils to say", None),
        ("rare 1", "too few pupils to say", None),
        ("alone 1", "it cannot be said", "No other academy of its phase"),
        ("even 1", "no difference that chance would not make", None),
        ("four 1", "it cannot be said", "takes 5 similar academies to say"),
        ("results 1", "too early to say", None),
        ("nothing 1", "it cannot be said", "about no measure"),
        ("nothing 2", "it cannot be said", "better neither high nor low"),
        ("nothing 3", "it cannot be said", "over a whole year only"),
        ("nothing 4", "it cannot be said", "no longer known"),
        ("nothing 5", "it cannot be said", "the whole trust"),
    ],
)
def test_what_cannot_be_said_is_not_said(found: dict[str, dict[str, Any]], alert: str, shows: str, why: str | None) -> None:
    row = found[alert]

    assert row["what_it_shows"] == shows
    assert (row["why_it_cannot_be_said"] or "") == "" if why is None else why in row["why_it_cannot_be_said"]
    assert (row["difference"] is None) == (shows != "no difference that chance would not make")


def test_an_academy_with_a_decision_on_the_same_measure_in_these_weeks_is_no_comparison(found: dict[str, dict[str, Any]]) -> None:
    assert found["beside 1"]["n_similar"] == 1  # elm's stood on the first Monday; oak's is on another measure
    assert found["beside 1"]["similar_before"] == pytest.approx((93 * 1000 + 94 * 1000 + 92 * 600) / 2600)


def test_how_far_others_move_by_themselves_counts_where_it_is_wider(found: dict[str, dict[str, Any]]) -> None:
    row = found["spread 1"]

    # By weeks: 2 x 1.5 x (0.01 + 0.01) / 9, its root 0.0816, x 4.303 = 0.35. By the five: their changes' squares are 10, 10 / 4 x 1.2 = 3,
    # its root 1.7321, x 2.776 = 4.81.
    assert (row["difference"], row["ci_low"], row["ci_high"]) == pytest.approx((3.0, -1.81, 7.81), abs=TOLERANCE)
    assert row["what_it_shows"] == "no difference that chance would not make"


def test_a_measure_of_half_terms_has_one_on_each_side(found: dict[str, dict[str, Any]]) -> None:
    row = found["half-term 1"]

    # ash rose by 20, the five by 0 on average; their squares are 1, 1, 4, 4, 0: 10 / 4 x 1.2 = 3, its root 1.7321, x 2.776 = 4.81.
    assert (row["difference"], row["ci_low"], row["ci_high"]) == pytest.approx((20.0, 15.19, 24.81), abs=TOLERANCE)
    assert (row["counted_by"], row["n_weeks_before"], row["n_similar"], row["what_it_shows"]) == ("half_term", None, 5, BETTER)
