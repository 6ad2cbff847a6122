"""The shapes that are no plain table: a file row that holds several rows of the contract, or names what it holds in codes of its own.

Here: the closed list of named shapes, as data: which cell is which day and session, which columns the names of a result come from. Not
here: how rows are made of them (pipelines/ingest/shapes.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell of a wide row: its column, what its place says (one text for each of the shape's `says`), and its days after the row's."""

    column: str
    says: tuple[str, ...]
    days_after: int = 0


@dataclass(frozen=True)
class Name:
    """What a row is that has these values in these columns: one text for each of the shape's `says`. Of several, the first counts."""

    when: tuple[tuple[str, str], ...]
    says: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """A shape. `value` is the contract column that a cell holds, `says` are those that the cell's place or the row's name says.

    `cells` are those of the shape itself; a shape without them takes its table's, as columns.csv gives them. A named row has no cells: it
    is named by the texts of `named_by`, one column for each of `says`, unless results.csv has another name for it.
    """

    value: str
    says: tuple[str, ...]
    cells: tuple[Cell, ...] = ()
    named_by: tuple[str, ...] = ()
    is_dated_by_cell: bool = False
    is_week: bool = False

    @property
    def gives(self) -> frozenset[str]:
        """The contract columns that come of the shape and not of a mapping of their own."""
        return frozenset({self.value, *self.says})

    def heading_of(self, contract_column: str) -> str:
        """What to call a column that it gives to the person who made the export: the column that names it, where there is one."""
        return dict(zip(self.says, self.named_by, strict=False)).get(contract_column, contract_column)

    @property
    def takes_cells(self) -> bool:
        """Whether columns.csv says which cells there are."""
        return not self.cells and not self.named_by


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")

SHAPES: dict[str, Shape] = {
    "two_marks_a_day": Shape("mark_code", ("session",), (Cell("AM", ("AM",)), Cell("PM", ("PM",))), is_dated_by_cell=True),
    "ten_marks_a_week": Shape(
        "mark_code",
        ("session",),
        tuple(Cell(f"{day}{session}", (session,), number) for number, day in enumerate(WEEKDAYS) for session in ("AM", "PM")),
        is_dated_by_cell=True,
        is_week=True,
    ),
    "one_result_a_column": Shape("result", ("subject_code", "component")),
    "one_result_a_record": Shape("result", ("stage", "subject_code", "component"), named_by=("Stage", "Subject", "Component")),
}
