"""Published characteristics and figures of real schools: a file with one row a school, as one row a school and item.

Not here: which files are known (known_files.yml), and which of two loads of a school counts (the models ref_school, ref_school_figure).
"""

import duckdb

from pipelines.benchmarks.delivered import BenchmarkError, quoted, text
from pipelines.benchmarks.figures import SYMBOLS, Occasion
from pipelines.benchmarks.known import SchoolFile

# DfE's symbols, and what the service's own tables print where it has no figure.
PRINTED = {**SYMBOLS, "na": "x"}
NEXT_YEAR = 101
"""What lies between one academic year and the next as DfE writes them."""


def make_school_items(connection: duckdb.DuckDBPyConnection, known: SchoolFile, occasion: Occasion) -> None:
    """Turn the table `delivered` into `school_item`. Raises BenchmarkError, which names no path."""
    if not _is_academic_year(occasion.time_period):
        raise BenchmarkError(
            "does not say of which year its figures are: say the academic year of its newest absence figures with --time-period, as in "
            "202324"
        )
    _lookups(connection, known, int(occasion.time_period or 0))
    about = ", ".join(f"nullif(trim({quoted(column)}), '') as _{name}" for name, column in known.about.items())
    columns = [*known.characteristics.values(), *known.figures]
    cells = ", ".join(f"lower(trim(coalesce({quoted(column)}, ''))) as {quoted(column)}" for column in columns)
    connection.execute(
        f"""
        create temp table school_item as
        with told as (select {about}, lower(trim({quoted(known.phase)})) as _phase_printed, {cells} from delivered),
        long as (unpivot told on {", ".join(map(quoted, columns))} into name column_name value printed)
        select
            try_cast(_urn as integer) as urn, _laestab as laestab, _school_name as school_name, phase.meaning as phase,
            _la_code as la_code, _la_name as la_name, _region as region, item.item_kind, item.item, item.time_period, item.series,
            case when isfinite(try_cast(long.printed as double)) then cast(long.printed as double) end as value,
            coalesce(symbol.meaning, case when isfinite(try_cast(long.printed as double)) then 'ok' end) as value_status,
            {text(known.source)} as source, cast(? as date) as published_on, now()::timestamp as loaded_at
        from long
        inner join item using (column_name)
        left join phase on phase.printed = long._phase_printed
        left join symbol on symbol.printed = long.printed
        """,
        [occasion.published_on],
    )
    _refuse_what_is_no_school(connection, known)


def _is_academic_year(time_period: int | None) -> bool:
    return time_period is not None and time_period % 100 == (time_period // 100 + 1) % 100


def _lookups(connection: duckdb.DuckDBPyConnection, known: SchoolFile, time_period: int) -> None:
    """What a cell, a phase and a column of the file mean."""
    lookups: dict[str, dict[str, str | None]] = {"symbol": dict(PRINTED), "phase": known.phases}
    for name, rows in lookups.items():
        connection.execute(f"create temp table {name} (printed varchar, meaning varchar)")
        connection.executemany(f"insert into {name} values (?, ?)", list(rows.items()))
    connection.execute("create temp table item (column_name varchar, item_kind varchar, item varchar, time_period integer, series varchar)")
    connection.executemany(
        "insert into item values (?, 'characteristic', ?, null, null)", [(column, name) for name, column in known.characteristics.items()]
    )
    connection.executemany(
        "insert into item values (?, 'figure', ?, ?, ?)",
        [(column, one.measure, time_period - NEXT_YEAR * one.years_back, one.series) for column, one in known.figures.items()],
    )


def _refuse_what_is_no_school(connection: duckdb.DuckDBPyConnection, known: SchoolFile) -> None:
    """A school that cannot be named or placed, or a symbol we do not know, would be a figure lost or misread: the whole file is refused."""
    unknown_phase = f"lower(trim({quoted(known.phase)})) not in (select printed from phase) or {quoted(known.phase)} is null"
    for sql, what in (
        (f"select count(*) from delivered where try_cast({quoted(known.about['urn'])} as integer) is null", "rows without a URN"),
        (f"select count(*) from delivered where {unknown_phase}", "schools of a phase that Matlas does not know"),
        ("select count(distinct urn) from school_item where value_status is null", "schools with an unknown symbol in place of a figure"),
    ):
        row = connection.execute(sql).fetchone()
        if row and row[0]:
            raise BenchmarkError(f"has {row[0]} {what}")
    twice = connection.execute("select urn from school_item group by urn, item, time_period having count(*) > 1 limit 1").fetchone()
    if twice:
        raise BenchmarkError(f"has school {twice[0]} twice: keep the row that is right and load it again")
