"""Wide rows as rows of the contract: the named shapes of sources/shapes.py, worked out.

Here: the SQL that gives each cell a row, and reading a cell's day. Not here: which cells there are. An empty cell is nothing: judging
leaves it out, so it counts neither as read nor as missing.
"""

import datetime
from dataclasses import replace

from pipelines.ingest.rules import Inputs, Outcome, Read
from pipelines.ingest.sql_text import identifier, text
from pipelines.ingest.text_parts import FAULT, SOURCE_ORDER
from pipelines.sources import Mapping
from pipelines.sources.shapes import Shape

DAYS, SESSION, MARK, CELL = "shape.days_after", "shape.session", "shape.mark", "shape.cell"
ROW_ORDER = "row_order"
MOST_CELLS = 16  # row_order of a row's first cell: cells of one row stay together and in order


def unpivoted(shape: Shape, relation: str) -> str:
    """A query that gives each cell of a wide row a row of its own, and a faulty row one."""
    cells = ", ".join(f"({place}, {cell.days_after}, {text(cell.session)}, {text(cell.column)})" for place, cell in enumerate(shape.cells))
    marks = " ".join(f"when {place} then {identifier(cell.column)}" for place, cell in enumerate(shape.cells))
    return f"""
        select wide.*, wide.{SOURCE_ORDER} * {MOST_CELLS} + cells.place as {ROW_ORDER}, cells.days_after as {identifier(DAYS)},
            cells.session as {identifier(SESSION)}, case cells.place {marks} end as {identifier(MARK)}, cells.cell as {identifier(CELL)}
        from {relation} as wide
        cross join (values {cells}) as cells (place, days_after, session, cell)
        where wide.{FAULT} is null or cells.place = 0
    """


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
