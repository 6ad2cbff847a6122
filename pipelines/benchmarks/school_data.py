"""Published characteristics and figures of real schools: files with one row a school, into the store as raw.school_data.

Here: which files are known (school_files.yml), and turning a file that is already text into one row a school and item. Not here:
other official files, reading text from disk (load.py), and which of two loads of a school counts (the model ref_school).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict

from pipelines.benchmarks.errors import BenchmarkError

SCHOOL_FILES = Path(__file__).with_name("school_files.yml")
COLUMNS = (
    "urn, laestab, school_name, phase, la_code, la_name, region, item_kind, item, time_period, series, value, value_status, source, "
    "published_on, loaded_at"
)
# What a file prints where it has no figure: nothing, or NA. DfE's symbols come from load.py.
NOT_THERE = {"": "x", "na": "x"}


class Described(BaseModel):
    """A part of school_files.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class About(Described):
    """Which columns say which school it is."""

    urn: str
    laestab: str
    school_name: str
    la_code: str
    la_name: str
    region: str


class SchoolFigure(Described):
    """A published figure of a school: its measure, its series, and how many years before the file's year it is of."""

    measure: str
    series: Literal["census", "performance_tables"]
    years_back: int


class SchoolFile(Described):
    """One kind of file with one row a school."""

    name: str
    title: str
    source: str
    phase: str
    phases: dict[str, str | None]
    about: About
    characteristics: dict[str, str]
    figures: dict[str, SchoolFigure]

    def missing_from(self, header: list[str]) -> list[str]:
        """The columns that a file of this kind must have and this header has not."""
        wanted = [*self.about.model_dump().values(), self.phase, *self.characteristics.values(), *self.figures]
        return [column for column in wanted if column not in header]


@dataclass(frozen=True)
class LoadedSchools:
    """What came of one file: its schools by phase, figures and characteristics with a value, and how many are not there."""

    known: SchoolFile
    schools: int
    values: int
    without_value: int
    time_periods: list[int]


@cache
def school_files() -> tuple[SchoolFile, ...]:
    """Every file with one row a school that can be loaded."""
    return tuple(SchoolFile.model_validate(one) for one in yaml.safe_load(SCHOOL_FILES.read_text(encoding="utf-8")))


def school_file_of(header: list[str]) -> SchoolFile | None:
    """The kind of file that has this header, if it is one with a row a school."""
    return next((known for known in school_files() if not known.missing_from(header)), None)


def write_schools(
    connection: duckdb.DuckDBPyConnection, known: SchoolFile, symbols: dict[str, str], time_period: int, published_on: object, target: Path
) -> LoadedSchools:
    """Write the schools of the table `delivered` to `target`. Raises BenchmarkError, and then writes nothing."""
    _items(connection, known, symbols, time_period, published_on)
    _refuse_what_is_no_school(connection)
    temporary = target.with_suffix(".tmp")
    connection.execute(f"copy (select {COLUMNS} from school_item order by all) to '{temporary}' (format parquet)")
    temporary.replace(target)
    return _summary(connection, known)


def _items(
    connection: duckdb.DuckDBPyConnection, known: SchoolFile, symbols: dict[str, str], time_period: int, published_on: object
) -> None:
    """One row a school and item: each row of the file by each of its characteristics and figures."""
    connection.execute("create temp table symbol (printed varchar, value_status varchar)")
    connection.executemany("insert into symbol values (?, ?)", list({**symbols, **NOT_THERE}.items()))
    connection.execute("create temp table phase (printed varchar, phase varchar)")
    connection.executemany("insert into phase values (?, ?)", list(known.phases.items()))
    connection.execute("create temp table item (column_name varchar, item_kind varchar, item varchar, time_period integer, series varchar)")
    connection.executemany(
        "insert into item values (?, 'characteristic', ?, null, null)", [(column, name) for name, column in known.characteristics.items()]
    )
    connection.executemany(
        "insert into item values (?, 'figure', ?, ?, ?)",
        [(column, one.measure, time_period - 101 * one.years_back, one.series) for column, one in known.figures.items()],
    )
    about = ", ".join(f'trim("{column}") as about_{name}' for name, column in known.about)
    listed = ", ".join(f'"{column}"' for column in [*known.characteristics.values(), *known.figures])
    filled = ", ".join(f'coalesce("{column}", \'\') as "{column}"' for column in [*known.characteristics.values(), *known.figures])
    connection.execute(
        f"""
        create temp table school_item as
        with named as (select {about}, trim("{known.phase}") as printed_phase, {filled} from delivered),
        long as (unpivot named on {listed} into name column_name value printed)
        select
            try_cast(about_urn as integer) as urn, nullif(about_laestab, '') as laestab, about_school_name as school_name,
            phase.printed is not null as is_phase_known, phase.phase, nullif(about_la_code, '') as la_code,
            nullif(about_la_name, '') as la_name, nullif(about_region, '') as region, item.item_kind, item.item, item.time_period,
            item.series, try_cast(trim(long.printed) as double) as value,
            coalesce(symbol.value_status, case when isfinite(try_cast(trim(long.printed) as double)) then 'ok' end) as value_status,
            ? as source, cast(? as date) as published_on, now()::timestamp as loaded_at
        from long
        inner join item using (column_name)
        left join phase on phase.printed = long.printed_phase
        left join symbol on symbol.printed = lower(trim(long.printed))
        """,
        [known.source, published_on],
    )


def _refuse_what_is_no_school(connection: duckdb.DuckDBPyConnection) -> None:
    """A school that cannot be named or placed, or a symbol we do not know, would be a figure lost or misread: the whole file is refused."""
    for condition, what in (
        ("urn is null", "a row without a URN"),
        ("not is_phase_known", "a phase that Matlas does not know"),
        ("value_status is null", "a symbol in place of a figure that Matlas does not know"),
    ):
        row = connection.execute(f"select count(distinct (urn, school_name)) from school_item where {condition}").fetchone()
        if row and row[0]:
            raise BenchmarkError(f"The file has {what} ({row[0]} schools). Nothing was loaded.")
    twice = connection.execute("select urn from school_item group by urn, item, time_period having count(*) > 1 limit 1").fetchone()
    if twice:
        raise BenchmarkError(f"The file has school {twice[0]} twice. Nothing was loaded; keep the row that is right and load it again.")


def _summary(connection: duckdb.DuckDBPyConnection, known: SchoolFile) -> LoadedSchools:
    schools, values, without = connection.execute(
        "select count(distinct urn), count(*) filter (value_status = 'ok'), count(*) filter (value_status <> 'ok') from school_item"
    ).fetchone() or (0, 0, 0)
    periods = connection.execute("select distinct time_period from school_item where time_period is not null order by all").fetchall()
    return LoadedSchools(known, schools, values, without, [row[0] for row in periods])
