"""Wide rows as rows of the contract: the named shapes of sources/shapes.py, worked out.

Here: giving each cell a row, and reading a cell's day. Not here: which cells there are. An empty cell is nothing: judging leaves it out,
so it counts neither as read nor as missing.
"""

import datetime
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pipelines.ingest.coded import NOTHING, Coded, Numbers, SourceText
from pipelines.ingest.rules import Inputs, Outcome, Read
from pipelines.ingest.text_parts import FAULT
from pipelines.sources import Mapping
from pipelines.sources.shapes import Shape

DAYS, SESSION, MARK, CELL = "shape.days_after", "shape.session", "shape.mark", "shape.cell"


class Reshaped:
    """The cells of wide rows, each a row: row by row, and within a row in the order of the shape. A faulty row has one."""

    def __init__(self, wide: Coded, shape: Shape, source: SourceText) -> None:
        cells = len(shape.cells)
        is_there = np.ones((wide.rows, cells), np.bool_)
        is_there[wide.numbers(FAULT) != NOTHING, 1:] = False
        kept = is_there.ravel()
        self._wide = wide
        self._of_row: npt.NDArray[np.int64] = np.repeat(np.arange(wide.rows), cells)[kept]
        places = np.tile(np.arange(cells), wide.rows)[kept]
        marks = np.stack([_renamed(wide.numbers(cell.column), source, cell.column, MARK) for cell in shape.cells], axis=1)
        self._of_cell = {
            MARK: marks.ravel()[kept],
            DAYS: _constants(source, DAYS, [str(cell.days_after) for cell in shape.cells])[places],
            SESSION: _constants(source, SESSION, [cell.session for cell in shape.cells])[places],
            CELL: _constants(source, CELL, [cell.column for cell in shape.cells])[places],
        }

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(self._of_row)

    def numbers(self, name: str) -> Numbers:
        """The number of every row in the vocabulary of that name."""
        return self._of_cell[name] if name in self._of_cell else self._wide.numbers(name)[self._of_row]

    def lines(self) -> npt.NDArray[np.int64]:
        """The line of the wide row that each row comes of."""
        return self._wide.lines()[self._of_row]


def reshaped(wide: Coded, shape: Shape, source: SourceText) -> Coded:
    """Give each cell of wide rows a row of its own, and a faulty row one."""
    return Reshaped(wide, shape, source)


def _renamed(numbers: Numbers, source: SourceText, column: str, name: str) -> Numbers:
    """The numbers of a column in another vocabulary: all cells of a shape share one."""
    words = source.words(name)
    return np.array([words.number(value) for value in source.words(column).values], np.int32)[numbers]


def _constants(source: SourceText, name: str, values: list[str]) -> Numbers:
    words = source.words(name)
    return np.array([words.number(value) for value in values], np.int32)


def cell_mappings(entity: str, mappings: tuple[Mapping, ...]) -> tuple[Mapping, ...]:
    """The table's mappings with the ones for its cells in place of each cell's own."""
    others = tuple(mapping for mapping in mappings if mapping.contract_column != "mark_code")
    return (*others, Mapping(entity, "session", "copy", (SESSION,)), Mapping(entity, "mark_code", "copy", (MARK,)))


def day_reader(read: Read, shape: Shape) -> Read:
    """A reader of the row's date that moves it to the cell's day. The last input is the number of days."""

    def read_day(inputs: Inputs) -> Outcome:
        outcome = read(inputs[:-1])
        if outcome.value is None:
            return outcome
        first = datetime.date.fromisoformat(outcome.value)
        if shape.is_week and first.weekday() != 0:
            return replace(outcome, value=None, fault="bad_date")
        return replace(outcome, value=(first + datetime.timedelta(days=int(inputs[-1] or 0))).isoformat())

    return read_day
