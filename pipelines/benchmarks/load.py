"""Load one official file into `store/benchmarks`, in the shape of ref.benchmark.

A figure keeps DfE's published digits; a symbol in its place becomes a status, never a zero. A newer file of the same series does not
delete an older one: each figure is that of the file loaded last (the model ref_benchmark picks it), and older periods stay.
"""

import csv
import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.benchmarks.errors import BenchmarkError
from pipelines.benchmarks.known import Indicator, KnownFile, known_files
from pipelines.benchmarks.school_data import LoadedSchools, SchoolFile, school_file_of, school_files, write_schools
from pipelines.store.home import Home

# DfE's symbols for a figure that is not there, in any case; the obsolete ones among them (`:` not available, `~` rounds to zero).
SYMBOLS = {"z": "z", "x": "x", ":": "x", "c": "c", "supp": "c", "low": "low", "k": "low", "~": "low", "u": "u"}
COLUMNS = (
    "measure_id, geography_level, geography_code, geography_name, phase, breakdown_topic, breakdown, time_period, series, "
    "value, value_status, source, published_on"
)


@dataclass(frozen=True)
class Loaded:
    """What came of one file: figures with a value, figures whose symbol says why there is none, and rows that are no figures of a year."""

    known: KnownFile
    rows_in_file: int
    rows_used: int
    figures: int
    symbols: dict[str, int]
    time_periods: list[int]


def load_file(home: Home, path: Path, published_on: datetime.date | None = None, time_period: int | None = None) -> Loaded | LoadedSchools:
    """Read one official CSV as downloaded and keep its figures in the store. Raises BenchmarkError; then nothing has changed.

    `time_period` is the academic year of a file that does not say it itself.
    """
    header = _header(path)
    if school_file := school_file_of(header):
        return _load_schools(home, path, header, school_file, published_on, time_period)
    known = _recognised(path, header)
    indicators = known.columns_of_indicators(header)
    target = home.store / "benchmarks" / f"{known.name}-{_fingerprint(path)}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        _read_text(connection, path, header)
        _figures(connection, known, indicators, published_on)
        _refuse_what_is_no_figure(connection, path)
        temporary = target.with_suffix(".tmp")
        connection.execute(f"copy (select {COLUMNS}, loaded_at from figure order by all) to '{temporary}' (format parquet)")
        temporary.replace(target)
        return _summary(connection, known)


