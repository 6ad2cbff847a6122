"""Excel workbooks to a text part: the first sheet, as a stream.

Here: the header under a report's titles, cells as text, and row numbers as Excel shows them. Not here: formulas; one is text, never
worked out.
"""

import datetime
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.headers import LINES_SEARCHED, find_header
from pipelines.ingest.text_parts import FileText, Part, PartWriter
from pipelines.sources import Table
from pipelines.trust import Limits

GIB = 1 << 30


def read_workbook(path: Path, table: Table, limits: Limits, part: Part) -> FileText:
    """Read the first sheet into `part`. Raises ReadingFault for a file that cannot be read whole."""
    if path.stat().st_size == 0:
        raise ReadingFault("empty_file", f"{part.file_name} is empty. Run the export again.", part.file_name)
    _refuse_bomb(path, part.file_name, limits)
    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
            return _read_sheet(_rows(book), table, part)
    except ReadingFault:
        raise
    except Exception:  # openpyxl raises whatever a broken file makes it raise; the text of that may hold a cell
        raise ReadingFault(
            "unreadable_file", f"{part.file_name} is not a whole Excel workbook. Save it again as .xlsx, or as CSV.", part.file_name
        ) from None


def _refuse_bomb(path: Path, file_name: str, limits: Limits) -> None:
    """An .xlsx is a zip: what its directory says it unpacks to is all that is ever read of it."""
    try:
        with zipfile.ZipFile(path) as pack:
            sizes = [(info.file_size, info.compress_size) for info in pack.infolist()]
    except (zipfile.BadZipFile, OSError):
        raise ReadingFault(
            "unreadable_file", f"{file_name} is not a whole Excel workbook. Save it again as .xlsx, or as CSV.", file_name
        ) from None
    if sum(size for size, _ in sizes) > limits.max_file_gib * GIB:
        raise ReadingFault("too_large", f"{file_name} is over {limits.max_file_gib:g} GiB unpacked. Export it as CSV, in parts.", file_name)
    if any(size > limits.max_compression * max(packed, 1) for size, packed in sizes):
        raise ReadingFault(
            "too_compressed",
            f"{file_name} unpacks to more than {limits.max_compression:g} times its size. Save it again, or export it as CSV.",
            file_name,
        )


def _rows(book: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row of the first sheet that is not blank, with the number Excel shows beside it."""
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what a file says of its size is not to be trusted
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [cell_text(value) for value in row]
        if any(cells):
            yield number, cells


def _read_sheet(rows: Iterator[tuple[int, list[str]]], table: Table, part: Part) -> FileText:
    first = list(itertools.islice(rows, LINES_SEARCHED))
    if not first:
        raise ReadingFault("empty_file", f"{part.file_name}: the first sheet is empty. Run the export again.", part.file_name)
    header = find_header(first, table, part.file_name)
    indexes = [header.positions.get(name) for name in part.columns]
    below = itertools.chain((row for row in first if row[0] > header.line), rows)
    with PartWriter(part) as writer:
        for number, cells in below:
            if any(cells[header.width :]):
                writer.add_fault(number, "field_count")
            else:
                writer.add(number, [_cell(cells, index) for index in indexes])
        text = part.text(None, header.line, header.positions, header.extra)
        writer.describe(text)
    return text


def _cell(cells: Sequence[str], index: int | None) -> str | None:
    return cells[index] if index is not None and index < len(cells) else None


def cell_text(value: Any) -> str:
    """A cell as text: a date as ISO, a whole number without a decimal point, a truth as true or false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
