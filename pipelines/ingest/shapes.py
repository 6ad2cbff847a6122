"""Rows that are no plain rows of the contract: the named shapes of sources/shapes.py, worked out.

Here: the SQL that gives each cell a row, or each row its name, and reading a cell's day. Not here: which cells and names there are. An
empty cell is nothing: judging leaves it out, so it counts neither as read nor as missing.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.ingest.rules import Inputs, Outcome, Read
from pipelines.ingest.sql_text import identifier, text
from pipelines.ingest.text_parts import FAULT, SOURCE_ORDER
from pipelines.sources import Mapping, Table
from pipelines.sources.shapes import Shape

DAYS, CELL = "shape.days_after", "shape.cell"
ROW_ORDER = "row_order"
MOST_CELLS = 64  # row_order of a row's first cell: cells of one row stay together and in order


def given(contract_column: str) -> str:
    """The name under which the shape gives a contract column, beside the table's own columns."""
    return f"shape.{contract_column}"


def reshaped(table: Table, relation: str) -> str:
    """A query that gives each cell of a wide row a row of its own, or each row its name; a faulty row stays one row."""
    if table.layout is None:
        return f"select *, {SOURCE_ORDER} as {ROW_ORDER} from {relation}"
    return _named(table, table.layout, relation) if table.layout.named_by else _unpivoted(table, table.layout, relation)


def _unpivoted(table: Table, shape: Shape, relation: str) -> str:
    rows = [(str(place), str(cell.days_after), text(cell.column), *map(text, cell.says)) for place, cell in enumerate(table.cells)]
    cells = ", ".join(f"({', '.join(row)})" for row in rows)
    said = ", ".join(identifier(given(name)) for name in shape.says)
    values = " ".join(f"when {place} then {identifier(cell.column)}" for place, cell in enumerate(table.cells))
    return f"""
        select wide.*, wide.{SOURCE_ORDER} * {MOST_CELLS} + cells.place as {ROW_ORDER}, cells.* exclude (place),
            case cells.place {values} end as {identifier(given(shape.value))}
        from {relation} as wide
        cross join (values {cells}) as cells (place, {identifier(DAYS)}, {identifier(CELL)}, {said})
        where wide.{FAULT} is null or cells.place = 0
    """


def _named(table: Table, shape: Shape, relation: str) -> str:
    conditions = [_condition(one.when) for one in table.names]
    said = ", ".join(_said(conditions, [one.says[place] for one in table.names], place, shape) for place in range(len(shape.says)))
    (value,) = (mapping.inputs[0] for mapping in table.mappings if mapping.contract_column == shape.value)
    return f"""
        select *, {SOURCE_ORDER} as {ROW_ORDER}, {text(value)} as {identifier(CELL)}, {said},
            {identifier(value)} as {identifier(given(shape.value))}
        from {relation}
    """


def _condition(when: Iterable[tuple[str, str]]) -> str:
    return " and ".join(f"upper(trim({identifier(column)})) = {text(value.upper())}" for column, value in when)


def _said(conditions: Sequence[str], says: Sequence[str], place: int, shape: Shape) -> str:
    """One thing that the name says; a row that no name fits is named by its own text."""
    cases = " ".join(f"when {condition} then {text(said)}" for condition, said in zip(conditions, says, strict=True))
    own = identifier(shape.named_by[place])
    return f"case {cases} else {own} end as {identifier(given(shape.says[place]))}"


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
            return replace(outcome, value=None, fault="bad_date")
        return replace(outcome, value=(first + datetime.timedelta(days=int(inputs[-1] or 0))).isoformat())

    return read_day
