"""Run the dbt project in this process, on a home's build database and candidate.

Here: the manifest kept between runs, the environment that profiles.yml reads, results without data values, and letting go of the files
afterwards. Not here: what is built (models/, dbt_project/), and what dbt is given (inputs.py). dbt writes no log and no result file: both
would hold the database's own error texts, and those quote values.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.build.dbt_manifest import PROJECT, kept_manifest
from pipelines.build.nodes import SEEDS, Node, project_nodes
from pipelines.store.home import Home
from pipelines.store.machine import Machine

if TYPE_CHECKING:
    import duckdb

NODE_FINISHED = "NodeFinished"
NO_TRACES = ("--log-level", "none", "--log-level-file", "none", "--no-write-json", "--no-send-anonymous-usage-stats", "--no-partial-parse")
# The seeds are files of ours that no night changes: their tests belong to `make test` (a fifth of all nodes), not to the night.
# `cautious`: of the tests that read a seed only those that read nothing else.
NOT_AT_NIGHT = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious", "--exclude", f"resource_type:test,path:{SEEDS}")
# These kinds of error speak of our own SQL, files and machine; every other kind may quote what an academy delivered.
SAFE_ERRORS = ("Binder Error", "Catalog Error", "Parser Error", "Out of Memory Error", "IO Error")
OUR_OWN = ("Compilation Error", "Parsing Error", "Dependency Error")  # raised before any data is touched: the whole text may be told
NOT_NULL = re.compile(r"NOT NULL constraint failed: [\w.]+")
ERROR_KIND = re.compile(r"\b((?:[A-Z]\w* ?){1,4}(?:Error|Exception))\b")


class DbtError(Exception):
    """dbt could not even start; the message says why, without values."""


@dataclass(frozen=True)
class DbtResult:
    """What became of one node. `message` holds no value of the data; `failures` counts the rows that fail a test; `is_kept` where a table
    stood and a test was not asked again. `compiled` is the SQL that dbt made of a model or test.
    """

    unique_id: str
    kind: str
    status: str
    message: str
    rows: int | None
    seconds: float
    failures: int = 0
    is_kept: bool = False
    compiled: str = field(default="", repr=False)


@dataclass(frozen=True)
class DbtProgress:
    """One node is done."""

    unique_id: str
    status: str


def run_dbt(
    home: Home,
    select: Sequence[str] | None = None,
    on_event: Callable[[DbtProgress], None] | None = None,
    machine: Machine | None = None,
) -> list[DbtResult]:
    """Build every seed and model and run the data tests of the models (not the seeds' own, no unit tests), or those that `select` names.

    Of a part, only the tests that need no other table are run.
    """
    chosen = ["--select", *select] if select else []
    return with_rows(home, invoke(home, ["build", *NOT_AT_NIGHT, *chosen], on_event, machine))


def invoke(
    home: Home,
    arguments: Sequence[str],
    on_event: Callable[[DbtProgress], None] | None = None,
    machine: Machine | None = None,
) -> list[DbtResult]:
    """Run one dbt command on a home's build database and candidate; the files are free again when this returns."""
    from dbt.cli.main import dbtRunner

    command, *rest = arguments
    paths = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(home.store / "dbt")]
    home.build.mkdir(parents=True, exist_ok=True)
    with _environment(home, machine or Machine.from_environment()), _connections_closed():
        runner = dbtRunner(manifest=kept_manifest(), callbacks=[_callback(on_event)] if on_event else [])
        outcome = runner.invoke([*NO_TRACES, command, *paths, *rest])
    if outcome.result is None:
        # The sentence is scrubbed, the cause is not: it must not travel on.
        raise DbtError(f"dbt could not start: {scrubbed(str(outcome.exception))}") from None
    return [_result(run) for run in outcome.result.results]


