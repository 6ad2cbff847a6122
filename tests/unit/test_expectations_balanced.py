"""The checks on balance, and on scales that nobody described."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.balanced import DOMAINS
from tests.helpers.warehouse import Warehouse, outcome

BAD, GOOD, NOTHING = "ashby", "brook", "croft"
YEAR = 202526
HT2, HT3 = date(2025, 11, 3), date(2026, 1, 5)


@pytest.fixture
def warehouse(tmp_path: Path, quick_judgement: None) -> Warehouse:
    """The as-of date is in January 2026, in the third half-term."""
    return Warehouse(tmp_path)


def cell(academy_id: str, domain: str, value: float | None, value_status: str = "ok", number: int = 1) -> dict[str, Any]:
    return {"academy_id": academy_id, "domain": domain, "measure_id": f"{domain} {number}", "value": value, "value_status": value_status}


def figure(academy_id: str, measure_id: str, value: float | None, **changes: Any) -> dict[str, Any]:
    where = {"level": "academy", "time_period": YEAR, "period_type": "year_to_date", "breakdown_topic": "all", "breakdown": "all"}
    return {**where, "academy_id": academy_id, "measure_id": measure_id, "value": value, **changes}


def work(warehouse: Warehouse, check_id: str) -> list[str]:
    return [what for (what,) in warehouse.published(f"select what from dq.work_list where check_id = '{check_id}' order by what")]


def test_domain_missing_is_a_domain_without_a_figure_where_one_could_be(warehouse: Warehouse) -> None:
    """Ashby has no voice (not delivered), one of two measures of staff, no row of context, and its achievement is not applicable."""
    warehouse.add(
        "marts.scorecard",
        *(cell(BAD, domain, 1) for domain in DOMAINS if domain not in {"voice", "staff", "context", "achievement"}),
        cell(BAD, "voice", None, "x"),
        cell(BAD, "voice", None, "z", 2),
        cell(BAD, "staff", None, "x"),
        cell(BAD, "staff", 0, "ok", 2),
        cell(BAD, "achievement", None, "z"),
        *(cell(GOOD, domain, 1) for domain in DOMAINS),
        cell("trust", "voice", None, "x"),
    )

    assert outcome(warehouse.check(), "domain_missing") == {BAD: ("fail", 7, 2), GOOD: ("pass", 8, 0), NOTHING: ("not_applicable", 0, 0)}
    assert work(warehouse, "domain_missing") == ["no figure in the domain context", "no figure in the domain voice"]


@pytest.mark.parametrize(("measures", "status", "failed"), [((4, 3, 3), "pass", 0), ((5, 4, 3), "fail", 1)])
def test_domain_dominates_with_over_forty_per_cent_of_the_measures(
    warehouse: Warehouse, measures: tuple[int, int, int], status: str, failed: int
) -> None:
    """Four of ten is forty per cent, five of twelve is more. What the academies show is the same list."""
    for domain, count in zip(("achievement", "voice", "staff"), measures, strict=True):
        warehouse.add("marts.scorecard", *(cell("trust", domain, 1, number=number) for number in range(count)))
    warehouse.add("marts.scorecard", cell(BAD, "achievement", 1))
    found = outcome(warehouse.check(), "domain_dominates")

    assert found["trust"] == (status, 3, failed)
    assert found[BAD] == ("not_applicable", 0, 0)


def test_valued_not_only_easy_is_about_this_half_term(warehouse: Warehouse) -> None:
    """Ashby asked parents last half-term only; brook asked pupils, and its clubs are nought per cent: that is a figure."""

    def half_term(academy_id: str, measure_id: str, start: date, value: float | None) -> dict[str, Any]:
        return figure(academy_id, measure_id, value, period_type="half_term", period_start=start)

    for measure_id, domain in (("enrichment_pct", "personal_development"), ("pupil_voice_pct", "voice"), ("parent_voice_pct", "voice")):
        warehouse.add("ref.measure", {"measure_id": measure_id, "domain": domain})
    warehouse.add(
        "marts.measure_value",
        half_term(BAD, "enrichment_pct", HT3, 50),
        half_term(BAD, "parent_voice_pct", HT2, 50),
        half_term(BAD, "parent_voice_pct", HT3, None),
        half_term(GOOD, "enrichment_pct", HT3, 0),
        half_term(GOOD, "parent_voice_pct", HT3, None),
        half_term(GOOD, "pupil_voice_pct", HT3, 80),
        {**half_term(NOTHING, "enrichment_pct", HT3, None), "time_period": 202425},
    )

    assert outcome(warehouse.check(), "valued_not_only_easy") == {
        BAD: ("fail", 2, 1),
        GOOD: ("pass", 2, 0),
        NOTHING: ("not_applicable", 0, 0),
    }
    assert work(warehouse, "valued_not_only_easy") == ["no figure in voice in the half-term from 2026-01-05"]


def test_group_hidden_is_a_group_of_six_without_a_figure(warehouse: Warehouse) -> None:
    """Ashby's six pupils with a plan have no result; its five looked-after children are too few to say so. Croft has no figure at all."""

    def of_group(academy_id: str, measure_id: str, topic: str, breakdown: str, value: float | None, pupils: int = 0) -> dict[str, Any]:
        return figure(academy_id, measure_id, value, breakdown_topic=topic, breakdown=breakdown, numerator=pupils)

    for academy_id in (BAD, GOOD):
        warehouse.add(
            "marts.measure_value",
            figure(academy_id, "on_track_pct", 60),
            figure(academy_id, "attendance_rate", None),
            figure(academy_id, "gld_pct", 60),
            figure(academy_id, "roll", 100, numerator=100),
            of_group(academy_id, "roll", "sen", "ehcp", 6, 6),
            of_group(academy_id, "roll", "sen", "none", 94, 94),
            of_group(academy_id, "roll", "looked_after", "yes", 5, 5),
            of_group(academy_id, "roll", "year_group", "12", 50, 50),
            of_group(academy_id, "on_track_pct", "sen", "none", 65),
        )
    warehouse.add("marts.measure_value", of_group(GOOD, "on_track_pct", "sen", "ehcp", 0))
    warehouse.add("marts.measure_value", figure(NOTHING, "on_track_pct", None), of_group(NOTHING, "roll", "sex", "F", 50, 50))

    assert outcome(warehouse.check(), "group_hidden") == {BAD: ("fail", 2, 1), GOOD: ("pass", 2, 0), NOTHING: ("not_applicable", 0, 0)}
    assert work(warehouse, "group_hidden") == ["on_track_pct has no figure for the 6 pupils of sen ehcp"]


