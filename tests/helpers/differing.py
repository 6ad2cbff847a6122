"""Two tables compared as multisets of whole rows, in SQL: which columns differ, and never a value of them.

Here: one pair of tables of one connection. Not here: which tables of two warehouses belong together (from_scratch.py).
"""

from collections.abc import Collection

import duckdb

ROWS = "(the number of rows)"
SHAPE = "(the columns themselves)"
TOGETHER = "(columns only together)"
FRACTIONAL = ("DOUBLE", "FLOAT")
PLACES = 9


def differing_columns(database: duckdb.DuckDBPyConnection, one: str, other: str, without: Collection[str] = ()) -> list[str]:
    """The columns whose values differ, all rows of both tables taken together; empty when the two hold the same rows.

    Fractions are compared to nine places: a sum of them depends in its last digit on the order of the rows, which no table promises.
    """
    columns = _columns(database, one)
    if columns != _columns(database, other):
        return [SHAPE]
    selected = {name: _selected(name, kind) for name, kind in columns.items() if name not in without}
    if not _differ(database, one, other, ", ".join(selected.values())):
        return []
    found = [name for name, expression in selected.items() if _differ(database, one, other, expression)]
    return [ROWS, *found] if _count(database, one) != _count(database, other) else found or [TOGETHER]


def _columns(database: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return {str(name): str(kind) for name, kind, *_ in database.execute(f"describe {table}").fetchall()}


def _selected(name: str, kind: str) -> str:
    return f'round("{name}", {PLACES}) as "{name}"' if kind in FRACTIONAL else f'"{name}"'


def _differ(database: duckdb.DuckDBPyConnection, one: str, other: str, columns: str) -> bool:
    for first, second in ((one, other), (other, one)):
        sql = f"select 1 from (select {columns} from {first} except all select {columns} from {second}) limit 1"
        if database.execute(sql).fetchone():
            return True
    return False


def _count(database: duckdb.DuckDBPyConnection, table: str) -> int:
    ((rows,),) = database.execute(f"select count(*) from {table}").fetchall()
    return int(rows)
