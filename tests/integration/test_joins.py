"""No table is made by trying every pair of rows where an equality would find them: ten times the pupils would take a hundred times as long.

DuckDB hashes what is equal, but not in an outer join that also has a condition on one side alone, or one of two alternatives; nothing says
so but its plan. Not here: how long a night takes (test_speed.py, `make bench`).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from pipelines.store.home import Home
from tests.helpers.home import TrustHome

# Beside lists of a few dozen rows, where a condition is more than an equality: scales and the meanings of results.
BESIDE_A_SHORT_LIST = {"read_formative", "read_result", "summative_standing"}
EQUALITY = re.compile(r"\b(\w+) (=|IS NOT DISTINCT FROM) \1\b")


def every_pair(plan: dict[str, Any]) -> Iterator[str]:
    """The conditions of the joins in a plan that try every pair of rows though something is to be equal."""
    condition = str(plan.get("extra_info", {}).get("Condition", ""))
    if plan["name"].strip() == "BLOCKWISE_NL_JOIN" and EQUALITY.search(condition):
        yield condition
    for child in plan.get("children", []):
        yield from every_pair(child)


def plans(database: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    (row,) = database.execute(f"explain (format json) {sql}").fetchall()
    found: list[dict[str, Any]] = json.loads(row[1])
    return found


def test_joins_that_have_an_equality_are_made_by_it(demo_night: TrustHome) -> None:
    home = Home(demo_night.root)
    with duckdb.connect() as database:
        database.execute(f"attach '{home.build / 'kept.duckdb'}' as build (read_only)")
        database.execute(f"attach '{home.published_file}' as published (read_only)")
        models = database.execute("select unique_id, sql from build.state.compiled where unique_id like 'model.%'").fetchall()
        found = {unique_id.split(".")[-1] for unique_id, sql in models for plan in plans(database, sql) if list(every_pair(plan))}

    assert len(models) > 100
    assert found <= BESIDE_A_SHORT_LIST


def test_a_join_by_pairs_is_found() -> None:
    with duckdb.connect() as database:
        database.execute("create table result as select range as pupil, 'KS4' as stage from range(100)")
        database.execute("create table year as select range as pupil from range(100)")
        by_pairs = "select * from result left join year on result.pupil = year.pupil and result.stage = 'KS4'"
        by_key = "select * from result left join year on case when result.stage = 'KS4' then result.pupil end = year.pupil"

        assert [len(list(every_pair(plan))) for sql in (by_pairs, by_key) for plan in plans(database, sql)] == [1, 0]
