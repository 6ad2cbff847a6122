"""`matlas synth --defects` plants known faults; one night finds exactly those, and nothing in the academies that have none."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.catalogue import CHECKS
from expectations.check import Severity
from pipelines.synthetic import write_trust
from tests.helpers.begun import begun
from tests.helpers.home import TrustHome

Finding = tuple[str, str, str]
READING_FAULTS = {
    "bad_date", "bad_number", "doctype", "duplicate_column", "duplicate_key", "empty_file", "field_count", "missing_column",
    "missing_required", "no_such_code_table", "nul_byte", "shrunk", "too_compressed", "too_deep", "too_large", "too_many_rejected",
    "unknown_file", "unmapped_mark", "unreadable_file", "unsafe_path",
}  # fmt: skip


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trust of ten academies, two on each MIS: the second of each is clean."""
    root = tmp_path_factory.mktemp("faulty") / "home"
    write_trust(root, academies=10, pupils=110, years=2, seed=1, defects=True)
    outcome = begun(tmp_path_factory, TrustHome(root)).here("run")
    assert outcome.code == 3, outcome.text
    return root


def answers(root: Path, kind: str) -> dict[Finding, int]:
    listed: list[dict[str, Any]] = json.loads((root / "answers.json").read_text(encoding="utf-8"))
    return {(kind, answer[kind], answer["academy_id"]): answer["failed"] for answer in listed if kind in answer}


def query(root: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(root / "published" / "matlas.duckdb"), read_only=True) as warehouse:
        return warehouse.execute(sql).fetchall()


def test_at_least_thirty_kinds_are_planted_and_every_check_that_an_academys_data_can_fail(faulty: Path) -> None:
    """What stops a run is ours, and so are the checks of what we publish and of what we ask for: no academy's file can fail them."""
    checks = {name for _, name, _ in answers(faulty, "check_id")}
    faults = {name for _, name, _ in answers(faulty, "reason_code")}
    theirs = {each.id for each in CHECKS if each.severity != Severity.STOP and each.principle not in ("layered", "benchmarked")}
    theirs -= {"unused_column"}

    assert len(checks) + len(faults) >= 30
    assert checks == theirs
    assert faults == READING_FAULTS


def test_every_check_finds_what_was_planted_and_nothing_else(faulty: Path) -> None:
    failed = query(faulty, "select check_id, academy_id, failed from dq.check_result where status = 'fail'")

    assert {("check_id", check, academy): rows for check, academy, rows in failed} == answers(faulty, "check_id")


def test_every_reading_fault_is_told_with_its_file_and_line(faulty: Path) -> None:
    listed: list[dict[str, Any]] = json.loads((faulty / "answers.json").read_text(encoding="utf-8"))
    planted = Counter(
        (answer["reason_code"], answer["academy_id"], file, line)
        for answer in listed
        if "line" in answer and answer["reason_code"] != "duplicate_key"
        for file, line in zip(*([each] if not isinstance(each, list) else each for each in (answer["file"], answer["line"])), strict=True)
    )
    rejected = query(
        faulty,
        """
        select rows.reason_code, batches.academy_id, rows.file_name, rows.source_row
        from dq.rejected_row as rows
        inner join (select distinct batch_id, academy_id from dq.batch) as batches using (batch_id)
        """,
    )

    assert Counter(rejected) == planted


def test_every_broken_file_is_held_rejected_unknown_or_a_duplicate_as_planted(faulty: Path) -> None:
    row_faults = {"bad_date", "missing_required", "unmapped_mark", "field_count", "nul_byte", "bad_number"}
    planted = {finding: rows for finding, rows in answers(faulty, "reason_code").items() if finding[1] not in row_faults}
    batches = query(
        faulty, "select reason_code, academy_id, count(distinct batch_id) from dq.batch where status in ('held', 'rejected') group by all"
    )
    duplicates = query(faulty, "select academy_id, sum(rows_duplicate) from dq.batch group by all having sum(rows_duplicate) > 0")
    found = {("reason_code", reason, academy): count for reason, academy, count in batches}
    found |= {("reason_code", "duplicate_key", academy): int(count) for academy, count in duplicates}
    unknown = {finding: planted.pop(finding) for finding in list(planted) if finding[1] == "unknown_file"}

    assert found == planted
    assert set(unknown.values()) == {1}


def test_the_report_tells_every_failure_and_every_delivery_that_waits_and_no_pupil(faulty: Path) -> None:
    report = (faulty / "published" / "quality.html").read_text(encoding="utf-8")
    last = "checked_at = (select max(checked_at) from dq.check_result)"
    failures = query(faulty, f"select academy_id, check_id from dq.check_result where status = 'fail' and {last}")
    waiting = query(faulty, "select distinct batch_id from dq.batch where status in ('held', 'rejected')")
    pupils = query(faulty, "select upn, cast(date_of_birth as text) from core.dim_pupil")
    named = query(faulty, "select source_pupil_id from dq.work_list where source_pupil_id is not null")

    assert report.count('<article class="card') == len(failures) > 0
    assert [batch for (batch,) in waiting if f"matlas refuse {batch}" not in report] == []
    words = set(re.findall(r"[\w-]+", report))
    assert words & {value for row in (*pupils, *named) for value in row if value} == set()
    assert words & {"Wessex", "Wayfinder", "Splendid"} == set(), "values without a map"
