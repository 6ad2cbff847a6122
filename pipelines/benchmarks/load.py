"""Load one official file into `store/benchmarks`, named by what it is and by its content.

A newer file does not delete an older one: which of two figures counts is the model's to say (ref_benchmark), and periods that a newer file
leaves out stay. Not here: reading its cells (figures.py, registers.py, school_data.py), and what has been loaded so far (listing.py).
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.benchmarks.delivered import BenchmarkError, fingerprint, header_of, in_utf8, read_text, text
from pipelines.benchmarks.figures import COLUMNS, Occasion, make_figures
from pipelines.benchmarks.known import AnyFile, FigureFile, Header, RegisterFile, known_files
from pipelines.benchmarks.registers import make_register
from pipelines.benchmarks.school_data import make_school_items
from pipelines.store.home import Home


@dataclass(frozen=True)
class Loaded:
    """What came of one file: its rows, those used, figures with a value, symbols instead of one, and rows left out by the reason."""

    known: AnyFile
    rows_in_file: int
    rows_used: int
    figures: int
    symbols: dict[str, int]
    time_periods: list[int]
    left_out: dict[str, int]
    to_unknown_day: bool
    """Whether it counts a year to date and nothing says up to which day."""


def load_file(home: Home, path: Path, occasion: Occasion | None = None) -> Loaded:
    """Read one official CSV as downloaded and keep what is in it in the store. Raises BenchmarkError; then nothing has changed."""
    occasion = occasion or Occasion()
    with in_utf8(path) as readable, duckdb.connect() as connection:
        header = header_of(readable, path)
        known = _recognised(path, header)
        read_text(connection, readable, header, path)
        try:
            if isinstance(known, FigureFile):
                make_figures(connection, known, header, occasion)
                _keep(home, known, path, connection, f"select {COLUMNS}, loaded_at from figure order by all")
                return _summary(connection, known)
            if isinstance(known, RegisterFile):
                make_register(connection, known, occasion.published_on)
            else:
                make_school_items(connection, known, occasion)
        except BenchmarkError as error:
            raise BenchmarkError(f"{path} {error}. Nothing was loaded.") from None
        if not isinstance(known, RegisterFile):
            _keep(home, known, path, connection, "select * from school_item order by all")
            return _summary_of_schools(connection, known)
        _keep(home, known, path, connection, "select * from register order by all")
        rows = _count(connection, "select count(*) from register")
        return Loaded(known, rows, rows, 0, {}, [], {}, to_unknown_day=False)


def _recognised(path: Path, header: Header) -> AnyFile:
    missing = {known.name: known.missing_from(header) for known in known_files()}
    for known in known_files():
        if not missing[known.name]:
            return known
    listed = "\n".join(f"  - {known.title}: lacks {', '.join(missing[known.name][:4])}" for known in known_files())
    raise BenchmarkError(
        f"{path} has the header of no official file that Matlas knows. Known files, and what this one lacks for each:\n{listed}"
    )


def _keep(home: Home, known: AnyFile, path: Path, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Write it beside the others, whole or not at all; the file's own name goes along for those who look."""
    target = home.store / "benchmarks" / f"{known.name}-{fingerprint(path)}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    connection.execute(f"copy ({sql}) to {text(str(temporary))} (format parquet, kv_metadata {{file_name: {text(path.name)}}})")
    temporary.replace(target)


def _summary(connection: duckdb.DuckDBPyConnection, known: FigureFile) -> Loaded:
    statuses = dict(connection.execute("select value_status, count(*) from figure group by all order by all").fetchall())
    left_out = connection.execute("select _left_out, count(*) from placed where _left_out is not null group by all order by all").fetchall()
    return Loaded(
        known=known,
        rows_in_file=_count(connection, "select count(*) from delivered"),
        rows_used=_count(connection, "select count(*) from placed where _left_out is null"),
        figures=statuses.pop("ok", 0),
        symbols=statuses,
        time_periods=[row[0] for row in connection.execute("select distinct time_period from figure order by all").fetchall()],
        left_out={reason.partition(": ")[2]: count for reason, count in left_out},
        to_unknown_day=_count(connection, "select count(*) from figure where period = 'year_to_date' and period_end is null") > 0,
    )


def _summary_of_schools(connection: duckdb.DuckDBPyConnection, known: AnyFile) -> Loaded:
    statuses = dict(connection.execute("select value_status, count(*) from school_item group by all order by all").fetchall())
    periods = connection.execute("select distinct time_period from school_item where time_period is not null order by all").fetchall()
    schools = _count(connection, "select count(distinct urn) from school_item")
    figures = statuses.pop("ok", 0)
    return Loaded(known, schools, schools, figures, statuses, [row[0] for row in periods], {}, to_unknown_day=False)


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
