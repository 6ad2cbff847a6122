"""The checks on achievement: DfE's figures against ours, stages without results, results that are not understood."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.warehouse import Warehouse, outcome

BAD, GOOD, NOTHING = "ashby", "brook", "croft"
YEAR = 202425


@pytest.fixture
def warehouse(tmp_path: Path, quick_judgement: None) -> Warehouse:
    """The as-of date is in January 2026."""
    return Warehouse(tmp_path)


def figure(academy_id: str, pupil: str, measure_id: str, numerator: float) -> dict[str, Any]:
    return {
        "academy_id": academy_id,
        "pupil_key": f"key of {pupil}",
        "time_period": YEAR,
        "measure_id": measure_id,
        "numerator": numerator,
        "denominator": 1,
    }


def stage(academy_id: str, stage_end: str, time_period: int, pupils: int, own: int = 0, official: int = 0) -> dict[str, Any]:
    return {
        "academy_id": academy_id,
        "time_period": time_period,
        "stage_end": stage_end,
        "pupils": pupils,
        "own_results": own,
        "official_results": official,
    }


def test_official_mismatch_lists_the_pupils_whose_figures_differ(warehouse: Warehouse) -> None:
    """Ashby's first pupil differs in two measures of four, brook's in none: 6.17 is how DfE rounds 37 ÷ 6."""
    for academy, pupil in ((BAD, "1"), (BAD, "2"), (GOOD, "1"), (NOTHING, "1")):
        warehouse.add(
            "core.bridge_pupil_source",
            {"academy_id": academy, "source_pupil_id": pupil, "pupil_key": f"key of {academy} {pupil}"},
        )
    warehouse.add(
        "measures.official_achievement",
        figure(BAD, f"{BAD} 1", "attainment8", 15.5),
        figure(BAD, f"{BAD} 1", "engmaths_9_5_pct", 1),
        figure(BAD, f"{BAD} 1", "progress8", -0.42),
        figure(BAD, f"{BAD} 2", "attainment8", 40),
        figure(BAD, f"{BAD} 2", "ebacc_aps", 4),
        figure(GOOD, f"{GOOD} 1", "ebacc_aps", 6.17),
        figure(NOTHING, f"{NOTHING} 1", "attainment8", 40),
    )
    warehouse.add(
        "measures.own_achievement",
        figure(BAD, f"{BAD} 1", "attainment8", 15),
        figure(BAD, f"{BAD} 1", "engmaths_9_5_pct", 0),
        figure(BAD, f"{BAD} 1", "progress8", -1),
        figure(BAD, f"{BAD} 2", "attainment8", 40),
        figure(GOOD, f"{GOOD} 1", "ebacc_aps", 6.166667),
        figure(NOTHING, "another", "attainment8", 1),
    )

    assert outcome(warehouse.check(), "official_mismatch") == {
        BAD: ("fail", 3, 2),
        GOOD: ("pass", 1, 0),
        NOTHING: ("not_applicable", 0, 0),
    }
    assert warehouse.published("select source_pupil_id, what from dq.work_list where check_id = 'official_mismatch'") == [
        ("1", "DfE and the academy differ in 202425: attainment8, engmaths_9_5_pct")
    ]


def test_stage_missing_is_about_last_summer(warehouse: Warehouse) -> None:
    """Ashby has results of key stage 2 and none of phonics; of the year before nobody asks, and this year's stages are still to end."""
    warehouse.add(
        "measures.stage_year",
        stage(BAD, "KS2", YEAR, 30, own=90),
        stage(BAD, "PHONICS_Y1", YEAR, 30),
        stage(BAD, "MTC", YEAR, 0),
        stage(BAD, "KS2", YEAR - 101, 30),
        stage(BAD, "KS2", YEAR + 101, 30),
        stage(GOOD, "KS4", YEAR, 30, official=30),
        stage(NOTHING, "KS4", YEAR, 0),
    )

    assert outcome(warehouse.check(), "stage_missing") == {BAD: ("fail", 2, 1), GOOD: ("pass", 1, 0), NOTHING: ("not_applicable", 0, 0)}


@pytest.mark.parametrize(("as_of", "judged"), [("2025-08-31", 202324), ("2025-09-01", 202425), ("2026-08-31", 202425)])
def test_results_may_come_until_1_september(warehouse: Warehouse, as_of: str, judged: int) -> None:
    warehouse.execute("run.parameter", f"update run.parameter set as_of = date '{as_of}'")
    warehouse.add("measures.stage_year", *(stage(BAD, "KS2", year, 30) for year in (202324, 202425, 202526)))
    warehouse.check()

    assert warehouse.published("select what from dq.work_list where check_id = 'stage_missing'") == [
        (f"no results of KS2 {judged} for 30 pupils",)
    ]


def test_a_result_without_a_rule_is_listed_without_its_value(warehouse: Warehouse) -> None:
    def result(academy_id: str, rule: str | None) -> dict[str, Any]:
        where = {"academy_id": academy_id, "source_pupil_id": "7", "pupil_key": "k", "stage": "KS4", "time_period": YEAR}
        return {**where, "subject_code": "SPORT", "result_date": date(2025, 8, 21), "rule": rule}

    warehouse.add("measures.read_result", result(BAD, None), result(BAD, "scored"), result(GOOD, "scored"))

    assert outcome(warehouse.check(), "result_not_understood") == {
        BAD: ("fail", 2, 1),
        GOOD: ("pass", 1, 0),
        NOTHING: ("not_applicable", 0, 0),
    }
    assert warehouse.published("select source_pupil_id, what from dq.work_list where check_id = 'result_not_understood'") == [
        ("7", "the KS4 result in SPORT of 2025-08-21 is not understood")
    ]
