"""What each rule finds, on a few published figures worked out by hand."""

import datetime as dt
from collections.abc import Iterator
from statistics import NormalDist
from typing import Any

import duckdb
import pytest

from pipelines.alert_rules import RULES, RuleSettings, default_rules
from pipelines.alerts.evaluating import SQL, evaluate, lay_ground
from pipelines.alerts.finding import Finding
from pipelines.alerts.sentences import sentence
from tests.helpers.played_trust import insert, make_tables

FRIDAY = dt.date(2026, 3, 13)
MONDAY = dt.date(2026, 3, 9)
WEEKS = [MONDAY - dt.timedelta(days=7 * number) for number in range(9)]
"""The last whole school week and the eight before it, all open here."""


@pytest.fixture
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of one academy that has delivered up to Friday 13 March 2026, with nothing in them yet."""
    with duckdb.connect() as connection:
        make_tables(connection)
        insert(connection, "core.dim_academy", [{"academy_id": "ashby", "last_delivered_on": FRIDAY, "is_stale": False}])
        days = [WEEKS[-1] + dt.timedelta(days=number) for number in range(70)]
        insert(
            connection,
            "core.dim_school_day",
            [
                {
                    "academy_id": "ashby",
                    "session_date": day,
                    "time_period": 202526,
                    "week_start_date": day - dt.timedelta(days=day.weekday()),
                    "is_school_day": day.weekday() < 5,
                }
                for day in days
            ],
        )
        yield connection


def found(connection: duckdb.DuckDBPyConnection, rule: str, day: dt.date = FRIDAY, **numbers: Any) -> list[Finding]:
    """What one rule finds, with these numbers in place of its own."""
    alone = {name: {"is_on": name == rule} for name in RULES}
    evaluated = evaluate(connection, RuleSettings.model_validate(alone | {rule: numbers}), day, suppress_below=6)
    assert not evaluated.faults
    return list(evaluated.findings)


def week(monday: dt.date, numerator: float, denominator: float, people: tuple[int, int], **more: Any) -> dict[str, Any]:
    """A row of marts.measure_value, of all pupils' attendance unless said."""
    return {
        "level": "academy", "academy_id": "ashby", "phase": "primary", "time_period": 202526, "period_type": "week", "period_start": monday,
        "period_end": monday + dt.timedelta(days=6), "breakdown_topic": "all", "breakdown": "all", "measure_id": "attendance_rate",
        "numerator": numerator, "denominator": denominator, "numerator_people": people[0], "denominator_people": people[1],
        "value": 100 * numerator / denominator, "value_status": "ok",
    } | more  # fmt: skip


# --- chance


@pytest.mark.parametrize("chance", [0.3, 0.05, 0.02, 0.02 / 60, 0.02 / 5000])
def test_the_limit_of_chance_is_that_of_the_normal_distribution(published: duckdb.DuckDBPyConnection, chance: float) -> None:
    lay_ground(published, FRIDAY, 6)
    ((limit,),) = published.execute("select normal_limit($1)", [chance]).fetchall()
    assert limit == pytest.approx(NormalDist().inv_cdf(1 - chance / 2), abs=0.0006)


# --- goal_breached


def card(value: float, ci_high: float, **more: Any) -> dict[str, Any]:
    return {
        "academy_id": "ashby", "measure_id": "attendance_rate", "measure_name": "Attendance", "domain": "attendance", "unit": "%",
        "direction": "higher", "value": value, "time_period": 202526, "ci_low": 2 * value - ci_high, "ci_high": ci_high,
        "value_status": "ok", "is_small": False,
    } | more  # fmt: skip


def with_goal(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], red: float = 90) -> None:
    insert(connection, "marts.scorecard", [row])
    about = {name: row[name] for name in ("academy_id", "measure_id", "time_period")}
    insert(connection, "marts.goal_year", [{"level": "academy", **about, "red": red}])


def test_a_red_figure_is_certain_where_its_interval_leaves_the_red_limit_out(published: duckdb.DuckDBPyConnection) -> None:
    # 2 points below red. One figure, chance 2 %: 2.326 standard errors are allowed. 1.5 / 1.96 × 2.326 = 1.78 points.
    with_goal(published, card(88.0, 89.5))
    (finding,) = found(published, "goal_breached")
    assert finding.is_certain
    assert (finding.value, finding.limit, finding.severity, finding.domain) == (88.0, 90.0, "act", "attendance")
    assert finding.sentence == (
        "Attendance is 88.0 % this year so far. By the goal it is red below 90.0 %, and chance alone does not make so much."
    )


def test_a_red_figure_within_chance_is_found_but_not_certain(published: duckdb.DuckDBPyConnection) -> None:
    with_goal(published, card(88.0, 89.8))  # 1.8 / 1.96 × 2.326 = 2.14 points
    assert [each.is_certain for each in found(published, "goal_breached")] == [False]


