"""The checks on the built tables: run as SQL, judged by Great Expectations in one checkpoint, published as the schema dq.

Here: the order of things in one night. Not here: the checks (expectations/), the counting (findings.py), the judging (gx.py), the tables
(dq_*.py), the words beside the figures (caveats.py). The build and the candidate are open read-only until every check is judged; then dq
and the caveats are written into the candidate.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from expectations.catalogue import CHECKS
from expectations.check import Check
from expectations.dq_schema import TABLES
from pipelines.quality import caveats
from pipelines.quality.decisions import TRUST, acceptances, day_of
from pipelines.quality.dq_decisions import fill_decisions
from pipelines.quality.dq_deliveries import fill_deliveries
from pipelines.quality.dq_ledger import fill_ledger
from pipelines.quality.dq_results import attach_history, fill_results, fill_work_list
from pipelines.quality.findings import BUILT, Findings, finding_name
from pipelines.quality.gx import Assertion, Judgement
from pipelines.quality.judged import judged
from pipelines.quality.landing import landing_database
from pipelines.quality.summary import CheckResult, QualitySummary, ResultStatus
from pipelines.quality.workspace import CANDIDATE, quoted, workspace
from pipelines.store.erasures import Erasures
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import RunRequest
from pipelines.trust import TrustConfig


def findings_database(home: Home) -> Path:
    """Return the file of tonight's findings about the built tables."""
    return home.build / "quality.duckdb"


def run(home: Home, trust: TrustConfig, request: RunRequest) -> QualitySummary:
    """Run every check on what was built and write dq into the candidate. It never raises for an academy's data."""
    database = findings_database(home)
    for file in (database, database.with_name(database.name + ".wal")):
        file.unlink(missing_ok=True)
    academies = [each.id for each in trust.academies]
    caveats.restore(home)
    with workspace(home) as connection:
        with Manifest(home.manifest) as manifest:
            fill_deliveries(connection, manifest, home.raw, request.as_at)
            accepted = acceptances(manifest.check_decisions(), day_of(request.started_at, trust))
        fill_decisions(connection, accepted)
        fill_ledger(connection, home.manifest, request.as_at)
        connection.execute(f"attach {quoted(database)} as quality")
        _find(connection, landing_database(home))
        connection.execute("detach quality")
        assertions = [Assertion(finding_name(each), BUILT, finding_name(each)) for each in CHECKS]
        judgements = judged(home, database, assertions, key="academy_id", is_full=request.is_full)
        connection.execute(f"attach {quoted(database)} as quality (read_only)")
        until = {(each.accepted.check_id, each.accepted.academy_id): each.until for each in accepted if each.is_current}
        results = list(_results(connection, academies, judgements, until))
        attach_history(connection, home.published_file, request)
        fill_results(connection, request, results)
        open_work = fill_work_list(connection, request, "quality", begins_anew=_somebody_was_erased(home))
        with _candidate_open(connection, home.candidate):
            _write(connection)
            caveats.add(connection, CANDIDATE, results)
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


def _results(
    connection: duckdb.DuckDBPyConnection,
    academies: list[str],
    judgements: dict[str, Judgement],
    until: Mapping[tuple[str, str], date],
) -> Iterator[CheckResult]:
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
                found = _result(check, academy_id, counts.get((check.id, academy_id)), has_run, academy_id in judgement.broken_by)
                yield replace(found, accepted_until=until.get((check.id, academy_id))) if found.status == "fail" else found


def _somebody_was_erased(home: Home) -> bool:
    """Whether the published file may still name somebody whose erasure tonight's will finish."""
    with Erasures(home.manifest) as erasures:
        return erasures.are_unfinished()


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


@contextmanager
def _candidate_open(connection: duckdb.DuckDBPyConnection, candidate: Path) -> Iterator[None]:
    """Attach the candidate for writing, after every check has read it; fold what was written into its file."""
    attached = connection.execute("select 1 from duckdb_databases() where database_name = $1", [CANDIDATE]).fetchone()
    if attached:
        connection.execute(f"detach {CANDIDATE}")
    connection.execute(f"attach {quoted(candidate)} as {CANDIDATE} (storage_version 'v1.0.0')")
    yield
    connection.execute(f"checkpoint {CANDIDATE}")
    connection.execute(f"detach {CANDIDATE}")


def _write(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy dq from memory into the candidate, with its comments."""
    connection.execute(f"create schema if not exists {CANDIDATE}.dq")
    for table in TABLES:
        for statement in table.ddl(CANDIDATE):
            connection.execute(statement)
        connection.execute(f"insert into {CANDIDATE}.dq.{table.name} select * from dq.{table.name}")
