"""Great Expectations on DuckDB: the one place that knows both.

Here: the cure that lets Great Expectations read DuckDB, and `judge`, which runs a checkpoint on a table of findings. Not here: which
checks there are (expectations/), nor how findings are counted (findings.py).

Great Expectations takes seconds to import, so nothing imports it before it is called for. It never leaves the machine (its telemetry is
off) and never sees a pupil: the findings it reads are counts by academy or batch.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

FINDING_TABLE = "finding"
MOST_NAMED = 1_000_000  # Great Expectations names twenty unless told otherwise


class _Dialect(StrEnum):
    """DuckDB, in the form in which Great Expectations lists its dialects."""

    DUCKDB = "duckdb"


@dataclass(frozen=True)
class Assertion:
    """One expectation: among the findings called `finding`, the column is at most `at_most`. A finding without a value is not judged."""

    name: str
    suite: str
    finding: str
    column: str = "failed"
    at_most: float = 0


@dataclass(frozen=True)
class Judgement:
    """What Great Expectations said of one assertion: whether it ran, and the academies or batches that broke it."""

    name: str
    has_run: bool
    broken_by: frozenset[str]


def judge(database: Path, assertions: Sequence[Assertion], key: str) -> dict[str, Judgement]:
    """Run one checkpoint (one validation per suite) on the findings in `database`, read-only, and return the judgement of each assertion.

    `key` is the column that says whose finding it is. What Great Expectations could not run has `has_run` false: never a pass.
    """
    if not assertions:
        return {}
    with _quiet(), _duckdb_cured():
        return _run_checkpoint(load(), database, assertions, key)


def load() -> Any:
    """Import Great Expectations, which takes seconds, and return it."""
    with _quiet():
        import great_expectations

    return great_expectations


def _run_checkpoint(gx: Any, database: Path, assertions: Sequence[Assertion], key: str) -> dict[str, Judgement]:
    context = gx.get_context(project_config=_config(), mode="ephemeral")
    source = context.data_sources.add_sql(
        "findings", connection_string=f"duckdb:///{database.as_posix()}", kwargs={"connect_args": {"read_only": True}}
    )
    try:
        asset = source.add_table_asset(FINDING_TABLE, table_name=FINDING_TABLE, schema_name="main")
        batch = asset.add_batch_definition_whole_table("all")
        definitions = [
            context.validation_definitions.add(
                gx.ValidationDefinition(name=suite, data=batch, suite=_suite(gx, context, suite, assertions))
            )
            for suite in dict.fromkeys(each.suite for each in assertions)
        ]
        result_format = {"result_format": "COMPLETE", "unexpected_index_column_names": [key], "partial_unexpected_count": MOST_NAMED}
        checkpoint = context.checkpoints.add(gx.Checkpoint(name="quality", validation_definitions=definitions, result_format=result_format))
        outcome = checkpoint.run()
        unheard = {each.name: Judgement(each.name, has_run=False, broken_by=frozenset()) for each in assertions}
        return unheard | {each.name: each for each in _judgements(outcome.run_results.values(), key)}
    finally:
        _dispose(source)


def _config() -> Any:
    """All in memory, no folder for its web pages, no progress bars, no telemetry."""
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig

    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def _suite(gx: Any, context: Any, name: str, assertions: Iterable[Assertion]) -> Any:
    """Return the suite, added whole: added one by one, each expectation would write down all those before it again."""
    expectations = [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column=each.column,
            max_value=each.at_most,
            row_condition=f'col("finding")=="{each.finding}"',
            condition_parser="great_expectations",
            meta={"name": each.name},
        )
        for each in assertions
        if each.suite == name
    ]
    return context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations))


def _judgements(results: Iterable[Any], key: str) -> Iterator[Judgement]:
    for validation in results:
        for each in validation.results:
            named = [str(row[key]) for row in each.result.get("unexpected_index_list") or []]
            are_all_named = (each.result.get("unexpected_count") or 0) == len(named) and each.success == (not named)
            has_run = each.exception_info.get("raised_exception") is False and are_all_named
            yield Judgement(each.expectation_config.meta["name"], has_run, frozenset(named) if has_run else frozenset())


def _dispose(source: Any) -> None:
    """Close every connection, so that the file may be written or replaced."""
    engine = source.get_execution_engine()
    if engine._connection is not None:  # the cure keeps it open, and engine.close() forgets it
        engine._connection.close()
        engine._connection = None
    engine.close()
    source.get_engine().dispose()  # the one with which the source was tried when it was added


@contextmanager
def _duckdb_cured() -> Iterator[None]:
    """Keep Great Expectations' connection open while it fetches: without this nearly every expectation fails on DuckDB."""
    from great_expectations.execution_engine import sqlalchemy_execution_engine as module

    dialects = module._PERSISTED_CONNECTION_DIALECTS
    module._PERSISTED_CONNECTION_DIALECTS = (*dialects, _Dialect.DUCKDB)
    try:
        yield
    finally:
        module._PERSISTED_CONNECTION_DIALECTS = dialects


@contextmanager
def _quiet() -> Iterator[None]:
    """Send nothing to anybody and print nothing: results are returned."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
