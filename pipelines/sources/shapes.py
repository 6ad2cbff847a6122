"""The shapes that are no plain table: a file row that holds several rows of the contract.

Here: the closed list of named shapes, as data: which cell is which day and session. Not here: how rows are made of them
(pipelines/ingest/shapes.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell of a wide row that holds a mark: so many days after the row's date, in this session."""

    column: str
    days_after: int
    session: str


@dataclass(frozen=True)
class Shape:
    """A wide table: the cells that hold marks, and whether the row's date must be a Monday.

    `gives` are the contract columns that come of the cell and not of a mapping of their own.
    """

    cells: tuple[Cell, ...]
    is_week: bool = False
    gives: frozenset[str] = frozenset({"session", "mark_code"})


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")

SHAPES: dict[str, Shape] = {
    "two_marks_a_day": Shape((Cell("AM", 0, "AM"), Cell("PM", 0, "PM"))),
    "ten_marks_a_week": Shape(
        tuple(Cell(f"{day}{session}", number, session) for number, day in enumerate(WEEKDAYS) for session in ("AM", "PM")),
        is_week=True,
    ),
}
