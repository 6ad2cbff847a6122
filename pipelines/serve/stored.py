"""The parts in PostgreSQL: making each, filling it by COPY, its indexes and its statistics.

The rows go from DuckDB to PostgreSQL as CSV through a pipe: DuckDB writes with one processor what PostgreSQL reads with the other, and
nothing of it ever lies on a disk between them. Here: that. Not here: which rows (plan.py), who may read them (rights.py).
"""

import fcntl
import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from psycopg import sql

from pipelines.serve.errors import ServeError
from pipelines.serve.plan import READERS, TRUST_FILE, WHOLE, Part

if TYPE_CHECKING:
    import duckdb
    import psycopg

    from pipelines.serve.files import Files

DATA = "matlas_loading"
"""The private schema of the parts until they are put in place."""

NEVER_NULL = "is_stored"
"""A column of each part: what can never be null lets PostgreSQL see, before it looks, that a part has nothing for a reader (rights.py)."""

INDEXED = ("academy_id", "pupil_key", "staff_key", "measure_id")
"""What readers and row-level security pick rows by."""

BLOCK = 1024 * 1024
F_SETPIPE_SZ = getattr(fcntl, "F_SETPIPE_SZ", None)
TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def type_of(table: str, column: str, theirs: str) -> str:
    """PostgreSQL's type for one of DuckDB's. Raises ServeError for one that no published table should have."""
    if DECIMAL.fullmatch(theirs):
        return theirs.replace("DECIMAL", "numeric")
    if theirs not in TYPES:
        raise ServeError(
            f"{table} has the column {column} of type {theirs}, which Matlas does not know how to store in PostgreSQL: tell its makers."
        )
    return TYPES[theirs]


def store(cursor: "psycopg.Cursor", files: "Files", part: Part) -> int:
    """Make the part, fill it, index it; return its rows."""
    name = sql.Identifier(DATA, part.name)
    columns = [(column, type_of(part.table, column, files.type_of(part, column))) for column in part.columns]
    if part.has_versions:
        columns.append((READERS, "smallint[]"))
    cursor.execute(
        sql.SQL("create table {} ({}, {} boolean not null default true)").format(
            name,
            sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns),
            sql.Identifier(NEVER_NULL),
        )
    )
    into = sql.SQL("copy {} ({}) from stdin (format csv, freeze)").format(
        name, sql.SQL(", ").join(sql.Identifier(column) for column, _ in columns)
    )
    rows = _copy(cursor, files.connection, rows_of(part, files), into)
    for column in INDEXED:
        if column in part.columns:
            cursor.execute(sql.SQL("create index on {} ({})").format(name, sql.Identifier(column)))
    cursor.execute(sql.SQL("analyze {}").format(name))
    return rows


def rows_of(part: Part, files: "Files") -> str:
    """DuckDB's query for the rows of a part: as its file has them, or every version of a row once, with the numbers of its readers."""
    columns = ", ".join(f'"{column}"' for column in part.columns)
    schema, table = part.table.split(".")
    if not part.has_versions:
        return f'select {columns} from "{part.file}"."{schema}"."{table}"'
    readers = [each for each in files.readers if each.audience in part.versioned_for]
    whole = [(WHOLE.number, TRUST_FILE)] if part.with_whole else []
    each_ones = " union all ".join(
        f'select {columns}, {number} as reader from "{file}"."{schema}"."{table}"'
        for number, file in [*whole, *((each.number, each.name) for each in readers)]
    )
    return f"select {columns}, '{{' || string_agg(reader, ',') || '}}' as readers from ({each_ones}) group by {columns}"


def _copy(cursor: "psycopg.Cursor", connection: "duckdb.DuckDBPyConnection", rows: str, into: sql.Composed) -> int:
    """Let DuckDB write into one end of a pipe while PostgreSQL is sent what comes out of the other."""
    out, into_pipe = os.pipe()
    if F_SETPIPE_SZ is not None:
        fcntl.fcntl(into_pipe, F_SETPIPE_SZ, BLOCK)

    def write() -> None:
        try:
            connection.execute(f"copy ({rows}) to '/dev/fd/{into_pipe}' (format csv, header false, use_tmp_file false)")
        finally:
            os.close(into_pipe)

    with ThreadPoolExecutor(1) as beside, open(out, "rb", buffering=0) as pipe:  # noqa: PTH123 — a pipe has no path
        written = beside.submit(write)
        try:
            with cursor.copy(into) as copy:
                while block := pipe.read(BLOCK):
                    copy.write(block)
                written.result()  # what DuckDB could not finish must not be committed as if it were all
        except BaseException:
            connection.interrupt()
            while pipe.read(BLOCK):  # DuckDB must not wait for a reader that has gone
                pass
            raise
    return cursor.rowcount
