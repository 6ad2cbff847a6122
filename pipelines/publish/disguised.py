"""People without their names: pseudonyms, months and common words in the place of what would tell who somebody is.

Here: the SQL of a table whose columns are shown in one of these ways. Not here: which columns those are (pipelines/access), nor the key
(pipelines/store/pseudonyms.py).

The rows come in the order of what is shown. In the trust's file they stand in the order of keys that anybody can work out from a UPN:
whoever has a list of UPNs would only have to sort it to lay names beside pseudonyms.
"""

import duckdb
from duckdb.sqltypes import VARCHAR

from pipelines.access import Shown, ShownColumn
from pipelines.store.pseudonyms import pseudonym_of

_PEOPLE = ("pupil_key", "staff_key", "response_id")
"""Whom a value of a table is said of, whichever of these it has."""


class Disguises:
    """Pseudonyms and common words, worked out once for all tables of an audience that are shown `source`, an attached database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: str, shown: tuple[Shown, ...], key: bytes, common_from: int) -> None:
        """`common_from`: how many people must have a word for it to be common."""
        self._connection = connection
        self._source = source
        self._common_from = common_from
        self._of: dict[str, list[Shown]] = {}
        for table in shown:
            for column in table.columns:
                if column.how == "pseudonym":
                    self._of.setdefault(column.name, []).append(table)
        connection.create_function(
            "pseudonym_of", lambda name, academy_id, value: pseudonym_of(key, name, academy_id, value), [VARCHAR, VARCHAR, VARCHAR], VARCHAR
        )
        for name in self._of:
            self._work_out(name)

    def query(self, shown: Shown, table: str) -> str:
        """The rows of `table` as they are shown."""
        columns, joins = [], []
        for number, column in enumerate(shown.columns):
            beside = f"beside_{number}"
            columns.append(self._column(column, beside))
            if column.how == "pseudonym":
                joins.append(f"left join {self._pseudonyms(column.name)} as {beside} on {self._is_same(column.name, beside)}")
            elif column.how == "common":
                joins.append(f'left join ({self._common(shown, column.name, table)}) as {beside} on shown."{column.name}" = {beside}.word')
        return f"select {', '.join(columns)} from {table} as shown {' '.join(joins)} order by all"

    def _column(self, column: ShownColumn, beside: str) -> str:
        ways = {
            "as_it_is": f'shown."{column.name}"',
            "pseudonym": f"{beside}.pseudonym",
            "common": f"{beside}.word",
            "month": f"cast(date_trunc('month', shown.\"{column.name}\") as date)",
        }
        return f'{ways[column.how]} as "{column.name}"'

    def _work_out(self, name: str) -> None:
        """Each value of a column in any table, once, with its pseudonym; an academy's own identifiers by academy."""
        academy = "''" if _is_everywhere(name) else "academy_id"
        values = " union ".join(
            f'select {academy} as academy_id, "{name}" as value from {self._source}.{shown.table} where "{name}" is not null'
            for shown in self._of[name]
        )
        self._connection.execute(
            f"create or replace temp table {self._pseudonyms(name)} as "
            f"select academy_id, value, pseudonym_of('{name}', academy_id, value) as pseudonym from ({values})"
        )

    def _pseudonyms(self, name: str) -> str:
        return f"pseudonyms_of_{name}"

    def _is_same(self, name: str, beside: str) -> str:
        same = f'shown."{name}" = {beside}.value'
        return same if _is_everywhere(name) else f"{same} and shown.academy_id = {beside}.academy_id"

    def _common(self, shown: Shown, name: str, table: str) -> str:
        person = next(each for each in _PEOPLE if each in {column.name for column in shown.columns})
        return f'select "{name}" as word from {table} group by all having count(distinct {person}) >= {self._common_from}'


def _is_everywhere(name: str) -> bool:
    """A key is the same in the whole trust; an identifier is one academy's own."""
    return name.endswith("_key")
