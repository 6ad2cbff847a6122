"""The schools of an official register, or the links between them: the columns that Matlas uses, with their kinds, and nothing else.

Heads' names, addresses and telephone numbers of the register stop here. Not here: which school counts (models/ref, models/benchmarks).
"""

import datetime

import duckdb

from pipelines.benchmarks.delivered import BenchmarkError, quoted, text
from pipelines.benchmarks.known import RegisterFile

DATE_FORMATS = "['%d-%m-%Y', '%d/%m/%Y', '%Y-%m-%d']"


def make_register(connection: duckdb.DuckDBPyConnection, known: RegisterFile, published_on: datetime.date | None) -> None:
    """Turn the table `delivered` into `register`. Raises BenchmarkError, which names no path."""
    columns = ", ".join(f"{_read(one.column.lower(), one.kind)} as {name}" for name, one in known.columns.items())
    connection.execute(
        f"create temp table register as select {columns}, {text(known.source)} as source, cast(? as date) as published_on, "
        "now()::timestamp as loaded_at from delivered",
        [published_on],
    )
    without = connection.execute("select count(*) from register where urn is null").fetchone()
    if without and without[0]:
        raise BenchmarkError(f"has {without[0]} rows without a URN that is a number")
    for name, one in known.columns.items():
        if one.kind == "varchar":
            continue
        printed = f"nullif(trim(delivered.{quoted(one.column.lower())}), '')"
        odd = connection.execute(
            f"select count(*) from delivered where {printed} is not null and {_read(one.column.lower(), one.kind)} is null"
        ).fetchone()
        if odd and odd[0]:
            raise BenchmarkError(f"has {odd[0]} cells in the column “{one.column}” that are no {_said(one.kind)} ({name})")


def _read(column: str, kind: str) -> str:
    cell = f"nullif(trim(delivered.{quoted(column)}), '')"
    if kind == "date":
        return f"cast(try_strptime({cell}, {DATE_FORMATS}) as date)"
    return cell if kind == "varchar" else f"try_cast({cell} as {kind})"


def _said(kind: str) -> str:
    return "day" if kind == "date" else "number"
