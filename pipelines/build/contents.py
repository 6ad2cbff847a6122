"""What a kept build is known by: the content of every source and table, and what each part of a table was made of.

Here: the tables of the schema `state`, filled before dbt (the sources) and after a build from nothing (everything). On other nights the
tables fill in their own as they are made (dbt_project/materializations). Not here: the SQL of a table's part (slices.py), or the files
(kept.py).
"""

import duckdb

from pipelines.build.nodes import project_nodes
from pipelines.build.slices import OFFICIAL, STATE, in_order, plans, read_from
from pipelines.store.home import Home

PARAMETERS_THAT_COUNT = "as_of, suppress_below"
"""The other parameters name the run; no table holds them."""


def create_state(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty tables of what is kept, and tonight's plan of every table and test."""
    connection.execute("create schema state")
    for name, columns in STATE.items():
        connection.execute(f"create table state.{name} ({columns})")
    _write_plans(connection)


def renew_state(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget which parts were stale on the night that is kept."""
    connection.execute("delete from state.stale; delete from state.plan; delete from state.content where relation like 'source.%'")
    _write_plans(connection)


def record_sources(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Write the content of all that dbt is given: deliveries by academy and year, the rest whole."""
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


def record_all(home: Home) -> None:
    """After a build from nothing: write what every part of every table holds and was made of."""
    with duckdb.connect(str(home.build_database)) as connection:
        connection.execute(f"attach '{home.candidate}' as published")
        of_model = {plan.relation: plan for plan in plans(project_nodes())}
        for node in in_order(project_nodes()):
            plan = of_model[node.unique_id]
            connection.execute(plan.find)
            connection.execute(plan.keep.replace("<condition>", "true"))


def standing_nodes(home: Home) -> set[str]:
    """The tables that were not made anew tonight, and the tests that read no other."""
    nodes = project_nodes()
    with duckdb.connect(str(home.build_database), read_only=True) as connection:
        stale = {str(relation) for (relation,) in connection.execute("select distinct relation from state.stale").fetchall()}
    tables = {node.unique_id for node in in_order(nodes)} - stale
    tests = {node.unique_id for node in nodes.values() if node.resource_type == "test" and not stale & set(read_from(node, nodes))}
    return tables | tests


def _write_plans(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [(plan.relation, plan.find, plan.condition, plan.keep, plan.changed) for plan in plans(project_nodes())]
    connection.executemany("insert into state.plan values (?, ?, ?, ?, ?)", rows)


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str, prefix: str = "") -> str:
    found = connection.execute(
        "select column_name from duckdb_columns() where schema_name = ? and table_name = ? order by column_index", [schema, table]
    ).fetchall()
    return ", ".join(f'{prefix}"{name}"' for (name,) in found)
