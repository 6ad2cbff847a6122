"""Copy the tables of one audience from the trust's file into another: what `pipelines.access` says is shown, and nothing else.

Here: the SQL of that, with the comments. Not here: which files there are (audiences.py), how a pseudonym is made (disguised.py), and small
numbers (pipelines.suppression), which are hidden afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from pipelines.access import Shown, ShownColumn
from pipelines.publish.disguised import Disguises

SOURCE = "trusts_own"
"""The name under which the trust's file is attached, read-only."""
PUBLICATION = "dq.publication"
_SAID = {
    "pseudonym": " Here a pseudonym.",
    "month": " Here the first day of its month.",
    "common": " Here only what several people have; null elsewhere.",
}


@dataclass(frozen=True)
class Copying:
    """The copying of one audience's tables on a connection that has the trust's file attached as SOURCE."""

    connection: duckdb.DuckDBPyConnection
    shown: tuple[Shown, ...]
    disguises: Disguises | None = None

    def make(self, target: str, filled: Iterable[Shown]) -> None:
        """Make every shown table in the attached, empty database `target`, with its comments; rows come into those of `filled` alone."""
        with_rows = {each.table for each in filled}
        self._make_schemas(target, self.shown)
        for each in self.shown:
            query = self._query(each) if each.table in with_rows else f"{self._query(each)} limit 0"
            self.connection.execute(f"create table {target}.{each.table} as {query}")
        for statement in self._comments(target):
            self.connection.execute(statement)

    def make_plain(self, target: str, tables: Iterable[Shown]) -> None:
        """Make some of the tables in the attached, empty database `target`, with their rows and without comments."""
        wanted = tuple(tables)
        self._make_schemas(target, wanted)
        for each in wanted:
            self.connection.execute(f"create table {target}.{each.table} as {self._query(each)}")

    def _make_schemas(self, target: str, tables: Iterable[Shown]) -> None:
        for schema in sorted({each.table.split(".")[0] for each in tables}):
            self.connection.execute(f"create schema {target}.{schema}")

    def fill(self, target: str, tables: Iterable[Shown], academy_id: str) -> None:
        """Bring an academy's rows into tables that `make` left empty."""
        for each in tables:
            self.connection.execute(f"insert into {target}.{each.table} {self._query(each, academy_id)}")

    def _query(self, shown: Shown, academy_id: str | None = None) -> str:
        table = f"{SOURCE}.{shown.table}"
        if self.disguises is not None and any(column.how != "as_it_is" for column in shown.columns):
            return self.disguises.query(shown, table)
        columns = ", ".join(f'"{column.name}"' for column in shown.columns)
        return f"select {columns} from {table}{_own_rows(shown, academy_id)}"

    def _comments(self, target: str) -> Iterable[str]:
        """Every comment of the trust's file again; a column that looks otherwise here says so."""
        shown = {each.table: {column.name: column for column in each.columns} for each in self.shown}
        of_tables = "select schema_name || '.' || table_name, comment from duckdb_tables() where database_name = $1"
        for table, comment in self.connection.execute(of_tables, [SOURCE]).fetchall():
            if table in shown and comment:
                yield f"comment on table {target}.{table} is {_text(comment)}"
        of_columns = "select schema_name || '.' || table_name, column_name, comment from duckdb_columns() where database_name = $1"
        for table, name, comment in self.connection.execute(of_columns, [SOURCE]).fetchall():
            column: ShownColumn | None = shown.get(table, {}).get(name)
            if column is not None and comment:
                yield f'comment on column {target}.{table}."{name}" is {_text(comment + _SAID.get(column.how, ""))}'


def is_of_everybody(shown: Shown) -> bool:
    """Whether a table is the same for every academy's readers: all rows, and no figure in which their own would stand out."""
    return shown.rows == "all" and not shown.has_figures and shown.table != PUBLICATION


def _own_rows(shown: Shown, academy_id: str | None) -> str:
    """The condition on an academy's rows; academy ids are letters, digits and _ (trust.yml)."""
    if academy_id is None or shown.rows == "all":
        return ""
    if shown.own_through is not None:
        column, beside = shown.own_through
        return f' where "{column}" in (select "{column}" from {SOURCE}.{beside} where academy_id = \'{academy_id}\')'
    return f" where academy_id = '{academy_id}'"


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
