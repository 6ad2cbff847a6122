"""A secondary academy of the demo, after one night: a result with all that can stand beside it, each with its source and period."""

from pathlib import Path

import pytest

from tests.helpers.home import TrustHome

WITH_ALL = "brackenhythe"


@pytest.fixture(scope="module")
def home(demo_night: TrustHome) -> TrustHome:
    return demo_night


def card(home: TrustHome, measure: str) -> dict[str, object]:
    names = [
        name for (name,) in home.query("select column_name from duckdb_columns() where schema_name = 'marts' and table_name = 'scorecard'")
    ]
    (row,) = home.query(f"select {', '.join(names)} from marts.scorecard where academy_id = '{WITH_ALL}' and measure_id = '{measure}'")
    return dict(zip(names, row, strict=True))


def test_a_result_has_all_six_comparators_with_their_sources_and_periods(home: TrustHome) -> None:
    shown = card(home, "attainment8")

    assert shown["time_period"] == 202425
    assert shown["last_year_value"] == pytest.approx(2435 / 52)
    assert shown["trust_value"] is not None
    assert (shown["national_value"], shown["national_period"]) == (46.0, "2024/25")
    assert "Key stage 4 performance" in str(shown["national_source"])
    assert (shown["similar_n"], shown["similar_of"], shown["similar_period"]) == (20, 100, "2024/25")
    assert shown["similar_value"] is not None
    assert "Key stage 4 performance" in str(shown["similar_source"])
    assert "published on" not in f"{shown['national_source']} {shown['similar_source']}"  # that day is not confirmed
    assert (shown["target_value"], shown["rag"]) == (47.0, "green")
    assert shown["percentile_in_trust"] == 100.0
    assert shown["percentile_published"] is not None
    assert shown["significance"] == "not_different"
    assert float(str(shown["ci_low"])) < 46 < float(str(shown["ci_high"]))


def test_what_is_unlike_is_refused_or_said_to_be_of_an_earlier_year(home: TrustHome) -> None:
    shown = card(home, "absence_rate")

    assert shown["national_value"] is None
    assert "England: no official figure of the same period is loaded." in str(shown["caveat"])
    assert shown["similar_period"] == "2023/24"
    assert "Similar schools: the whole of 2023/24, an earlier year." in str(shown["caveat"])


def test_progress_8_of_the_last_year_that_had_one_has_an_interval_and_england(home: TrustHome) -> None:
    shown = card(home, "progress8")

    assert (shown["time_period"], shown["national_value"], shown["interval_method"]) == (202324, -0.03, "progress8")
    assert shown["last_year_value"] is None


def test_weeks_have_last_year_and_the_goal(home: TrustHome) -> None:
    (row,) = home.query(
        "select count(*), count(last_year_value), count(trust_value), min(target_value) from marts.weekly_trend "
        f"where academy_id = '{WITH_ALL}' and measure_id = 'attendance_rate' and time_period = 202526"
    )

    weeks, with_last_year, with_trust, target = row
    assert weeks >= with_last_year > 20
    assert with_trust == weeks
    assert target == 93.0


def test_a_funnel_stands_around_england_or_the_trust(home: TrustHome) -> None:
    centres = dict(home.query("select measure_id, centre from marts.funnel where academy_id = 'brackenhythe'"))

    assert (centres["engmaths_9_4_pct"], centres["persistent_absence_rate"]) == ("england", "trust")
    assert Path(home.published).exists()


def test_last_year_has_the_colour_of_last_years_goal_and_one_academy_a_goal_of_its_own(home: TrustHome) -> None:
    """The primaries' goal was 95 until the summer and is 95.5 since; candlemarsh has had 90 for its own since then, and 92.5 before."""
    years = home.query(
        "select academy_id, time_period, target_value, goal_of, round(value, 1), rag from marts.goal_year "
        "where measure_id = 'attendance_rate' and academy_id in ('alderwhistle', 'candlemarsh') order by all"
    )

    assert [row[:4] for row in years] == [
        ("alderwhistle", 202425, 95.0, "phase"),
        ("alderwhistle", 202526, 95.5, "phase"),
        ("candlemarsh", 202425, 92.5, "all"),
        ("candlemarsh", 202526, 90.0, "own"),
    ]
    assert [row[4:] for row in years] == [(94.6, "green"), (95.4, "green"), (86.9, "red"), (88.8, "amber")]
    (unlike,) = home.query(
        "select count(*) from marts.scorecard as cells inner join marts.goal_year as years using (academy_id, measure_id, time_period) "
        "where (cells.rag, cells.target_value, cells.value) is distinct from (years.rag, years.target_value, years.value)"
    )
    assert unlike == (0,)


def test_each_week_stands_beside_the_goal_of_its_own_year(home: TrustHome) -> None:
    rows = home.query(
        f"select distinct time_period, target_value from marts.weekly_trend where academy_id = '{WITH_ALL}' "
        "and measure_id = 'attendance_rate' order by all"
    )

    assert rows == [(202425, 92.5), (202526, 93.0)]