def _load_schools(
    home: Home, path: Path, header: list[str], known: SchoolFile, published_on: datetime.date | None, time_period: int | None
) -> LoadedSchools:
    if time_period is None or time_period % 100 != (time_period // 100 + 1) % 100:
        raise BenchmarkError(
            f"{path} does not say of which year its figures are. Say the academic year of its newest absence figures: "
            "--time-period, followed by the year as in 202324."
        )
    target = home.store / "benchmarks" / f"{known.name}-{_fingerprint(path)}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        _read_text(connection, path, header)
        return write_schools(connection, known, SYMBOLS, time_period, published_on, target)


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [name.strip() for name in next(csv.reader(file), [])]
    except FileNotFoundError:
        raise BenchmarkError(f"{path} does not exist.") from None
    except (OSError, UnicodeDecodeError, csv.Error):
        raise BenchmarkError(f"{path} cannot be read as a UTF-8 CSV. Use the file as DfE offers it for download, unopened.") from None


def _recognised(path: Path, header: list[str]) -> KnownFile:
    missing = {known.name: known.missing_from(header) for known in known_files()}
    for known in known_files():
        if not missing[known.name]:
            return known
    lacking = [(known.title, missing[known.name]) for known in known_files()]
    lacking += [(known.title, known.missing_from(header)) for known in school_files()]
    listed = "\n".join(f"  - {title}: lacks {', '.join(columns[:4])}" for title, columns in lacking)
    raise BenchmarkError(
        f"{path} has the header of no official file that Matlas knows. Known files, and what this one lacks for each:\n{listed}"
    )


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _read_text(connection: duckdb.DuckDBPyConnection, path: Path, header: list[str]) -> None:
    """The file as a table of text with declared columns; nothing is sniffed."""
    columns = ", ".join(f"'{name.replace(chr(39), chr(39) * 2)}': 'VARCHAR'" for name in header)
    try:
        connection.execute(
            f"create temp table delivered as select * from read_csv(?, auto_detect=false, header=true, delim=',', quote='\"', escape='\"', "
            f"columns={{{columns}}})",
            [str(path)],
        )
    except duckdb.Error:
        raise BenchmarkError(f"{path} breaks off or has a line with too many or too few fields. Download it again.") from None


def _figures(
    connection: duckdb.DuckDBPyConnection, known: KnownFile, indicators: dict[str, Indicator], published_on: datetime.date | None
) -> None:
    """One row a figure: each row of the file by each of its indicators."""
    connection.execute("create temp table symbol (printed varchar, value_status varchar)")
    connection.executemany("insert into symbol values (?, ?)", list(SYMBOLS.items()))
    connection.execute("create temp table place (printed varchar, geography_level varchar)")
    connection.executemany("insert into place values (?, ?)", [(name, place.level) for name, place in known.places.items()])
    connection.execute("create temp table phase (printed varchar, phase varchar)")
    connection.executemany("insert into phase values (?, ?)", list(known.phases.items()))
    connection.execute("create temp table indicator (column_name varchar, measure_id varchar, breakdown_topic varchar, breakdown varchar)")
    connection.executemany(
        "insert into indicator values (?, ?, ?, ?)",
        [(name, one.measure, "reason" if one.reason else "all", one.reason or "all") for name, one in indicators.items()],
    )
    chosen = " and ".join(f'"{column}" = ?' for column in known.only) or "true"
    code = " ".join(f"when '{name}' then \"{place.code}\"" for name, place in known.places.items())
    name_of = " ".join(f"when '{name}' then \"{place.name}\"" for name, place in known.places.items())
    listed = ", ".join(f'"{column}"' for column in indicators)
    connection.execute(
        f"""
        create temp table figure as
        with chosen as (
            select *, case "{known.level}" {code} end as place_code, case "{known.level}" {name_of} end as place_name
            from delivered where {chosen}
        ),
        long as (unpivot chosen on {listed} into name column_name value printed)
        select
            indicator.measure_id, place.geography_level, long.place_code as geography_code, long.place_name as geography_name,
            phase.phase, indicator.breakdown_topic, indicator.breakdown, try_cast(long."{known.time_period}" as integer) as time_period,
            '{known.series}' as series, try_cast(trim(long.printed) as double) as value,
            coalesce(symbol.value_status, case when try_cast(trim(long.printed) as double) is not null then 'ok' end) as value_status,
            ? as source, cast(? as date) as published_on, now()::timestamp as loaded_at
        from long
        inner join indicator using (column_name)
        left join place on place.printed = long."{known.level}"
        left join phase on phase.printed = long."{known.phase}"
        left join symbol on symbol.printed = lower(trim(long.printed))
        """,
        [*known.only.values(), known.source, published_on],
    )


def _refuse_what_is_no_figure(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A level, phase, year or symbol we do not know would be a figure lost or misread: the whole file is refused."""
    for column, what in (
        ("geography_level", "a geographic level"),
        ("phase", "a phase"),
        ("time_period", "a time period"),
        ("value_status", "a symbol in place of a figure"),
    ):
        row = connection.execute(f"select count(*) from figure where {column} is null").fetchone()
        if row and row[0]:
            raise BenchmarkError(f"{path} has {what} that Matlas does not know ({row[0]} figures). Nothing was loaded.")


def _summary(connection: duckdb.DuckDBPyConnection, known: KnownFile) -> Loaded:
    rows = connection.execute("select count(*) from delivered").fetchone() or (0,)
    used = connection.execute("select count(distinct (geography_level, geography_code, phase, time_period)) from figure").fetchone() or (0,)
    statuses = dict(connection.execute("select value_status, count(*) from figure group by all order by all").fetchall())
    periods = [row[0] for row in connection.execute("select distinct time_period from figure order by all").fetchall()]
    return Loaded(known, rows[0], used[0], statuses.pop("ok", 0), statuses, periods)