def test_the_more_figures_are_looked_at_the_more_chance_is_allowed(published: duckdb.DuckDBPyConnection) -> None:
    with_goal(published, card(88.0, 89.5))  # with two figures: chance 1 %, 2.576 standard errors, 1.97 points; with three 2.71, 2.08 points
    with_goal(published, card(50.0, 51.0, academy_id="trust"), red=40)
    assert [each.is_certain for each in found(published, "goal_breached")] == [True]
    with_goal(published, card(50.0, 51.0, measure_id="late_rate"), red=40)
    assert [each.is_certain for each in found(published, "goal_breached")] == [False]


def test_the_first_weeks_of_a_year_are_not_certain(published: duckdb.DuckDBPyConnection) -> None:
    with_goal(published, card(88.0, 89.5))
    assert [each.is_certain for each in found(published, "goal_breached", min_school_days=45)] == [True]
    assert [each.is_certain for each in found(published, "goal_breached", min_school_days=46)] == [False]
    assert [each.is_certain for each in found(published, "goal_breached", day=FRIDAY - dt.timedelta(days=7), min_school_days=41)] == [False]


def test_green_small_and_hidden_figures_are_not_found(published: duckdb.DuckDBPyConnection) -> None:
    with_goal(published, card(90.0, 90.1))
    with_goal(published, card(50.0, 51.0, academy_id="birch", is_small=True))
    with_goal(published, card(50.0, 51.0, academy_id="cedar", value_status="x"))
    assert found(published, "goal_breached") == []


def test_where_low_is_good_a_figure_above_the_limit_is_red(published: duckdb.DuckDBPyConnection) -> None:
    with_goal(published, card(5.0, 5.9, measure_id="late_rate", measure_name="Lateness", direction="lower"), red=3)
    (finding,) = found(published, "goal_breached")
    assert finding.is_certain
    assert "red above 3.0 %" in finding.sentence


# --- sudden_change


def test_the_last_whole_week_against_the_weeks_before_it(published: duckdb.DuckDBPyConnection) -> None:
    """Eight weeks of 950 of 1,000 sessions of 100 pupils: no spread, so chance is that of sessions each for itself.

    Half of 1/√100 as error of people, × √(100/1000) for sessions, × √(1 + 1.571/8) for a median of eight: 0.01729. One figure at 2 %:
    2.3264 of them are 0.0402 below the root asin √0.95 = 1.3453, and sin² 1.3051 = 93.1 %.
    """
    insert(published, "marts.measure_value", [week(each, 950, 1000, (100, 100)) for each in WEEKS[1:]])
    insert(published, "marts.measure_value", [week(MONDAY, 920, 1000, (100, 100))])
    (finding,) = found(published, "sudden_change")
    assert finding.is_certain
    assert finding.value == 92.0
    assert finding.limit == pytest.approx(93.1, abs=0.05)
    assert finding.sentence == (
        "Attendance was 92.0 % in the week from 9 March 2026, lower than the academy's 8 school weeks before it let one expect: at least "
        "93.1 %."
    )


@pytest.mark.parametrize(
    ("attended", "expected"),
    [(932, []), (925, [False]), (985, [True]), (960, [])],
    ids=["chance", "too little", "for the better", "as ever"],
)
def test_chance_and_too_little_to_matter(published: duckdb.DuckDBPyConnection, attended: int, expected: list[bool]) -> None:
    insert(published, "marts.measure_value", [week(each, 950, 1000, (100, 100)) for each in WEEKS[1:]])
    insert(published, "marts.measure_value", [week(MONDAY, attended, 1000, (100, 100))])
    changes = found(published, "sudden_change", measures={"attendance_rate": 3.0 if attended != 932 else 4.0})
    assert [each.is_certain for each in changes] == expected
    assert [each.severity for each in changes] == ["inform" if attended == 985 else "act" for _ in changes]


def test_an_academy_whose_weeks_lie_far_apart_is_let_more_room(published: duckdb.DuckDBPyConnection) -> None:
    numbers = (930, 970, 930, 970, 930, 970, 930, 970)
    insert(
        published, "marts.measure_value", [week(each, number, 1000, (100, 100)) for each, number in zip(WEEKS[1:], numbers, strict=True)]
    )
    insert(published, "marts.measure_value", [week(MONDAY, 920, 1000, (100, 100))])
    assert found(published, "sudden_change") == []


def test_few_weeks_or_few_people_say_nothing(published: duckdb.DuckDBPyConnection) -> None:
    insert(published, "marts.measure_value", [week(each, 950, 1000, (100, 100)) for each in WEEKS[1:6]])
    insert(published, "marts.measure_value", [week(MONDAY, 500, 1000, (100, 100))])
    assert found(published, "sudden_change") == [], "five weeks are no pattern"
    published.execute("delete from marts.measure_value")
    insert(published, "marts.measure_value", [week(each, 180, 190, (19, 19)) for each in WEEKS[1:]])
    insert(published, "marts.measure_value", [week(MONDAY, 50, 190, (19, 19))])
    assert found(published, "sudden_change") == [], "nineteen pupils are few"


