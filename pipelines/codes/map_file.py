"""The map as a CSV file: written to be filled in with a spreadsheet, and read back as a spreadsheet leaves it.

Here: the columns, and a value that a spreadsheet would take for a formula. Not here: whether a line is right (filled.py).
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.codes.errors import CodesError
from pipelines.codes.to_fill import Asked

NEEDED = ("academy", "code_set", "value", "code")
COLUMNS = (*NEEDED, "guess", "guessed_from", "rows", "effect", "columns", "academies", "first_seen", "last_seen", "newest_batch")
GUARD = "'"
FORMULA = ("=", "+", "-", "@", GUARD)


@dataclass(frozen=True)
class Line:
    """One line of a filled map."""

    number: int
    academy: str
    code_set: str
    value: str
    code: str


def write_map(lines: Iterable[Asked]) -> str:
    """The map as CSV, the column `code` empty. A value that is kept back cannot be filled in and is left out."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    for line in lines:
        if line.value is not None:
            row = {name: getattr(line, name, None) for name in COLUMNS}
            writer.writerow({**row, "code": "", "value": _guarded(line.value)})
    return out.getvalue()


def read_map(path: Path) -> list[Line]:
    """The lines of a filled map, also of one that was saved with semicolons or in Windows-1252. Raises CodesError."""
    text = _text(path)
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise CodesError([f"{path} line 1: the column {missing[0]} is missing. `matlas codes unmapped` writes a map with all it needs."])
    return list(_lines(reader))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CodesError([f"{path} cannot be read: {error.strerror}."]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _lines(reader: "csv.DictReader[str]") -> Iterator[Line]:
    for row in reader:
        given = {name: (row[name] or "").strip() for name in NEEDED}
        if any(given.values()):
            yield Line(reader.line_num, given["academy"], given["code_set"], _unguarded(given["value"]), given["code"])


def _guarded(value: str) -> str:
    return f"{GUARD}{value}" if value.startswith(FORMULA) else value


def _unguarded(value: str) -> str:
    return value[1:] if value.startswith(GUARD) and value[1:].startswith(FORMULA) else value
