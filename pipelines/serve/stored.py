"""The parts in PostgreSQL: making each, filling it by COPY, its indexes and its statistics.

The rows go from DuckDB to PostgreSQL as CSV through a pipe, and nothing of them ever lies on a disk between the two. A large part is made
of slices of some academies each, which sessions fill side by side. Here: that. Not here: the sessions (filling.py), which rows (plan.py),
who may read them (rights.py).
"""

import fcntl
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from pipelines.serve.errors import ServeError
from pipelines.serve.plan import ACADEMY, READERS, TRUST_FILE, WHOLE, Part

if TYPE_CHECKING:
    import duckdb
    import psycopg

    from pipelines.serve.files import Files

DATA = "matlas_loading"
"""The private schema of the parts until they are put in place."""

NEVER_NULL = "is_stored"
"""A column of each part: what can never be null lets PostgreSQL see, before it looks, that a part has nothing for a reader (rights.py)."""

INDEXED = (ACADEMY, "pupil_key", "staff_key", "measure_id")
"""What readers and row-level security pick rows by. Their order means nothing to anybody, so they have the order of their bytes, in which
PostgreSQL sorts an index several times faster than in that of a language."""

ROWS_OF_A_SLICE = 2_000_000

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


@dataclass(frozen=True)
class Piece:
    """What is filled in one go: a part, or of a large part the slice of some academies."""

    part: Part
    name: str
    rows: int
    academies: tuple[str, ...] = ()

    @property
    def is_slice(self) -> bool:
        """Whether the part has other slices."""
        return bool(self.academies)


def make(cursor: "psycopg.Cursor", files: "Files", part: Part) -> list[Piece]:
    """Make the empty table of a part, in slices where it is large; return what is to be filled."""
    slices = slices_of(files, part)
    cursor.execute(
        sql.SQL("create table {} ({}, {} boolean not null default true) {}").format(
            sql.Identifier(DATA, part.name),
            sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in _columns(part, files)),
            sql.Identifier(NEVER_NULL),
            sql.SQL("partition by list ({})").format(sql.Identifier(ACADEMY)) if slices else sql.SQL(""),
        )
    )
    for piece in slices:
        cursor.execute(
            sql.SQL("create table {} partition of {} for values in ({})").format(
                sql.Identifier(DATA, piece.name), sql.Identifier(DATA, part.name), sql.SQL(", ").join(map(sql.Literal, piece.academies))
            )
        )
    return slices or [Piece(part, part.name, files.rows_of(part))]


def slices_of(files: "Files", part: Part) -> list[Piece]:
    """Academies side by side until they have the rows of a slice; none for a part that is no larger than one."""
    if part.has_versions or ACADEMY not in part.columns or files.rows_of(part) <= ROWS_OF_A_SLICE:
        return []
    found: list[tuple[list[str], int]] = []
    for academy, rows in files.rows_by_academy(part).items():
        if academy is None:  # no slice is anybody's
            return []
        if not found or found[-1][1] + rows > ROWS_OF_A_SLICE:
            found.append(([], 0))
        found[-1] = ([*found[-1][0], academy], found[-1][1] + rows)
    return [Piece(part, f"{part.name}_{number}", rows, tuple(academies)) for number, (academies, rows) in enumerate(found, start=1)]


def _columns(part: Part, files: "Files") -> list[tuple[str, str]]:
    columns = [(column, type_of(part.table, column, files.type_of(part, column))) for column in part.columns]
    columns = [(column, f'{kind} collate "C"' if column in INDEXED and kind == "text" else kind) for column, kind in columns]
    return [*columns, (READERS, "smallint[]")] if part.has_versions else columns


def fill(cursor: "psycopg.Cursor", connection: "duckdb.DuckDBPyConnection", files: "Files", piece: Piece) -> int:
    """Fill an empty table inside a transaction, index it; return its rows.

    Rows can be loaded frozen where this transaction made or emptied the table.
    """
    name = sql.Identifier(DATA, piece.name)
    cursor.execute(sql.SQL("truncate {}").format(name))
    into = sql.SQL("copy {} ({}) from stdin (format csv, freeze)").format(
        name, sql.SQL(", ").join(sql.Identifier(column) for column, _ in _columns(piece.part, files))
    )
    rows = _copy(cursor, connection, _of_academies(rows_of(piece.part, files), piece.academies), into)
    for column in INDEXED:
        if column in piece.part.columns:
            cursor.execute(sql.SQL("create index on {} ({})").format(name, sql.Identifier(column)))
    if not piece.is_slice:
        cursor.execute(sql.SQL("analyze {}").format(name))
    return rows


def analyze(cursor: "psycopg.Cursor", part: Part) -> None:
    """The statistics of a part that is made of slices, and of each of them."""
    cursor.execute(sql.SQL("analyze {}").format(sql.Identifier(DATA, part.name)))


def _of_academies(rows: str, academies: tuple[str, ...]) -> str:
    if not academies:
        return rows
    named = ", ".join("'" + academy.replace("'", "''") + "'" for academy in academies)
    return f"select * from ({rows}) where {ACADEMY} in ({named})"


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