def test_a_week_that_is_not_whole_yet_is_not_looked_at(published: duckdb.DuckDBPyConnection) -> None:
    insert(published, "marts.measure_value", [week(each, 950, 1000, (100, 100)) for each in WEEKS[1:]])
    insert(published, "marts.measure_value", [week(MONDAY, 500, 1000, (100, 100))])
    assert found(published, "sudden_change", day=FRIDAY - dt.timedelta(days=1)) == []
    published.execute("update core.dim_academy set last_delivered_on = date '2026-03-12'")
    assert found(published, "sudden_change") == [], "Friday is not delivered"


@pytest.mark.parametrize("counted", [1, 5])
def test_no_figure_of_a_few_people_is_said(published: duckdb.DuckDBPyConnection, counted: int) -> None:
    about = {"measure_id": "late_rate"}
    insert(published, "marts.measure_value", [week(each, 60, 1000, (60, 100), **about) for each in WEEKS[1:]])
    insert(published, "marts.measure_value", [week(MONDAY, counted, 1000, (counted, 100), **about)])
    assert found(published, "sudden_change") == []


# --- group_falling_behind


def weeks_of_a_group(year: int, monday: dt.date, group: int, everybody: int, people: int = 60) -> list[dict[str, Any]]:
    """Sessions attended, of 600 and of 2,000, by 60 of 200 pupils."""
    return [
        week(monday, everybody, 2000, (200, 200), time_period=year),
        week(
            monday, group * people / 60, 10 * people, (people, people), time_period=year, breakdown_topic="disadvantaged", breakdown="yes"
        ),
    ]


def with_years(connection: duckdb.DuckDBPyConnection, group_now: int, everybody_now: int, people: int = 60) -> None:
    """Six weeks, and the same of the year before: then 570 of 600 and 1,900 of 2,000, level."""
    for monday in WEEKS[:6]:
        before = monday - dt.timedelta(days=364)
        insert(connection, "marts.measure_value", weeks_of_a_group(202526, monday, group_now, everybody_now, people))
        insert(connection, "marts.measure_value", weeks_of_a_group(202425, before, 570, 1900, people))
        trend = {
            "academy_id": "ashby",
            "measure_id": "attendance_rate",
            "period_start": monday,
            "last_year_to": before + dt.timedelta(days=6),
        }
        insert(connection, "marts.weekly_trend", [trend])


def test_a_group_further_behind_than_a_year_before(published: duckdb.DuckDBPyConnection) -> None:
    """450 of 600 beside 1,780 of 2,000: 75 % and 89 %, 14 points; a year before none.

    By people, now: (140/200)² × (0.75 × 0.25 / 60 + 0.95 × 0.05 / 140) = 0.49 × (0.003125 + 0.000339) = 0.001697; before, at 95 % each:
    0.49 × 0.0475 × (1/60 + 1/140) = 0.000554; together √0.002251 = 4.74 points. 14 are 2.95 of them; one gap at 2 % is allowed 2.33.
    """
    with_years(published, 450, 1780)
    (finding,) = found(published, "group_falling_behind")
    assert finding.is_certain
    assert (finding.subject, finding.breakdown_topic, finding.breakdown) == ("attendance_rate/disadvantaged/yes", "disadvantaged", "yes")
    assert finding.value == pytest.approx(14.0)
    assert finding.limit == pytest.approx(0.0)
    assert finding.sentence == (
        "Attendance of the group “disadvantaged: yes” is 14.0 points worse than that of all pupils of the academy in the last school "
        "weeks; in the same weeks of the year before it was level with theirs."
    )


def test_a_gap_that_chance_makes_is_not_certain_and_a_small_one_not_found(published: duckdb.DuckDBPyConnection) -> None:
    with_years(published, 500, 1830)  # 83.3 % and 91.5 %: 8.2 points; by people √0.00175 = 4.2 points, 1.9 of them
    assert [each.is_certain for each in found(published, "group_falling_behind")] == [False]
    published.execute("delete from marts.measure_value; delete from marts.weekly_trend")
    with_years(published, 560, 1890)
    assert found(published, "group_falling_behind") == []


def test_a_small_group_is_not_looked_at_nor_one_that_leaves_few(published: duckdb.DuckDBPyConnection) -> None:
    with_years(published, 300, 1780, people=14)
    assert found(published, "group_falling_behind") == []
    published.execute("update marts.measure_value set denominator_people = 190 where breakdown = 'yes'")
    assert found(published, "group_falling_behind") == []


