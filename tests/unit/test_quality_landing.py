"""The landing suites: what they find in each batch, when a batch is over the limit, and what they read again."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.quality import landing
from pipelines.store.manifest import Manifest
from tests.helpers.manifest import Batch, deliver
from tests.helpers.warehouse import Warehouse, outcome

FACTS = ["attendance_mark", "suspension"]
Found = dict[tuple[str, str], tuple[int, int, float | None]]


@pytest.fixture
def warehouse(tmp_path: Path, quick_judgement: None) -> Warehouse:
    return Warehouse(tmp_path)


@pytest.fixture
def judged_by_great_expectations(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


def land(warehouse: Warehouse, entities: list[str], as_at: datetime | None = None) -> Found:
    request = warehouse.request(as_at=as_at)
    landing.run(warehouse.home, warehouse.trust, request, entities)
    with Manifest(warehouse.home.manifest) as manifest:
        return {(each.batch_id, each.check_id): (each.checked, each.failed, each.hold_over_pct) for each in manifest.findings(as_at)}


def test_rows_of_undelivered_pupils_hold_a_batch_over_ten_per_cent_and_not_at_ten(judged_by_great_expectations: Warehouse) -> None:
    pupils = Batch("ashby", "pupil", {"1": 1, "2": 1})
    at_limit = Batch("ashby", "attendance_mark", {"1": 5, "2": 4, "gone": 1})
    over = Batch("ashby", "attendance_mark", {"1": 89, "gone": 11}, day=date(2026, 1, 13))
    clean = Batch("ashby", "suspension", {"2": 3})
    deliver(judged_by_great_expectations.home, pupils, at_limit, over, clean)
    found = land(judged_by_great_expectations, FACTS)
    assert found[at_limit.batch_id, "orphan_fact"] == (10, 1, None)
    assert found[over.batch_id, "orphan_fact"] == (100, 11, 10)
    assert found[clean.batch_id, "orphan_fact"] == (3, 0, None)


def test_a_pupil_of_another_academy_or_of_a_held_list_is_not_known(warehouse: Warehouse) -> None:
    deliver(
        warehouse.home,
        Batch("brook", "pupil", {"1": 1}),
        Batch("ashby", "pupil", {"2": 1}, status="held"),
        Batch("ashby", "pupil", {"3": 1}, day=date(2025, 9, 1)).superseded(),
        Batch("ashby", "suspension", {"1": 1, "2": 1, "3": 1}),
    )
    assert land(warehouse, FACTS) == {
        ("ashby-matlas_suspension-2026-01-12", "orphan_fact"): (3, 2, 10),
        ("ashby-matlas_suspension-2026-01-12", "unmapped_code"): (3, 0, None),
    }


def test_results_that_name_pupils_by_upn_are_no_orphans_and_an_unknown_upn_is_told_without_holding(warehouse: Warehouse) -> None:
    pupils = Batch("ashby", "pupil", {"1": 1, "2": 1}, upns=(("P207000016049", None), ("B801200005001", "M80120000500A")))
    elsewhere = Batch("brook", "pupil", {"9": 1}, upns=(("A123456789001", None),))
    upns = {"P207000016049": 20, "M80120000500A": 10, "A123456789001": 5, "T999999999999": 1}
    official = Batch("ashby", "assessment_result", upns, profile="giap")
    deliver(warehouse.home, pupils, elsewhere, official)
    found = land(warehouse, ["assessment_result"])

    assert found == {(official.batch_id, "unknown_upn"): (36, 6, None), (official.batch_id, "unmapped_code"): (36, 0, None)}


def test_an_miss_own_results_and_other_facts_about_pupils_can_be_orphans(warehouse: Warehouse) -> None:
    facts = [Batch("ashby", entity, {"1": 9, "gone": 1}) for entity in ("assessment_result", "club_membership", "parent_event")]
    deliver(warehouse.home, Batch("ashby", "pupil", {"1": 1}), *facts)
    found = land(warehouse, [each.entity for each in facts])

    assert {batch_id: counts for (batch_id, check_id), counts in found.items() if check_id == "orphan_fact"} == {
        each.batch_id: (10, 1, None) for each in facts
    }
    assert "unknown_upn" not in {check_id for _, check_id in found}


def test_facts_about_colleagues_are_judged_against_the_accepted_staff_lists(warehouse: Warehouse) -> None:
    contracts = Batch("ashby", "staff_contract", staff={"S1": 9, "S0": 1})
    absences = Batch("ashby", "staff_absence", staff={"S1": 7, "S2": 2, "gone": 1})
    training = Batch("ashby", "cpd_record", staff={"S2": 3, "held": 2})
    deliver(
        warehouse.home,
        Batch("ashby", "staff", staff={"S1": 1, "S2": 1}),
        Batch("ashby", "staff", staff={"S0": 1}, day=date(2025, 9, 1)).superseded(),
        Batch("ashby", "staff", staff={"held": 1}, day=date(2026, 2, 1), status="held"),
        contracts,
        absences,
        training,
    )
    found = land(warehouse, ["staff_contract", "staff_absence", "cpd_record"])

    assert found[contracts.batch_id, "orphan_staff_fact"] == (10, 0, None)
    assert found[absences.batch_id, "orphan_staff_fact"] == (10, 1, None)
    assert found[training.batch_id, "orphan_staff_fact"] == (5, 2, 10)


def test_a_late_pupil_list_takes_an_orphan_away(warehouse: Warehouse) -> None:
    marks = Batch("ashby", "attendance_mark", {"1": 5})
    deliver(warehouse.home, marks)
    assert land(warehouse, FACTS)[marks.batch_id, "orphan_fact"] == (5, 5, 10)
    deliver(warehouse.home, marks, Batch("ashby", "pupil", {"1": 1}))
    assert land(warehouse, FACTS)[marks.batch_id, "orphan_fact"] == (5, 0, None)


def test_values_without_a_map_are_counted_by_their_rows(warehouse: Warehouse) -> None:
    pupils = Batch("ashby", "pupil", {"1": 1, "2": 1}, unmapped=(("sex", "Z", 1, True), ("ethnicity_code", "QQ", 2, False)))
    deliver(warehouse.home, pupils, Batch("brook", "pupil", {"1": 1}))
    assert land(warehouse, ["pupil", "enrolment"]) == {
        (pupils.batch_id, "unmapped_code"): (3, 3, None),
        ("brook-matlas_pupil-2026-01-12", "unmapped_code"): (1, 0, None),
    }


def test_findings_about_other_entities_stay(warehouse: Warehouse) -> None:
    deliver(warehouse.home, Batch("ashby", "pupil", {"1": 1}), Batch("ashby", "suspension", {"1": 1}))
    land(warehouse, ["pupil"])
    assert {check_id for _, check_id in land(warehouse, FACTS)} == {"orphan_fact", "unmapped_code"}
    assert len(land(warehouse, FACTS)) == 3


def test_a_content_is_read_once_and_a_lost_cache_is_made_again(warehouse: Warehouse) -> None:
    deliver(warehouse.home, Batch("ashby", "pupil", {"1": 1}), Batch("ashby", "suspension", {"1": 1, "2": 1}))
    before = land(warehouse, FACTS)
    for file in warehouse.home.raw.rglob("*.parquet"):
        file.rename(file.with_suffix(".kept"))
    assert land(warehouse, FACTS) == before
    for file in warehouse.home.raw.rglob("*.kept"):
        file.rename(file.with_suffix(".parquet"))
    landing.landing_database(warehouse.home).write_bytes(b"half a file")
    assert land(warehouse, FACTS) == before


def test_a_run_as_at_a_moment_sees_only_what_was_delivered_by_then(warehouse: Warehouse) -> None:
    deliver(warehouse.home, Batch("ashby", "suspension", {"1": 1}))
    assert land(warehouse, FACTS, as_at=datetime(2026, 1, 12, tzinfo=UTC)) == {}
    assert len(land(warehouse, FACTS)) == 2


def test_what_great_expectations_could_not_judge_keeps_its_limit(
    judged_by_great_expectations: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(judged_by_great_expectations.home, Batch("ashby", "suspension", {"1": 1}))
    assertions = landing._assertions

    def broken(entities: list[str]) -> list[object]:
        return [
            (check, entity, each.__class__(each.name, each.suite, each.finding, "no_such_column"))
            for check, entity, each in assertions(entities)
        ]

    monkeypatch.setattr(landing, "_assertions", broken)
    assert land(judged_by_great_expectations, FACTS)["ashby-matlas_suspension-2026-01-12", "orphan_fact"] == (1, 1, 10)


def test_the_academys_result_sums_up_the_batches_that_stand_or_wait(warehouse: Warehouse) -> None:
    deliver(
        warehouse.home,
        Batch("ashby", "pupil", {"1": 1}, unmapped=(("ethnicity_code", "QQ", 1, False),)),
        Batch("ashby", "attendance_mark", {"1": 6, "2": 4}, status="held"),
        Batch("ashby", "attendance_mark", {"9": 4}, day=date(2026, 1, 5)).superseded(),
        Batch("ashby", "suspension", {"2": 1, "1": 1}),
        Batch("brook", "pupil", {"1": 1}),
        Batch("brook", "suspension", {"1": 1}),
    )
    land(warehouse, ["pupil", "enrolment"])
    land(warehouse, FACTS)
    summary = warehouse.check()
    assert outcome(summary, "orphan_fact") == {"ashby": ("fail", 12, 5), "brook": ("pass", 1, 0), "croft": ("not_applicable", 0, 0)}
    assert outcome(summary, "unmapped_code") == {"ashby": ("fail", 13, 1), "brook": ("pass", 2, 0), "croft": ("not_applicable", 0, 0)}
    work = warehouse.published("select check_id, source_pupil_id, what, failed from dq.work_list where academy_id = 'ashby' order by all")
    assert work == [
        ("orphan_fact", "2", "has rows of attendance_mark but is not in the pupil export", 4),
        ("orphan_fact", "2", "has rows of suspension but is not in the pupil export", 1),
        ("unmapped_code", None, 'no map for the value "QQ" of pupil.ethnicity_code: it counts as unknown', 1),
    ]


def test_without_the_landing_suites_their_checks_were_not_run(warehouse: Warehouse) -> None:
    assert outcome(warehouse.check(), "orphan_fact")["ashby"] == ("not_run", 0, 0)


def test_a_landing_check_that_cannot_be_run_is_no_pass(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(warehouse.home, Batch("ashby", "suspension", {"1": 1}))
    monkeypatch.setattr(landing, "_TONIGHT", landing._TONIGHT.replace("create table tonight.pupil as", "create table tonight.nobody as"))
    assert (("ashby-matlas_suspension-2026-01-12", "orphan_fact") in land(warehouse, FACTS)) is False
    assert outcome(warehouse.check(), "orphan_fact")["ashby"] == ("not_run", 0, 0)


def test_a_shrunk_delivery_waits_and_is_on_the_list(warehouse: Warehouse) -> None:
    deliver(
        warehouse.home,
        Batch("ashby", "pupil", {"1": 1}, day=date(2026, 1, 5)),
        Batch("ashby", "pupil", {"1": 1}, status="held", reason_code="shrunk"),
        Batch("ashby", "suspension", {"1": 1}, status="held", reason_code="too_many_rejected"),
        Batch("brook", "pupil", {"1": 1}),
        Batch("croft", "pupil", {"1": 1}, status="refused", reason_code="shrunk"),
    )
    summary = warehouse.check()
    assert outcome(summary, "shrunk") == {"ashby": ("fail", 3, 1), "brook": ("pass", 1, 0), "croft": ("not_applicable", 0, 0)}
    assert not summary.must_stop
    assert warehouse.published("select subject, severity, what from dq.work_list where check_id = 'shrunk'") == [
        (
            "ashby-matlas_pupil-2026-01-12",
            "hold",
            "the delivery ashby-matlas_pupil-2026-01-12 waits for a decision: The reason is shrunk.",
        )
    ]
