"""Reading the published warehouse: opened read-only, closed again, kind when there is none yet.

Here: the only way in which a command opens a published file. Not here: what a command asks of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipelines.commands.shared import CommandError

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from pipelines.store.home import Home

FIRST_RUN = "Nothing is published here yet. Put the academies' exports in landing/<academy>/ and type: matlas run --home {home}"


@contextmanager
def published(home: "Home") -> Iterator["duckdb.DuckDBPyConnection"]:
    """The home's published warehouse, or a sentence when nothing is published yet."""
    if not home.published_file.exists():
        raise CommandError(FIRST_RUN.format(home=home.root))
    with opened(home.published_file) as connection:
        yield connection


@contextmanager
def opened(file: "Path") -> Iterator["duckdb.DuckDBPyConnection"]:
    """A read-only connection to a published file that can reach no other file."""
    import duckdb

    try:
        connection = duckdb.connect(str(file), read_only=True)
    except duckdb.Error:
        raise CommandError(f"{file} cannot be opened. `matlas doctor` looks for the cause; `matlas run` builds it anew.") from None
    with connection:
        connection.execute("set enable_external_access = false")
        connection.execute("set enable_progress_bar = false")  # it would stand on stdout, among what a program reads there
        connection.execute("set lock_configuration = true")
        yield connection


def has_table(connection: "duckdb.DuckDBPyConnection", schema: str, table: str) -> bool:
    """Whether a published file has this table: one that an older Matlas wrote may lack it."""
    found = connection.execute(f"select 1 from duckdb_tables() where schema_name = '{schema}' and table_name = '{table}'")
    return found.fetchone() is not None


def records_if_published(home: "Home", sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a query; none before the first run."""
    if not home.published_file.exists():
        return []
    with published(home) as connection:
        return records(connection, sql, parameters)


def records(connection: "duckdb.DuckDBPyConnection", sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries, column names as keys."""
    cursor = connection.execute(sql, parameters or {})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
