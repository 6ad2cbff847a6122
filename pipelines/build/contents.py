"""What a kept build is known by: the content of every source and table, and what each part of a table was made of.

Here: the tables of the schema `state`, filled before the build (the sources) and after one from nothing (everything). Not here: the SQL of
a table's part (slices.py), the nights that go on from a kept build (going_on.py), or its files (kept.py).
"""

from collections.abc import Sequence

import duckdb

from pipelines.build.dbt import DbtResult, opened
from pipelines.build.grains import OFFICIAL, in_order
from pipelines.build.nodes import project_nodes
from pipelines.build.slices import STATE, plan
from pipelines.store.home import Home

PARAMETERS_THAT_COUNT = "as_of, suppress_below"
"""The other parameters name the run; no table holds them."""


def create_state(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty tables of what is kept."""
    connection.execute("create schema state")
    for name, columns in STATE.items():
        connection.execute(f"create table state.{name} ({columns})")


def renew_state(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget what the kept night was given, and which of its slices were stale."""
    connection.execute("delete from state.stale; delete from state.content where relation like 'source.%'")


def record_sources(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Write the content of all that the build is given: deliveries by academy and year, half-terms by year, the rest whole."""
    columns = _columns(connection, "raw", "delivery", "deliveries.")
    connection.execute(
        f"""
        insert into state.content
        select 'source.matlas.raw.' || years.entity, deliveries.academy_id, years.time_period, count(*), sum(hash({columns}))
        from raw.delivery_year as years
        inner join raw.delivery as deliveries on years.batch_id = deliveries.batch_id and years.entity = deliveries.entity
        group by all
        """
    )
    tables = "select schema_name, table_name from duckdb_tables() where schema_name in ('raw', 'run')"
    for schema, table in connection.execute(tables).fetchall():
        relation = f"source.matlas.{schema}.{table}"
        year = "time_period" if (schema, table) == ("run", "half_term") else "0"
        columns = PARAMETERS_THAT_COUNT if (schema, table) == ("run", "parameter") else _columns(connection, schema, table)
        connection.execute(
            f"insert into state.content select '{relation}', '', {year}, count(*), sum(hash({columns})) from {schema}.{table} group by all"
        )
    loaded = [(file.name, file.stat().st_mtime_ns) for file in sorted((home.store / "benchmarks").glob("*.parquet"))]
    for table in OFFICIAL:
        connection.execute(
            "insert into state.content select ?, '', 0, ?, hash(?)", [f"source.matlas.raw.{table}", len(loaded), repr(loaded)]
        )


def record_all(home: Home, results: Sequence[DbtResult]) -> None:
    """After a build from nothing: write what every part of every table holds and was made of, and the SQL that dbt compiled."""
    nodes = project_nodes()
    with opened(home) as connection:
        for node in in_order(nodes):
            of_node = plan(node, nodes)
            connection.execute(of_node.find)
            connection.execute(of_node.keep.replace("<condition>", "true"))
        compiled = [(result.unique_id, result.compiled) for result in results if result.compiled]
        connection.executemany("insert into state.compiled values (?, ?)", compiled)


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str, prefix: str = "") -> str:
    found = connection.execute(
        "select column_name from duckdb_columns() where schema_name = ? and table_name = ? order by column_index", [schema, table]
    ).fetchall()
    return ", ".join(f'{prefix}"{name}"' for (name,) in found)
