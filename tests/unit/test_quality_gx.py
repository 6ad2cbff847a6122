"""Great Expectations on DuckDB: it really judges, it needs its cure, it closes its connections and tells nobody."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipelines.quality import gx
from pipelines.quality.gx import Assertion, judge


@pytest.fixture
def findings(tmp_path: Path) -> Path:
    path = tmp_path / "findings.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table finding (finding text, academy_id text, failed bigint, failed_pct double)")
        connection.execute(
            "insert into finding values ('a', 'ashby', 3, 30), ('a', 'brook', 0, 0), ('a', 'croft', null, null), ('b', 'ashby', 1, 10)"
        )
    return path


def test_an_assertion_is_broken_by_exactly_those_over_its_limit(findings: Path) -> None:
    judged = judge(
        findings,
        [
            Assertion("a", "one", "a"),
            Assertion("a hold", "one", "a", column="failed_pct", at_most=30),
            Assertion("b hold", "two", "b", column="failed_pct", at_most=9.9),
            Assertion("c", "two", "c"),
        ],
        key="academy_id",
    )
    assert {name: (each.has_run, each.broken_by) for name, each in judged.items()} == {
        "a": (True, {"ashby"}),
        "a hold": (True, frozenset()),
        "b hold": (True, {"ashby"}),
        "c": (True, frozenset()),
    }


def test_more_than_a_thousand_that_break_it_are_all_named(findings: Path) -> None:
    with duckdb.connect(str(findings)) as connection:
        connection.execute("insert into finding select 'many', 'academy' || range, 1, 1 from range(1500)")
    assert len(judge(findings, [Assertion("many", "one", "many")], key="academy_id")["many"].broken_by) == 1500


def test_what_great_expectations_cannot_run_is_no_pass(findings: Path) -> None:
    judged = judge(findings, [Assertion("a", "one", "a", column="no_such_column"), Assertion("b", "one", "b")], key="academy_id")
    assert not judged["a"].has_run
    assert judged["b"].has_run


def test_without_the_cure_great_expectations_cannot_read_duckdb(findings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When this fails, Great Expectations has learned DuckDB: remove the cure from pipelines/quality/gx.py."""

    @contextmanager
    def no_cure() -> Iterator[None]:
        yield

    monkeypatch.setattr(gx, "_duckdb_cured", no_cure)
    assert not judge(findings, [Assertion("a", "one", "a")], key="academy_id")["a"].has_run


def test_the_cure_does_not_outlast_the_checkpoint(findings: Path) -> None:
    from great_expectations.execution_engine import sqlalchemy_execution_engine as module

    before = module._PERSISTED_CONNECTION_DIALECTS
    judge(findings, [Assertion("a", "one", "a")], key="academy_id")
    assert before == module._PERSISTED_CONNECTION_DIALECTS


def test_the_file_may_be_written_by_another_process_as_soon_as_it_is_judged(findings: Path) -> None:
    judge(findings, [Assertion("a", "one", "a")], key="academy_id")
    code = f"import duckdb; duckdb.connect({str(findings)!r}).execute('create table free (a int)')"
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def test_nothing_is_printed_logged_or_sent(
    findings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    judge(findings, [Assertion("a", "one", "a"), Assertion("x", "one", "a", column="no_such_column")], key="academy_id")
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")
    assert not caplog.records
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"


def test_reading_the_checks_does_not_import_great_expectations() -> None:
    code = "import sys, pipelines.quality, pipelines.quality.landing, expectations.catalogue; print('great_expectations' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "False"
