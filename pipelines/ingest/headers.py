"""Which column of a file is which column of the table.

Here: matching headings to a table's columns, finding the header under a report's title lines, and the sentences for a column that is
missing or stands twice. Not here: how rows are read (tabular.py, workbook.py, records.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.ingest.faults import ReadingFault
from pipelines.sources import Table
from pipelines.sources.vocabulary import collapsed
from pipelines.sources.vocabulary import heading_key as heading_key

LINES_SEARCHED = 10


@dataclass(frozen=True)
class Header:
    """Where a file's columns are. `positions` gives each found column's index among `width` fields; `line` is the header's own."""

    line: int
    width: int
    positions: dict[str, int]
    extra: tuple[str, ...]


def find_header(lines: Iterable[tuple[int, Sequence[str]]], table: Table, file_name: str) -> Header:
    """The first of the given (line number, cells) that has all required columns. Raises ReadingFault when none has."""
    nearest: tuple[int, int, Sequence[str]] = (-1, 0, ())
    for line, cells in lines:
        found = _positions(cells, table)
        if not missing_columns(found, table):
            _refuse_repeated(cells, table, file_name, line)
            return Header(line, len(cells), found, extra_columns(cells, table))
        if len(found) > nearest[0]:
            nearest = (len(found), line, cells)
    score, line, cells = nearest
    if score > 0:
        raise missing_fault(_positions(cells, table), table, file_name, "the header lacks", line)
    raise missing_fault((), table, file_name, f"none of its first {LINES_SEARCHED} lines is a header with")


def missing_columns(found: Iterable[str], table: Table) -> list[str]:
    """The required columns of which the file has none, each under the name the profile gives it."""
    have = set(found)
    return [group[0] for group in table.required if not have.intersection(group)]


def missing_fault(found: Iterable[str], table: Table, file_name: str, what: str, line: int | None = None) -> ReadingFault:
    """The fault of a file that lacks required columns: `what` it is that lacks them, which, and what to do."""
    missing = missing_columns(found, table)
    named = " and ".join(f"“{name}”" for name in missing)
    many = len(missing) > 1
    place = f"{file_name} line {line}" if line else file_name
    return ReadingFault(
        "missing_column",
        f"{place}: {what} the column{'s' * many} {named}. Export {table.name} with {'them' if many else 'it'}, "
        "or give your own heading under columns: in trust.yml.",
        file_name,
        line,
        missing[0],
    )


def extra_columns(names: Iterable[str], table: Table) -> tuple[str, ...]:
    """Headings that no column of the table claims: recorded by name, their values stop at the door."""
    known = {heading_key(heading) for column in table.columns for heading in column.headings}
    return tuple(dict.fromkeys(collapsed(name) for name in names if collapsed(name) and heading_key(name) not in known))


def missing_optional(found: Iterable[str], table: Table) -> list[str]:
    """The columns that could have been delivered and were not."""
    have = set(found)
    required = {name for group in table.required for name in group}
    return [column.name for column in table.columns if column.name not in have and column.name not in required]


def _positions(cells: Sequence[str], table: Table) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, cell in enumerate(cells):
        places.setdefault(heading_key(cell), index)
    found: dict[str, int] = {}
    for column in table.columns:
        keys = (heading_key(heading) for heading in column.headings)
        place = next((places[key] for key in keys if key in places), None)
        if place is not None:
            found[column.name] = place
    return found


def _refuse_repeated(cells: Sequence[str], table: Table, file_name: str, line: int) -> None:
    """Two columns of one heading that we read: which of them is meant cannot be known."""
    keys = [heading_key(cell) for cell in cells]
    known = {heading_key(heading) for column in table.columns for heading in column.headings}
    for cell, key in zip(cells, keys, strict=True):
        if key in known and keys.count(key) > 1:
            raise ReadingFault(
                "duplicate_column",
                f"{file_name} line {line}: the column “{collapsed(cell)}” stands twice in the header. Export it once.",
                file_name,
                line,
                collapsed(cell),
            )
