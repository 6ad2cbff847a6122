"""The checks on the built tables: run as SQL, judged by Great Expectations in one checkpoint, published as the schema dq.

Here: the order of things in one night. Not here: the checks (expectations/), the counting (findings.py), the judging (gx.py), the tables
(dq_*.py). It opens the build and the candidate read-only until every check is judged, then writes dq into the candidate.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from expectations.catalogue import CHECKS
from expectations.check import Check
from pipelines.quality.dq_deliveries import fill_deliveries
from pipelines.quality.dq_results import attach_history, fill_results, fill_work_list
from pipelines.quality.dq_schema import TABLES
from pipelines.quality.findings import BUILT, Findings, finding_name
from pipelines.quality.gx import Assertion, Judgement
from pipelines.quality.judged import judged
from pipelines.quality.landing import landing_database
from pipelines.quality.summary import CheckResult, QualitySummary, ResultStatus
from pipelines.quality.workspace import CANDIDATE, quoted, workspace
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import RunRequest
from pipelines.trust import TrustConfig

TRUST = "trust"


def findings_database(home: Home) -> Path:
    """Return the file of tonight's findings about the built tables."""
    return home.build / "quality.duckdb"


def run(home: Home, trust: TrustConfig, request: RunRequest) -> QualitySummary:
    """Run every check on what was built and write dq into the candidate. It never raises for an academy's data."""
    database = findings_database(home)
    for file in (database, database.with_name(database.name + ".wal")):
        file.unlink(missing_ok=True)
    academies = [each.id for each in trust.academies]
    with workspace(home) as connection:
        with Manifest(home.manifest) as manifest:
            fill_deliveries(connection, manifest, home.raw, request.as_at)
        connection.execute(f"attach {quoted(database)} as quality")
        _find(connection, landing_database(home))
        connection.execute("detach quality")
        assertions = [Assertion(finding_name(each), BUILT, finding_name(each)) for each in CHECKS]
        judgements = judged(home, database, assertions, key="academy_id", is_full=request.is_full)
        connection.execute(f"attach {quoted(database)} as quality (read_only)")
        results = list(_results(connection, academies, judgements))
        attach_history(connection, home.published_file, request)
        fill_results(connection, request, results)
        open_work = fill_work_list(connection, request, "quality")
        _write(connection, home.candidate)
    return QualitySummary(request.run_id, tuple(results), open_work)


def _find(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Work out the findings of every check: those of landing summed up by academy, those of the built tables from their SQL."""
    findings = Findings(connection, "quality", "academy_id")
    has_landing = landing.is_file()
    if has_landing:
        connection.execute(f"attach {quoted(landing)} as landing (read_only)")
    for each in CHECKS:
        if each.at == BUILT:
            findings.add(each)
        elif has_landing:
            findings.add_landed(each, "landing")
        else:
            findings.not_run(each)


def _results(connection: duckdb.DuckDBPyConnection, academies: list[str], judgements: dict[str, Judgement]) -> Iterator[CheckResult]:
    """Every check for every academy: also where there is nothing to say."""
    counts = {
        (check_id, academy_id): (int(checked), int(failed))
        for check_id, academy_id, checked, failed in connection.execute(
            "select check_id, academy_id, checked, failed from quality.main.finding"
        ).fetchall()
    }
    ran = {row[0] for row in connection.execute("select check_id from quality.main.ran group by all having bool_and(has_run)").fetchall()}
    for academy_id in [*academies, TRUST]:
        for check in CHECKS:
            if academy_id != TRUST or check.covers_trust:
                judgement = judgements[finding_name(check)]
                has_run = check.id in ran and judgement.has_run
                yield _result(check, academy_id, counts.get((check.id, academy_id)), has_run, academy_id in judgement.broken_by)


def _result(check: Check, academy_id: str, counted: tuple[int, int] | None, has_run: bool, is_broken: bool) -> CheckResult:
    status: ResultStatus
    reason = None
    if not has_run:
        status, reason = "not_run", "The check could not be run."
    elif counted is None:
        status, reason = "not_applicable", check.not_applicable
    else:
        status = "fail" if is_broken else "pass"
    checked, failed = counted if counted and has_run else (0, 0)
    return CheckResult(
        check_id=check.id,
        academy_id=academy_id,
        principle=check.principle,
        severity=check.severity,
        status=status,
        checked=checked,
        failed=failed,
        measures_affected=", ".join(check.affects),
        reason=reason,
    )


def _write(connection: duckdb.DuckDBPyConnection, candidate: Path) -> None:
    """Copy dq from memory into the candidate, with its comments."""
    attached = connection.execute("select 1 from duckdb_databases() where database_name = $1", [CANDIDATE]).fetchone()
    if attached:
        connection.execute(f"detach {CANDIDATE}")
    connection.execute(f"attach {quoted(candidate)} as candidate (storage_version 'v1.0.0')")
    connection.execute("create schema if not exists candidate.dq")
    for table in TABLES:
        for statement in table.ddl("candidate"):
            connection.execute(statement)
        connection.execute(f"insert into candidate.dq.{table.name} select * from dq.{table.name}")
    connection.execute("checkpoint candidate")
    connection.execute("detach candidate")
