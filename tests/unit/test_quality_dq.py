"""The published tables of dq: deliveries and their files, results with their history, the work list with its dates."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.catalogue import CHECKS
from expectations.check import Severity
from expectations.dq_schema import TABLES
from pipelines.quality import dq_results
from pipelines.quality.summary import CheckResult, PrincipleSummary, QualitySummary, ResultStatus
from pipelines.store.outbox import NewMessage, Outbox
from tests.helpers.manifest import Batch, deliver
from tests.helpers.warehouse import Warehouse

SURNAME = "Quillfeather"


pytestmark = pytest.mark.usefixtures("quick_judgement")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


def invalid(source_pupil_id: str, **more: Any) -> dict[str, Any]:
    values = {"time_period": 202526, "delivered_order": 1, "is_vanished": False, "upn": "Q207000016049", "is_upn_valid": False}
    return {"academy_id": "ashby", "source_pupil_id": source_pupil_id, "legal_surname": SURNAME, **values, **more}


def night(warehouse: Warehouse, number: int, **more: Any) -> None:
    """One whole night: check and publish."""
    started = datetime(2026, 1, 1, 2, tzinfo=UTC) + timedelta(days=number)
    warehouse.check(warehouse.request(f"run {number:03}", started, **more))
    warehouse.publish()


def upn_work(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.published(
        "select source_pupil_id, since, status, gone_on from dq.work_list where check_id = 'upn_invalid' order by position"
    )


def test_every_table_and_column_of_dq_carries_its_comment(warehouse: Warehouse) -> None:
    warehouse.check()
    tables = dict(warehouse.published("select table_name, comment from duckdb_tables() where schema_name = 'dq'"))
    assert tables == {each.name: each.comment for each in TABLES}
    columns = warehouse.published("select table_name, column_name, comment from duckdb_columns() where schema_name = 'dq'")
    assert set(columns) == {(table.name, each.name, each.comment) for table in TABLES for each in table.columns}
    assert not warehouse.published("select * from duckdb_views() where schema_name = 'dq'")


def test_messages_are_published_with_their_tries_and_without_their_words(warehouse: Warehouse) -> None:
    said = NewMessage("ashby_leaders", date(2026, 2, 2), "1 new", f"about {SURNAME}", (("stale.ashby", "raised"), ("held.ashby", "raised")))
    with Outbox(warehouse.home.manifest) as outbox:
        outbox.write([said])
        with outbox.trying(1) as outcome:
            outcome.failure = "It cannot be reached."
    warehouse.check()

    shown = "reader, message_number, day, alerts, state, tries, last_tried_at is not null, sent_at, failure"
    assert warehouse.published(f"select {shown} from dq.message") == [
        ("ashby_leaders", 1, date(2026, 2, 2), 2, "waiting", 1, True, None, "It cannot be reached.")
    ]
    assert SURNAME not in str(warehouse.published("select * from dq.message"))


def test_batches_files_and_rejected_rows_are_those_of_the_manifest(warehouse: Warehouse) -> None:
    held = Batch("ashby", "pupil", {"1": 1}, rejected=((7, "bad_date", "date_of_birth"),), status="held", reason_code="too_many_rejected")
    old = Batch("ashby", "pupil", {"1": 2}, rejected=((3, "bad_date", "date_of_birth"),), day=date(2025, 9, 1)).superseded()
    deliver(warehouse.home, held, old)
    warehouse.check()
    batches = "select batch_id, status, reason_code, rows_read, rows_accepted, rows_rejected, delivered_at from dq.batch order by all desc"
    assert warehouse.published(batches) == [
        (held.batch_id, "held", "too_many_rejected", 2, 1, 1, datetime(2026, 1, 13, 2)),
        (old.batch_id, "superseded", None, 3, 2, 1, datetime(2026, 1, 13, 2)),
    ]
    assert warehouse.published(
        "select batch_id, file_name, extra_columns, missing_optional, rows_in_file from dq.file order by 1 desc"
    ) == [
        (held.batch_id, "matlas_pupil.csv", "House", "fte", 5),
        (old.batch_id, "matlas_pupil.csv", "House", "fte", 5),
    ]
    assert warehouse.published("select * from dq.rejected_row") == [
        (held.batch_id, "ashby", "pupil", "matlas_pupil.csv", 7, "bad_date", "date_of_birth")
    ]


def test_results_of_earlier_runs_stay_and_a_run_is_there_once(warehouse: Warehouse) -> None:
    for number in (1, 2, 2):
        night(warehouse, number)
    each_run = 3 * len(CHECKS) + len([check for check in CHECKS if check.covers_trust])
    assert warehouse.published("select run_id, count(*) from dq.check_result group by all order by all") == [
        ("run 001", each_run),
        ("run 002", each_run),
    ]


def test_the_oldest_run_goes_when_there_are_too_many(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dq_results, "KEPT_RUNS", 2)
    for number in (1, 2, 3):
        night(warehouse, number)
    assert warehouse.published("select distinct run_id from dq.check_result order by all") == [("run 002",), ("run 003",)]


def test_a_run_as_at_another_moment_neither_reads_the_history_nor_adds_to_it(warehouse: Warehouse) -> None:
    night(warehouse, 1)
    warehouse.check(warehouse.request("then", as_at=datetime(2025, 1, 1, tzinfo=UTC)))
    assert warehouse.published("select distinct run_id from dq.check_result") == [("then",)]
    night(warehouse, 2)
    assert warehouse.published("select distinct run_id from dq.check_result order by all") == [("run 001",), ("run 002",)]


def test_a_published_file_without_a_history_begins_one(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.home.published_file)) as database:
        database.execute("create schema dq; create table dq.check_result (other int); create table dq.work_list (other int)")
    night(warehouse, 1)
    warehouse.home.published_file.write_bytes(b"not a database")
    night(warehouse, 2)
    assert warehouse.published("select distinct run_id from dq.check_result") == [("run 002",)]


def test_a_thing_is_open_since_the_first_night_then_gone_for_two_weeks(warehouse: Warehouse) -> None:
    warehouse.add("std.std_pupil", invalid("1"), invalid("2"))
    night(warehouse, 1)
    night(warehouse, 2)
    assert upn_work(warehouse) == [("1", date(2026, 1, 2), "open", None), ("2", date(2026, 1, 2), "open", None)]
    warehouse.execute("std.std_pupil", "update std.std_pupil set is_upn_valid = true where source_pupil_id = '1'")
    night(warehouse, 3)
    night(warehouse, 16)
    gone = ("1", date(2026, 1, 2), "gone", date(2026, 1, 4))
    assert upn_work(warehouse) == [("2", date(2026, 1, 2), "open", None), gone]
    night(warehouse, 17)
    assert upn_work(warehouse) == [("2", date(2026, 1, 2), "open", None)]


def test_a_thing_that_comes_back_is_open_since_then(warehouse: Warehouse) -> None:
    warehouse.add("std.std_pupil", invalid("1"))
    night(warehouse, 1)
    warehouse.execute("std.std_pupil", "update std.std_pupil set is_upn_valid = true")
    night(warehouse, 2)
    warehouse.execute("std.std_pupil", "update std.std_pupil set is_upn_valid = false")
    night(warehouse, 3)
    assert upn_work(warehouse) == [("1", date(2026, 1, 4), "open", None)]


def test_what_a_check_could_not_judge_stays_on_the_list_as_it_was(warehouse: Warehouse) -> None:
    warehouse.add("std.std_pupil", invalid("1"))
    night(warehouse, 1)
    warehouse.execute("std.std_pupil", "alter table std.std_pupil rename to std_away")
    night(warehouse, 2)
    assert upn_work(warehouse) == [("1", date(2026, 1, 2), "open", None)]


def test_more_than_are_shown_become_one_line_and_are_not_gone(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dq_results, "_LIST", dq_results._LIST.replace("1000", "2"))
    warehouse.add("std.std_pupil", *(invalid(str(number)) for number in range(1, 6)))
    for number in (1, 2):
        night(warehouse, number)
    rows = warehouse.published("select source_pupil_id, what, failed, status, since from dq.work_list where check_id = 'upn_invalid'")
    shown = ("the UPN on the record is not a valid one", 1, "open", date(2026, 1, 2))
    assert rows == [("1", *shown), ("2", *shown), (None, "and 3 more of the same", 3, "open", date(2026, 1, 2))]


def test_the_most_harmful_comes_first_and_what_to_do_is_said(warehouse: Warehouse) -> None:
    deliver(warehouse.home, Batch("ashby", "pupil", {"1": 1}, status="held", reason_code="shrunk"))
    warehouse.add("std.std_pupil", invalid("1"))
    warehouse.add("core.fct_enrolment", {"academy_id": "ashby", "time_period": 202425, "is_backfilled": True})
    summary = warehouse.check()
    rows = warehouse.published("select position, check_id, severity, how from dq.work_list where academy_id = 'ashby'")
    hows = {each.id: each.how for each in CHECKS}
    assert rows == [
        (1, "shrunk", "hold", hows["shrunk"]),
        (2, "upn_invalid", "warn", hows["upn_invalid"]),
        (3, "characteristics_backfilled", "info", hows["characteristics_backfilled"]),
    ]
    assert summary.open_work == 3


def test_no_name_and_no_upn_is_in_dq_or_in_the_findings(warehouse: Warehouse) -> None:
    warehouse.add("std.std_pupil", invalid("1"), invalid("2"))
    warehouse.check()
    found = [str(warehouse.published(f"select * from dq.{table.name}")) for table in TABLES]
    with duckdb.connect(str(warehouse.home.build / "quality.duckdb"), read_only=True) as database:
        found += [str(database.execute(f"select * from {table}").fetchall()) for table in ("finding", "failing")]
    assert "upn_duplicate" in "".join(found)
    assert not [text for text in found if SURNAME in text or "Q207000016049" in text]


def result(principle: str, status: ResultStatus, severity: Severity = Severity.WARN, academy_id: str = "ashby") -> CheckResult:
    return CheckResult("identity_late", academy_id, principle, severity, status, 2, 1, "all")


def test_the_summary_counts_by_academy_and_principle_and_names_the_worst() -> None:
    summary = QualitySummary(
        "run",
        (
            result("standardised", "fail", Severity.INFO),
            result("standardised", "fail", Severity.WARN),
            result("standardised", "pass", Severity.HOLD),
            result("lifecycle", "not_applicable"),
            result("lifecycle", "not_run", academy_id="brook"),
        ),
    )
    assert summary.by_principle() == [
        PrincipleSummary("ashby", "standardised", 1, 2, 0, 0, Severity.WARN),
        PrincipleSummary("ashby", "lifecycle", 0, 0, 1, 0, None),
        PrincipleSummary("brook", "lifecycle", 0, 0, 0, 1, None),
    ]
    assert not summary.must_stop


@pytest.mark.parametrize(("status", "stops"), [("fail", True), ("not_run", True), ("pass", False), ("not_applicable", False)])
def test_only_a_stop_check_that_did_not_pass_stops_the_run(status: ResultStatus, stops: bool) -> None:
    assert QualitySummary("run", (result("standardised", status, Severity.STOP),)).must_stop is stops
    assert not QualitySummary("run", (result("standardised", status, Severity.HOLD),)).must_stop
