"""Go on from the last build: make anew the slices that read something new, with the SQL that dbt compiled, and test what was made.

Why not with dbt: its own work for each of our tables and tests, stale or not, is most of such a night (docs/explanation/speed.md). What it
compiled does not change until the project does, and then dbt builds everything from nothing. Here: the order of the work. Not here: what is
stale (slices.py), or the copy of the last build that this works on (kept.py).
"""

import time
from collections.abc import Callable, Iterable, Mapping
from itertools import chain

import duckdb

from pipelines.build.dbt import DbtProgress, DbtResult, opened, scrubbed, with_rows
from pipelines.build.grains import WHOLE, in_order, read_from, year_of
from pipelines.build.nodes import Node, project_nodes
from pipelines.build.raw_views import narrowed
from pipelines.build.slices import Plan, made_at_once, plan
from pipelines.store.home import Home


def go_on(home: Home, on_event: Callable[[DbtProgress], None]) -> list[DbtResult]:
    """Bring every table up to date, parents first, then test those that changed. It ends at the first table that cannot be made."""
    nodes = project_nodes()
    results = [_stood(node) for node in nodes.values() if node.resource_type == "seed" or node.is_view]
    with opened(home) as connection:
        compiled: dict[str, str] = dict(connection.execute("select unique_id, sql from state.compiled").fetchall())
        for result in chain(_tables(connection, home, nodes, compiled), ask_tests(connection, nodes, compiled)):
            results.append(result)
            on_event(DbtProgress(result.unique_id, result.status))
            if result.status == "error":
                break
    return with_rows(home, results)


def _tables(
    connection: duckdb.DuckDBPyConnection, home: Home, nodes: Mapping[str, Node], compiled: Mapping[str, str]
) -> Iterable[DbtResult]:
    for node in in_order(nodes):
        started = time.perf_counter()
        try:
            is_kept = not _renewed(connection, home, node, nodes, compiled)
        except duckdb.Error as error:
            yield DbtResult(node.unique_id, "model", "error", scrubbed(str(error)), None, time.perf_counter() - started)
            return
        yield DbtResult(node.unique_id, "model", "success", "", None, time.perf_counter() - started, is_kept=is_kept)


def _renewed(connection: duckdb.DuckDBPyConnection, home: Home, node: Node, nodes: Mapping[str, Node], compiled: Mapping[str, str]) -> bool:
    """Make the stale slices of a table anew; whether there were any."""
    of_node = plan(node, nodes)
    connection.execute(of_node.find)
    stale, standing, condition, of_parent, years = connection.execute(of_node.condition).fetchone() or (0, 0, None, None, ())
    if not stale:
        return False
    parts = list(_parts(connection, of_node)) if of_node.of_some else [(condition, of_parent)]
    if not standing:
        condition = "true"
        if not of_node.of_some:
            parts, years = [("true", "")], ()
    connection.execute(f"delete from {node.relation} where {condition}")
    with narrowed(connection, home, of_node.entities, years):
        for of_part, of_its_parent in parts:
            sql = compiled[node.unique_id]
            if of_node.narrowed and of_its_parent:
                sql = sql.replace(of_node.narrowed, f"(select * from {of_node.narrowed} where {of_its_parent})")
            connection.execute(f"insert into {node.relation} by name select * from (\n{sql}\n) as made_anew where {of_part}")
    connection.execute(of_node.keep.replace("<condition>", condition))
    return True


def _parts(connection: duckdb.DuckDBPyConnection, of_node: Plan) -> Iterable[tuple[str, str]]:
    """The stale slices that are made at once, each time as a condition. DuckDB reads from the first period to the last: of two years' that
    is much else; and a year at a time takes a year's memory.
    """
    numbers = [int(number) for (number,) in connection.execute(of_node.to_make).fetchall()]
    for some in made_at_once(numbers, of_node.at_once):
        found = connection.execute(of_node.of_some.replace("<numbers>", ", ".join(map(str, some)))).fetchone()
        if found:
            yield found[2], found[3]


def ask_tests(connection: duckdb.DuckDBPyConnection, nodes: Mapping[str, Node], compiled: Mapping[str, str]) -> Iterable[DbtResult]:
    """Ask the tests of tables that changed, one by year (`config.meta.slices`) of the years that did."""
    found = connection.execute(f"select relation, list(distinct {year_of('number')}) from state.stale group by all").fetchall()
    changed = {str(relation): {int(year) for year in years} for relation, years in found}
    for node in nodes.values():
        if node.resource_type != "test":
            continue
        years = set().union(*(changed.get(parent, set()) for parent in read_from(node, nodes)))
        if not years:
            yield _stood(node)
            continue
        sql = compiled[node.unique_id]
        if node.slices.get("by") == "year" and WHOLE not in years:
            sql = _of_years(sql, node, nodes, years)
        started = time.perf_counter()
        try:
            (failures,) = connection.execute(f"select count(*) from (\n{sql}\n) as failing").fetchone() or (0,)
        except duckdb.Error as error:
            yield DbtResult(node.unique_id, "test", "error", scrubbed(str(error)), None, time.perf_counter() - started)
            return
        message = f"{failures} rows fail" if failures else ""
        status = "fail" if failures else "pass"
        yield DbtResult(node.unique_id, "test", status, message, None, time.perf_counter() - started, failures=int(failures))


def _of_years(sql: str, node: Node, nodes: Mapping[str, Node], years: Iterable[int]) -> str:
    """A test's SQL on these academic years alone of each table that has them."""
    within = f"time_period in ({', '.join(str(year) for year in sorted(years))})"
    for parent in node.depends_on:
        if parent in nodes and "time_period" in nodes[parent].columns:
            sql = sql.replace(nodes[parent].relation, f"(select * from {nodes[parent].relation} where {within})")
    return sql


def _stood(node: Node) -> DbtResult:
    status = "pass" if node.resource_type == "test" else "success"
    return DbtResult(node.unique_id, node.resource_type, status, "", None, 0, is_kept=True)
