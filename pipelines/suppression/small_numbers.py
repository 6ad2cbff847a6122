"""Small numbers of a file: read once what the trust's own file holds, choose for each reader, hide in each reader's file."""

import duckdb

from pipelines.suppression.choosing import choose
from pipelines.suppression.counts import Groups, YearOfCounts
from pipelines.suppression.hiding import hide_figures
from pipelines.suppression.reading import read_groups, read_years
from pipelines.suppression.state import State


class SmallNumbers:
    """Hides figures of fewer than `below` people, and every figure from which one could be worked back.

    One object serves all readers of one file: what is the same for all of them is read and chosen once.
    """

    def __init__(self, below: int) -> None:
        self._below = below
        self._source: str | None = None
        self._groups = Groups((), (), (), (), ())
        self._years: list[YearOfCounts] = []
        self._for_all: list[State] = []

    def hide(self, connection: duckdb.DuckDBPyConnection, source: str, target: str, own: tuple[str, ...] = ()) -> None:
        """Hide in the attached database `target` every figure that its reader may not have.

        `source` is the trust's own file, attached read-only, from which the tables of `target` were copied,
        marts.measure_value with all rows of the academies that it has; `own` are the academies
        whose figures the reader knows exactly. Where `below` is 1 or less nothing is small, and nothing is changed.
        """
        if self._below <= 1:
            return
        self._read(connection, source)
        states = self._for_all
        if own:
            states = [choose(year, self._groups, self._below, own, start) for year, start in zip(self._years, self._for_all, strict=True)]
        hide_figures(connection, source, target, states, self._below, own)

    def _read(self, connection: duckdb.DuckDBPyConnection, source: str) -> None:
        found = connection.execute("select path from duckdb_databases() where database_name = $name", {"name": source}).fetchone()
        path = str(found[0]) if found else source
        if self._source == path:
            return
        self._groups = read_groups(connection, source)
        self._years = read_years(connection, source, self._groups, self._below)
        self._for_all = [choose(year, self._groups, self._below) for year in self._years]
        self._source = path