@contextmanager
def opened(home: Home) -> Iterator["duckdb.DuckDBPyConnection"]:
    """The build database with the candidate beside it, opened as dbt opens them (dbt_project/profiles.yml)."""
    import duckdb

    config: dict[str, Any] = Machine.from_environment().settings(home) | {"preserve_insertion_order": False}
    with duckdb.connect(str(home.build_database), config=config) as connection:
        connection.execute("set disabled_compression_methods = 'fsst'")
        connection.execute("attach '" + str(home.candidate).replace("'", "''") + "' as published (storage_version 'v1.0.0')")
        yield connection


def scrubbed(message: str) -> str:
    """An error message without anything that an academy delivered: the kind of error, and more only where that is safe."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if lines and lines[0].startswith(OUR_OWN):
        return " ".join(line for line in lines if not line.startswith("> "))
    for line in lines:
        if line.startswith(SAFE_ERRORS) and "convert" not in line.lower():
            return line
    if found := NOT_NULL.search(message):
        return found.group(0)
    kinds = [found.group(1) for line in lines if (found := ERROR_KIND.search(line))]
    return kinds[-1] if kinds else "it failed, and its message may quote data"


def row_counts(home: Home) -> dict[tuple[str, str], int]:
    """Rows of every table of the build database and the candidate, by schema and name: from the catalog, no table is read."""
    import duckdb

    counts: dict[tuple[str, str], int] = {}
    for path in (home.build_database, home.candidate):
        if path.exists():
            with duckdb.connect(str(path), read_only=True) as database:
                for schema, name, rows in database.execute(
                    "select schema_name, table_name, estimated_size from duckdb_tables()"
                ).fetchall():
                    counts[(str(schema), str(name))] = int(rows)
    return counts


def with_rows(home: Home, results: Sequence[DbtResult]) -> list[DbtResult]:
    """The same results, those of tables with the rows that the table has now."""
    rows, nodes = row_counts(home), project_nodes()
    return [_with_rows(result, rows, nodes) for result in results]


def _with_rows(result: DbtResult, rows: Mapping[tuple[str, str], int], nodes: Mapping[str, Node]) -> DbtResult:
    if result.kind not in ("model", "seed") or result.status != "success":
        return result
    node = nodes[result.unique_id]
    return replace(result, rows=rows.get((node.schema, node.alias)))


def _result(run: Any) -> DbtResult:
    status = str(run.status)
    failed = int(run.failures or 0)
    return DbtResult(
        unique_id=str(run.node.unique_id),
        kind=str(run.node.resource_type),
        status=status,
        message=_message(str(run.node.resource_type), status, failed, str(run.message or "")),
        rows=None,
        seconds=float(run.execution_time),
        failures=failed,
        compiled=str(getattr(run.node, "compiled_code", None) or ""),
    )


def _message(kind: str, status: str, failed: int, message: str) -> str:
    if status in ("success", "pass"):
        return ""
    if kind == "unit_test":
        return message  # its rows are invented
    if status in ("fail", "warn") and failed:
        return f"{failed} rows fail"
    if status == "skipped":
        return "skipped: something it needs failed"
    return scrubbed(message)


def _callback(on_event: Callable[[DbtProgress], None]) -> Callable[[Any], None]:
    def told(event: Any) -> None:
        if event.info.name == NODE_FINISHED:
            node = event.data.node_info
            on_event(DbtProgress(str(node.unique_id), str(node.node_status)))

    return told


@contextmanager
def _environment(home: Home, machine: Machine) -> Iterator[None]:
    """What profiles.yml reads, for the time of one invocation."""
    values = {
        "MATLAS_BUILD_DATABASE": str(home.build_database),
        "MATLAS_CANDIDATE": str(home.candidate),
        "MATLAS_TEMPORARY": str(home.temporary / "duckdb"),
        "MATLAS_MEMORY_LIMIT": machine.memory_limit,
        "MATLAS_DUCKDB_THREADS": str(machine.threads),
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _connections_closed() -> Iterator[None]:
    """Let go of the files: dbt keeps them open in this process, and nobody else could then open them."""
    try:
        yield
    finally:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.adapters.factory import cleanup_connections, reset_adapters

        cleanup_connections()
        reset_adapters()
        opened = DuckDBConnectionManager._ENV
        if opened is not None:
            opened.close()
            DuckDBConnectionManager._ENV = None