def test_an_unmapped_scale_is_listed_by_value_and_count(warehouse: Warehouse) -> None:
    def result(academy_id: str, scale: str | None, result: str, standing: str | None, *, is_described: bool = True) -> dict[str, Any]:
        where = {"academy_id": academy_id, "source_pupil_id": "7", "pupil_key": "k", "time_period": YEAR, "subject_code": "READ"}
        return {**where, "scale": scale, "result": result, "is_scale_described": is_described, "standing": standing}

    warehouse.add(
        "measures.read_formative",
        result(BAD, "STEPS", "Secure", None, is_described=False),
        result(BAD, "STEPS", "Deep", None, is_described=False),
        result(BAD, "GRADES", "9a", None),
        result(BAD, None, "Ask her mother about the spelling", None),
        result(BAD, "GRADES", "4", "expected"),
        result(GOOD, "GRADES", "4", "below"),
    )

    assert outcome(warehouse.check(), "unmapped_scale") == {BAD: ("fail", 5, 4), GOOD: ("pass", 1, 0), NOTHING: ("not_applicable", 0, 0)}
    assert work(warehouse, "unmapped_scale") == [
        'no standing is known for any result of "STEPS": 2 results count nowhere',
        'no standing is known for result "9a" of "GRADES": 1 results count nowhere',
        "no standing is known for result (a longer text) without a scale: 1 results count nowhere",
    ]
