"""Rows that are no plain rows of the contract: the named shapes of sources/shapes.py, worked out.

Here: giving each cell a row, or each row its name, and reading a cell's day. Not here: which cells and names there are. An empty cell is
nothing: judging leaves it out, so it counts neither as read nor as missing.
"""

import datetime
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipelines.ingest.coded import NOTHING, Coded, Numbers, SourceText, combined, last_rows
from pipelines.ingest.outcomes import Inputs, Outcome, Read
from pipelines.ingest.text_parts import FAULT
from pipelines.sources import Mapping, Table
from pipelines.sources.shapes import Shape

DAYS, CELL = "shape.days_after", "shape.cell"


def given(contract_column: str) -> str:
    """The name under which the shape gives a contract column, beside the table's own columns."""
    return f"shape.{contract_column}"


def columns_of_shape(table: Table, shape: Shape) -> set[str]:
    """The table's own columns that its shape is made of."""
    if not shape.named_by:
        return {cell.column for cell in table.cells}
    return {*shape.named_by, _value_column(table, shape), *(column for name in table.names for column, _ in name.when)}


def reshaped(rows: Coded, table: Table, shape: Shape, source: SourceText) -> Coded:
    """Give each cell of wide rows a row of its own, or each row its name; a faulty row stays one row."""
    return Named(rows, table, shape, source) if shape.named_by else Unpivoted(rows, table, shape, source)


class Unpivoted:
    """The cells of wide rows, each a row: row by row, and within a row in the order of the shape. A faulty row has one."""

    def __init__(self, wide: Coded, table: Table, shape: Shape, source: SourceText) -> None:
        cells = table.cells
        is_there = np.ones((wide.rows, len(cells)), np.bool_)
        is_there[wide.numbers(FAULT) != NOTHING, 1:] = False
        kept = is_there.ravel()
        self._wide = wide
        self._of_row: npt.NDArray[np.int64] = np.repeat(np.arange(wide.rows), len(cells))[kept]
        places = np.tile(np.arange(len(cells)), wide.rows)[kept]
        value = given(shape.value)
        values = np.stack([_renamed(wide.numbers(cell.column), source, cell.column, value) for cell in cells], axis=1)
        self._of_cell = {
            value: values.ravel()[kept],
            DAYS: _constants(source, DAYS, [str(cell.days_after) for cell in cells])[places],
            CELL: _constants(source, CELL, [cell.column for cell in cells])[places],
        }
        for place, name in enumerate(shape.says):
            self._of_cell[given(name)] = _constants(source, given(name), [cell.says[place] for cell in cells])[places]

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


class Named:
    """Rows that name what they hold in codes of their own, with the names of the contract beside. A row that no name fits keeps its own."""

    def __init__(self, rows: Coded, table: Table, shape: Shape, source: SourceText) -> None:
        self._rows = rows
        self._given = {CELL: np.full(rows.rows, source.words(CELL).number(_value_column(table, shape)), np.int32)}
        value = _value_column(table, shape)
        self._given[given(shape.value)] = _renamed(rows.numbers(value), source, value, given(shape.value))
        columns = sorted({*shape.named_by, *(column for name in table.names for column, _ in name.when)})
        codes, count = combined([(rows.numbers(name), len(source.words(name).values)) for name in columns])
        met = [
            {name: source.words(name).values[int(rows.numbers(name)[row])] for name in columns} for row in last_rows(codes, count).tolist()
        ]
        for place, name in enumerate(shape.says):
            words = source.words(given(name))
            said = [words.number(_said(texts, table, shape, place)) for texts in met]
            self._given[given(name)] = np.array(said, np.int32)[codes]

    @property
    def rows(self) -> int:
        """How many rows."""
        return self._rows.rows

    def numbers(self, name: str) -> Numbers:
        """The number of every row in the vocabulary of that name."""
        return self._given[name] if name in self._given else self._rows.numbers(name)

    def lines(self) -> npt.NDArray[np.int64]:
        """The line (or record) of every row."""
        return self._rows.lines()


def _said(texts: dict[str, str | None], table: Table, shape: Shape, place: int) -> str | None:
    """One thing that a row's name says: of the names that fit it the first, else its own text."""
    for name in table.names:
        if all((texts[column] or "").strip().upper() == value.upper() for column, value in name.when):
            return name.says[place]
    return texts[shape.named_by[place]]


def _value_column(table: Table, shape: Shape) -> str:
    (column,) = (mapping.inputs[0] for mapping in table.mappings if mapping.contract_column == shape.value)
    return column


def _renamed(numbers: Numbers, source: SourceText, column: str, name: str) -> Numbers:
    """The numbers of a column in another vocabulary: all cells of a shape share one."""
    words = source.words(name)
    return np.array([words.number(value) for value in source.words(column).values], np.int32)[numbers]


def _constants(source: SourceText, name: str, values: Sequence[str]) -> Numbers:
    words = source.words(name)
    return np.array([words.number(value) for value in values], np.int32)


def shaped_mappings(entity: str, shape: Shape, mappings: tuple[Mapping, ...]) -> tuple[Mapping, ...]:
    """The table's mappings with the ones for what the shape gives in place of each cell's own."""
    others = tuple(mapping for mapping in mappings if mapping.contract_column not in shape.gives)
    return (*others, *(Mapping(entity, name, "copy", (given(name),)) for name in (*shape.says, shape.value)))


def day_reader(read: Read, shape: Shape) -> Read:
    """A reader of the row's date that moves it to the cell's day. The last input is the number of days."""

    def read_day(inputs: Inputs) -> Outcome:
        outcome = read(inputs[:-1])
        if outcome.value is None:
            return outcome
        first = datetime.date.fromisoformat(outcome.value)
        if shape.is_week and first.weekday() != 0:
            return outcome._replace(value=None, fault="bad_date")
        return outcome._replace(value=(first + datetime.timedelta(days=int(inputs[-1] or 0))).isoformat())

    return read_day
