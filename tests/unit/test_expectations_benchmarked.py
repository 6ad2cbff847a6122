"""What stands beside a figure: out and not loaded, too old, or of another kind. The as-of date is 16 January 2026."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.warehouse import Warehouse, outcome

KINDS = {"attendance_rate": "formative", "absence_rate": "formative", "suspension_rate": "formative"}
RESULTS = ("ks2_rwm_expected_pct", "attainment8", "progress8", "gld_pct")
TO_DATE, YEAR_END = date(2026, 1, 16), date(2025, 7, 31)


pytestmark = pytest.mark.usefixtures("quick_judgement")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    warehouse = Warehouse(tmp_path)
    kinds = {**KINDS, **dict.fromkeys(RESULTS, "summative")}
    warehouse.add("ref.measure", *({"measure_id": measure_id, "kind": kind} for measure_id, kind in kinds.items()))
    return warehouse


def cell(academy_id: str, measure_id: str, time_period: int, **more: Any) -> dict[str, Any]:
    shown = {"phase": "all" if academy_id == "trust" else "primary", "value": 50.0, "period_end": YEAR_END, "domain": "any"}
    return {"academy_id": academy_id, "measure_id": measure_id, "time_period": time_period, **shown, **more}


def england(measure_id: str, time_period: int, series: str, phase: str, value: float | None, **more: Any) -> dict[str, Any]:
    whole = {"period": "year", "value_status": "x" if value is None else "ok", "breakdown_topic": "all", "breakdown": "all"}
    which = {"measure_id": measure_id, "time_period": time_period, "series": series, "phase": phase, "value": value}
    return {**which, "geography_level": "national", **whole, **more}


def said(warehouse: Warehouse, check_id: str) -> list[tuple[str, str]]:
    return [
        (academy_id, what)
        for academy_id, what in warehouse.published(f"select academy_id, what from dq.work_list where check_id = '{check_id}' order by all")
    ]


def test_a_published_year_that_nobody_loaded_is_missing_once_for_the_trust(warehouse: Warehouse) -> None:
    assert outcome(warehouse.check(), "benchmark_missing")["trust"] == ("not_applicable", 0, 0)

    warehouse.add(
        "marts.scorecard",
        cell("ashby", "absence_rate", 202324, period_end=date(2024, 7, 31)),  # out by March 2025, not loaded
        cell("brook", "absence_rate", 202324, period_end=date(2024, 7, 31)),
        cell("ashby", "suspension_rate", 202324, period_end=date(2024, 7, 31)),  # loaded, and beside the figure
        cell("croft", "suspension_rate", 202324, period_end=date(2024, 7, 31), phase="secondary"),  # loaded, and not beside it
        cell("ashby", "attainment8", 202425, phase="secondary"),  # out by the end of February 2026, but loaded before
        cell("ashby", "gld_pct", 202425),  # out by then and not loaded: not due
        cell("ashby", "ks2_rwm_expected_pct", 202324, phase="special"),  # nothing like it
        cell("brook", "progress8", 202223, phase="secondary"),  # out, and nothing has ever been published of it here
        cell("croft", "absence_rate", 202526, period_end=TO_DATE),  # the same week comes later: not asked for
    )
    warehouse.execute(
        "marts.scorecard",
        "update marts.scorecard set national_value = 5 where academy_id = 'ashby' and measure_id in ('suspension_rate', 'attainment8')",
    )
    warehouse.add(
        "ref.benchmark",
        england("absence_rate", 202223, "census", "primary", 6),
        england("suspension_rate", 202324, "census_suspensions", "primary", 5),
        england("suspension_rate", 202324, "census_suspensions", "secondary", 9),
        england("attainment8", 202425, "performance_tables", "all", 5),
        england("gld_pct", 202324, "performance_tables", "all", 5),
        england("ks2_rwm_expected_pct", 202223, "performance_tables", "all", 5),
    )  # fmt: skip
    found = outcome(warehouse.check(), "benchmark_missing")

    assert found == {**dict.fromkeys(("ashby", "brook", "croft"), ("not_applicable", 0, 0)), "trust": ("fail", 4, 2)}
    assert said(warehouse, "benchmark_missing") == [
        ("trust", "England's figure came out by 2025-03-31 and is not loaded: absence_rate of 202324 (census, primary schools)"),
        ("trust", "England's figure is loaded and stands beside none: suspension_rate of 202324 (census suspensions, secondary schools)"),
    ]

    warehouse.add("ref.benchmark", england("absence_rate", 202324, "census", "primary", None))  # DfE gives none: nothing to load
    warehouse.execute("marts.scorecard", "update marts.scorecard set national_value = 9 where academy_id = 'croft'")
    assert outcome(warehouse.check(), "benchmark_missing")["trust"] == ("pass", 4, 0)


def test_a_comparator_of_a_year_that_ended_over_two_years_ago_is_stale(warehouse: Warehouse) -> None:
    old, newer = {"time_period": 202223}, {"time_period": 202324}
    warehouse.add(
        "marts.scorecard",
        {**cell("ashby", "gld_pct", 0), **old, "national_value": 60.0, "similar_value": 50.0, "similar_period": "2022/23"},
        {**cell("ashby", "attainment8", 0), **old, "national_value": 46.0},
        {**cell("ashby", "absence_rate", 0), **newer, "national_value": 6.0, "similar_value": 5.0, "similar_period": "2023/24"},
        {**cell("brook", "absence_rate", 0), **newer, "national_value": 6.0},
        {**cell("brook", "progress8", 0), **newer, "national_value": 0.0},  # the next years have none: nothing newer is to be had
        {**cell("croft", "gld_pct", 0), **old},  # nothing beside it
        {**cell("trust", "gld_pct", 0), **old, "national_value": 60.0},
    )

    assert outcome(warehouse.check(), "benchmark_stale") == {
        "ashby": ("fail", 5, 3),
        "brook": ("pass", 1, 0),
        "croft": ("not_applicable", 0, 0),
        "trust": ("fail", 1, 1),
    }
    assert said(warehouse, "benchmark_stale") == [
        ("ashby", "England of the year to July 2023 beside attainment8, gld_pct"),
        ("ashby", "similar schools of the year to July 2023 beside gld_pct"),
        ("trust", "England of the year to July 2023 beside gld_pct"),
    ]


def test_england_beside_a_figure_is_of_the_same_series_period_and_week(warehouse: Warehouse) -> None:
    to_date = {"period": "year_to_date", "period_end": date(2026, 1, 14)}  # the same week
    warehouse.add(
        "ref.benchmark",
        england("absence_rate", 202526, "daily", "primary", 5.5, **to_date),
        england("absence_rate", 202526, "daily", "secondary", 8.5, **to_date),
        england("absence_rate", 202526, "daily", "primary", 5.1, period="year_to_date", period_end=date(2026, 1, 9)),
        england("absence_rate", 202526, "census", "primary", 6.9),
        england("absence_rate", 202425, "census", "primary", 7.1),
        england("absence_rate", 202425, "daily", "primary", 7.4),
        england("attainment8", 202425, "performance_tables", "all", 46.1),
    )
    this_year, last_year = {"period_end": TO_DATE}, {"period_end": YEAR_END}
    warehouse.add(
        "marts.scorecard",
        cell("brook", "absence_rate", 202526, **this_year, national_value=5.5),
        cell("brook", "attainment8", 202425, phase="secondary", national_value=46.1),
        cell("trust", "absence_rate", 202526, **this_year, national_value=6.7),  # weighed, between the two
        cell("croft", "absence_rate", 202526, **this_year),
    )
    passing = {"brook": ("pass", 2, 0), "trust": ("pass", 1, 0), "croft": ("not_applicable", 0, 0)}
    for wrong in (6.9, 5.1, 8.5, 7.1):  # of a whole year; to another week; of another phase; of another year
        warehouse.execute("marts.scorecard", "delete from marts.scorecard where academy_id = 'ashby'")
        warehouse.add("marts.scorecard", cell("ashby", "absence_rate", 202526, **this_year, national_value=wrong))
        assert outcome(warehouse.check(), "unlike_series") == {**passing, "ashby": ("fail", 1, 1)}, wrong

    warehouse.execute("marts.scorecard", "delete from marts.scorecard where academy_id = 'ashby'")
    warehouse.add(
        "marts.scorecard",
        cell("ashby", "absence_rate", 202425, **last_year, national_value=7.1),
        cell("ashby", "attainment8", 202425, phase="special", national_value=46.1),  # of mainstream schools
        cell("ashby", "suspension_rate", 202526, **this_year, national_value=3.0),  # no series is like a year to date
    )
    assert outcome(warehouse.check(), "unlike_series")["ashby"] == ("fail", 3, 2)
