"""A slice of a built table, computed from its parents' rows of that slice alone: what a model that declares slices promises.

Here: a built home's models as dbt compiled them, run again on parents cut to one academic year or to some measuring periods of it, and the
columns in which the rows of the slice then differ from those that were built. Not here: which models declare slices (their YAML), and whole
nights (from_scratch.py).
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.build.grains import CENSUS
from pipelines.store.home import Home
from tests.helpers.differing import differing_columns

RELATION = re.compile(r'"(build|published)"\."(\w+)"\."(\w+)"')
DELIVERED = "raw"  # a delivery's year is when it came, not what its rows are about: what was delivered is always read whole
PARAMETER = "build.run.parameter"
WHOLE = "true"


@dataclass(frozen=True)
class Slice:
    """One academic year of a table, or some measuring periods of that year."""

    time_period: int
    period_numbers: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.time_period}" + (f" period {', '.join(map(str, self.period_numbers))}" if self.period_numbers else "")


def restriction(parent_columns: Collection[str], of: Slice) -> str:
    """Which rows of a table with these columns belong to a slice; a table that knows neither year nor period is read whole."""
    if of.period_numbers and "period_number" in parent_columns:
        return f"period_number in ({', '.join(map(str, of.period_numbers))})"
    if "time_period" in parent_columns:
        return f"time_period = {of.time_period}"
    return WHOLE


class BuiltHome:
    """The tables of a home's last night and the SQL that dbt made of each model, opened to compute and never to change."""

    def __init__(self, home: Home) -> None:
        compiled = home.store / "dbt" / "compiled"
        self.sql = {file.stem: file.read_text(encoding="utf-8") for file in self._models(compiled)}
        self._build = next(file for file in (home.build / "kept.duckdb", home.build_database) if file.exists())
        self._published = home.published_file
        with self._opened() as database:
            found = database.execute(
                "select database_name || '.' || schema_name || '.' || table_name, list(column_name order by column_index)"
                " from duckdb_columns() where database_name in ('build', 'published') group by all"
            ).fetchall()
        self.columns: dict[str, list[str]] = {str(name): list(columns) for name, columns in found}

    @staticmethod
    def _models(compiled: Path) -> Iterator[Path]:
        """A test's SQL lies in a folder that is named after the file that declares it."""
        return (file for file in compiled.rglob("*.sql") if file.parent.suffix != ".yml" and "models" in file.parts)

    @contextmanager
    def _opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(config={"threads": 1}) as database:
            database.execute(f"attach '{self._build}' as build (read_only)")
            database.execute(f"attach '{self._published}' as published (read_only)")
            yield database

    def relation(self, model: str) -> str:
        """The table that a model became, as database.schema.name; a name without its `ref_` is the register's."""
        names = (model, model.removeprefix("ref_"))
        return next(relation for relation in self.columns if relation.rpartition(".")[2] in names and DELIVERED not in relation.split("."))

    def parents(self, model: str) -> list[str]:
        """The tables that a model reads."""
        return sorted({".".join(found) for found in RELATION.findall(self.sql[model])})

    def cut(
        self,
        model: str,
        of: Slice,
        all_of: Collection[str] = (),
        earlier_of: Collection[str] = (),
        census_of: Collection[str] = (),
    ) -> dict[str, str]:
        """The parents of a model that a slice cuts, and to what; `all_of` are read whole, `earlier_of` with earlier years, `census_of` with
        the year's census period.
        """
        delivered = {parent for parent in self.parents(model) if parent.split(".")[1] == DELIVERED}
        whole = delivered | {parent for parent in self.parents(model) if parent.split(".")[2] in all_of}
        cuts = {parent: restriction(self.columns[parent], of) for parent in self.parents(model) if parent not in whole}
        cuts |= {parent: f"time_period <= {of.time_period}" for parent in cuts if parent.split(".")[2] in earlier_of}
        with_census = f"time_period = {of.time_period} and period_number % 1000 = {CENSUS}"
        cuts |= {parent: f"{cuts[parent]} or {with_census}" for parent in cuts if parent.split(".")[2] in census_of}
        return {parent: condition for parent, condition in cuts.items() if condition != WHOLE}

    def slices_by_year(self, model: str) -> list[Slice]:
        """Every academic year of which a model has rows."""
        with self._opened() as database:
            years = database.execute(f"select distinct time_period from {self.relation(model)} order by 1").fetchall()
        return [Slice(year) for (year,) in years if year is not None]

    def slices_by_period(self, model: str) -> list[Slice]:
        """Every measuring period of which a model has rows."""
        with self._opened() as database:
            periods = database.execute(f"select distinct time_period, period_number from {self.relation(model)} order by all").fetchall()
        return [Slice(year, (number,)) for year, number in periods]

    def differing(self, model: str, of: Slice, cuts: dict[str, str], as_of: str | None = None) -> list[str]:
        """The columns in which the slice computed from cut parents differs from the one that was built; none when it is the same.

        `as_of` is the SQL of another as-of date for the models that ask for it. Rows outside the slice do not count: a night writes
        those of the slice alone.
        """
        with self._opened() as database:
            database.execute(f"create table built as select * from {self.relation(model)} where {restriction(self._own(model), of)}")
            sql = self.sql[model]
            for number, parent in enumerate(self.parents(model)):
                condition = cuts.get(parent, WHOLE)
                columns = f"* replace ({as_of} as as_of)" if as_of and parent == PARAMETER else "*"
                if condition != WHOLE or columns != "*":
                    database.execute(f"create table parent{number} as select {columns} from {parent} where {condition}")
                    sql = sql.replace('"' + parent.replace(".", '"."') + '"', f"memory.main.parent{number}")
            types = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in self._types(database, model))
            database.execute(f"create table sliced as select {types} from ({sql}) where {restriction(self._own(model), of)}")
            return differing_columns(database, "built", "sliced")

    def _own(self, model: str) -> list[str]:
        return self.columns[self.relation(model)]

    def _types(self, database: duckdb.DuckDBPyConnection, model: str) -> list[tuple[str, str]]:
        return [(str(name), str(kind)) for name, kind, *_ in database.execute(f"describe {self.relation(model)}").fetchall()]
