"""The database in memory in which the built checks run: every table of the build and of the candidate under its own schema and name.

Here: opening it. Not here: what is asked of it (built.py). Both files are attached read-only, so a check cannot change what it judges.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from expectations.dq_schema import TABLES
from pipelines.quality.lineage_tables import show_lineage
from pipelines.store.home import Home
from pipelines.store.machine import Machine

CANDIDATE = "published"  # what dbt calls it too: the build's views name it so


@contextmanager
def workspace(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the build and the candidate behind views, with the empty tables of dq in memory."""
    with duckdb.connect(config=Machine.from_environment().settings(home)) as connection:
        for name, path in (("build", home.build_database), (CANDIDATE, home.candidate)):
            if path.is_file():
                connection.execute(f"attach {quoted(path)} as {name} (read_only)")
        for name in ("build", CANDIDATE):
            _show(connection, name)
        connection.execute("create schema if not exists dq")
        for table in TABLES:
            for statement in table.ddl():
                connection.execute(statement)
        show_lineage(connection, CANDIDATE)
        yield connection


def _show(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    """Make a view of each table but those of dq, which this run writes anew."""
    found = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = $1 and schema_name <> 'dq'"
        " union all select schema_name, view_name from duckdb_views() where database_name = $1 and not internal",
        [database],
    ).fetchall()
    for schema, table in found:
        connection.execute(f'create schema if not exists "{schema}"')
        connection.execute(f'create view "{schema}"."{table}" as select * from {database}."{schema}"."{table}"')


def quoted(path: Path) -> str:
    """Return a path as a SQL text."""
    return "'" + path.as_posix().replace("'", "''") + "'"
