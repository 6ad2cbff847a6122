"""The published files, open side by side for one load: the trust's, and those of the readers whose rows are made for them.

Here: opening them so that all are of one night, and what their columns are. Not here: which of them a table needs (plan.py), nor making
them (publish); the file of leaders of several academies, which nobody publishes, is several.py.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipelines.serve.errors import ServeError
from pipelines.serve.plan import ACADEMY, ANALYST_FILE, TRUST_FILE, Part, Reader, Served
from pipelines.serve.several import write_several
from pipelines.store.home import Home
from pipelines.store.lock import held
from pipelines.store.machine import Machine

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Files:
    """The open files, the readers that have one of their own, and the tables that were asked for and are published."""

    connection: "duckdb.DuckDBPyConnection"
    readers: tuple[Reader, ...]
    tables: tuple[Served, ...]
    _types: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _rows: dict[tuple[str, str], int] = field(default_factory=dict)
    _comments: dict[tuple[str, str], str] = field(default_factory=dict)

    def type_of(self, part: Part, column: str) -> str:
        """DuckDB's type of a column of a part."""
        return self._types[part.file, part.table, column]

    def rows_of(self, part: Part) -> int:
        """The rows that a part's file has of it; of a part with versions, of one of them."""
        return self._rows[part.file, part.table]

    def rows_by_academy(self, part: Part) -> dict[str | None, int]:
        """The same academy by academy, in order."""
        schema, table = part.table.split(".")
        found = self.connection.execute(f'select {ACADEMY}, count(*) from "{part.file}"."{schema}"."{table}" group by all order by all')
        return dict(found.fetchall())

    def comment_on(self, table: str, column: str = "") -> str:
        """What the trust's file says of a table, or of one of its columns."""
        return self._comments[table, column]


@contextmanager
def opened(home: Home, tables: Sequence[Served], readers: Sequence[Reader], below: int) -> Iterator[Files]:
    """Open what these tables and readers need.

    Raises ServeError for a file or a column that is not there, LockedError while a night is being made.
    """
    import duckdb

    parts = [part for served in tables for part in served.parts]
    needed = {each for part in parts for each in part.versioned_for}
    readers = tuple(each for each in readers if each.audience in needed)
    files = {TRUST_FILE: home.published_file}
    if any(part.file == ANALYST_FILE for part in parts):
        files[ANALYST_FILE] = home.audience_file(ANALYST_FILE)
    files |= {each.name: home.audience_file(each.audience, *each.academies) for each in readers if len(each.academies) < 2}
    home.temporary.mkdir(parents=True, exist_ok=True)
    settings = Machine.from_environment().settings(home)
    with TemporaryDirectory(dir=home.temporary, prefix="serve_") as folder, duckdb.connect(config=settings) as connection:
        connection.execute("set enable_progress_bar = false")
        with held(home, "matlas serve"):  # a night that ends now would swap the files while they are being opened
            for name, path in files.items():
                _attach(connection, name, path)
        comments = _comments(connection)
        tables = tuple(each for each in tables if (each.table, "") in comments)
        parts = [part for served in tables for part in served.parts]
        for each in readers:
            if len(each.academies) > 1:
                write_several(connection, Path(folder), each, [part for part in parts if each.audience in part.versioned_for], below)
        found = Files(connection, tuple(readers), tables, _types(connection), _rows(connection), comments)
        _require(found)
        yield found


def _attach(connection: "duckdb.DuckDBPyConnection", name: str, path: Path) -> None:
    import duckdb

    if not path.exists():
        raise ServeError(
            f"{path} is not there, and trust.yml names a login that reads it. Type matlas run, which publishes for the audiences of "
            "trust.yml, and load again."
        )
    try:
        connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as \"{name}\" (read_only)")
    except duckdb.Error:
        raise ServeError(f"{path} cannot be opened. `matlas doctor` looks for the cause; `matlas run` builds it anew.") from None


def _types(connection: "duckdb.DuckDBPyConnection") -> dict[tuple[str, str, str], str]:
    rows = connection.execute(
        "select database_name, schema_name || '.' || table_name, column_name, data_type from duckdb_columns() where not internal"
    ).fetchall()
    return {(database, table, column): kind for database, table, column, kind in rows}


def _rows(connection: "duckdb.DuckDBPyConnection") -> dict[tuple[str, str], int]:
    rows = connection.execute(
        "select database_name, schema_name || '.' || table_name, estimated_size from duckdb_tables() where not internal"
    ).fetchall()
    return {(database, table): rows for database, table, rows in rows}


def _comments(connection: "duckdb.DuckDBPyConnection") -> dict[tuple[str, str], str]:
    rows = connection.execute(
        """
        select schema_name || '.' || table_name, column_name, comment
        from duckdb_columns()
        where database_name = $trust
        union all
        select schema_name || '.' || table_name, '', comment
        from duckdb_tables()
        where database_name = $trust
        """,
        {"trust": TRUST_FILE},
    ).fetchall()
    return {(table, column): comment or "" for table, column, comment in rows}


def _require(files: Files) -> None:
    """Every file that a part is made of must have its columns: one that an older Matlas published may not."""
    for part in (part for served in files.tables for part in served.parts):
        own = [each.name for each in files.readers if each.audience in part.versioned_for]
        for file in [*own, part.file] if part.with_whole or not own else own:
            missing = [column for column in part.columns if (file, part.table, column) not in files._types]
            if missing:
                raise ServeError(
                    f"One of the published files has no {part.table}.{missing[0]}: another Matlas made it. Type matlas run, and load again."
                )