# --- stale, held, check_failed


@pytest.mark.parametrize(("day", "found_days"), [(17, []), (18, [3]), (19, [4]), (22, [5])])
def test_an_academy_is_stale_by_its_own_school_days(published: duckdb.DuckDBPyConnection, day: int, found_days: list[int]) -> None:
    stale = found(published, "stale", day=dt.date(2026, 3, day))
    assert [each.value for each in stale] == found_days
    assert all(each.subject == "attendance" and each.limit == 3 for each in stale)


def test_old_attendance_that_somebody_lives_with_is_no_alert(published: duckdb.DuckDBPyConnection) -> None:
    accepted = {"check_id": "stale_academy", "academy_id": "ashby", "accepted_by": "x", "accepted_why": "x", "is_current": True}
    insert(published, "dq.check_decision", [accepted])
    assert found(published, "stale", day=dt.date(2026, 3, 20)) == []


def test_a_feed_is_late_by_its_own_pace(published: duckdb.DuckDBPyConnection) -> None:
    """Ten deliveries, one each Monday up to 16 February: five school days apart. Ten may pass: on 2 March ten have, on the 3rd eleven."""
    mondays = [dt.date(2026, 2, 16) - dt.timedelta(days=7 * number) for number in range(10)]
    about = {"academy_id": "ashby", "table_name": "surveys", "status": "accepted"}
    insert(published, "dq.batch", [{**about, "batch_id": str(each), "effective_date": each} for each in mondays])
    earlier = [dt.date(2025, 12, 15) + dt.timedelta(days=number) for number in range(28)]
    days = [{"academy_id": "ashby", "session_date": each, "time_period": 202526, "is_school_day": each.weekday() < 5} for each in earlier]
    insert(published, "core.dim_school_day", days)
    assert found(published, "stale", day=dt.date(2026, 3, 2)) == []
    (finding,) = [each for each in found(published, "stale", day=dt.date(2026, 3, 3)) if each.subject == "surveys"]
    assert finding.value == 11
    assert finding.sentence == "No new delivery of surveys has come since 16 February 2026: 11 of the academy's school days."


def test_deliveries_of_one_table_that_wait_are_one_matter(published: duckdb.DuckDBPyConnection) -> None:
    about = {"academy_id": "ashby", "table_name": "pupil", "status": "held", "reason_code": "shrunk"}
    for batch, entity in (("a", "pupil"), ("a", "enrolment"), ("b", "pupil")):
        insert(published, "dq.batch", [{**about, "batch_id": batch, "entity": entity, "effective_date": FRIDAY}])
    (finding,) = found(published, "held")
    assert (finding.value, finding.subject) == (2, "pupil")
    failing = {"academy_id": "ashby", "status": "fail", "severity": "hold", "checked_at": FRIDAY}
    insert(published, "dq.check_result", [{**failing, "check_id": "shrunk"}, {**failing, "check_id": "other"}])
    assert [each.subject for each in found(published, "check_failed")] == ["other"], "what is held is said once"


def test_only_tonights_open_failures_of_such_a_severity(published: duckdb.DuckDBPyConnection) -> None:
    result = {"academy_id": "ashby", "checked_at": FRIDAY, "severity": "hold", "status": "fail"}
    insert(
        published,
        "dq.check_result",
        [
            {**result, "check_id": "open"},
            {**result, "check_id": "warns", "severity": "warn"},
            {**result, "check_id": "passes", "status": "pass"},
            {**result, "check_id": "last_week", "checked_at": MONDAY},
        ],
    )
    insert(published, "dq.check_result", [{**result, "check_id": "accepted", "accepted_until": dt.date(2026, 8, 31)}])
    assert [each.subject for each in found(published, "check_failed")] == ["open"]


# --- rules as data


def test_a_rule_that_cannot_be_run_takes_nothing_from_the_others(published: duckdb.DuckDBPyConnection) -> None:
    published.execute("drop table marts.goal_year")
    insert(published, "dq.batch", [{"academy_id": "ashby", "table_name": "pupil", "status": "held", "batch_id": "a"}])
    evaluated = evaluate(published, RuleSettings.model_validate({}), FRIDAY, 6)
    assert [each.rule for each in evaluated.findings] == ["held"]
    assert set(RULES) - evaluated.rules == {"goal_breached"}
    assert evaluated.faults["goal_breached"].startswith("The rule goal_breached could not be run")


def test_every_rule_has_its_numbers_its_sql_and_its_words() -> None:
    assert set(default_rules()) == set(RULES)
    assert {file.stem for file in SQL.glob("*.sql")} == {*RULES, "ground"}
    for rule in RULES:
        with pytest.raises(KeyError) as error:
            sentence(rule, {})
        assert error.value.args[0] != rule, "the words ask for a figure"
