"""Delimited text (CSV, TSV) to a text part.

Here: the header, the fast way (DuckDB, for files without a doubt) and the sure way (Python's csv, true line numbers, faulty rows by line).
Not here: any sniffing. The fast way is taken only when counting bytes proves that both would give the same rows, so what a file says never
depends on which was taken.
"""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.headers import LINES_SEARCHED, Header, find_header
from pipelines.ingest.sql_text import identifier, text
from pipelines.ingest.text_parts import (
    FAULT,
    METADATA,
    SOURCE_FILE,
    SOURCE_ROW,
    FileText,
    Part,
    PartWriter,
    described,
)
from pipelines.sources import Table

CHUNK = 1 << 20
LONGEST_FIELD = 16 << 20
NOTHING = " \t\r\n\0"
END_OF_QUOTE = "unexpected end of data"


@dataclass(frozen=True)
class Dialect:
    """How the fields of a line are kept apart. No quote: the writer never quotes."""

    delimiter: str
    quote: str

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Python's csv reader, strict: a stray quotation mark is an error, never a guess."""
        csv.field_size_limit(LONGEST_FIELD)
        if not self.quote:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE, strict=True)
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote, doublequote=True, strict=True)


def read_tabular(database: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, encoding: str, table: Table, part: Part) -> FileText:
    """Read a UTF-8 file into `part`. Raises ReadingFault for a file that cannot be read whole."""
    header = _header(path, dialect, table, part.file_name)
    found = part.text(encoding, header.line, header.positions, header.extra)
    if not _read_fast(database, path, dialect, header, part, found):
        _read_surely(path, dialect, header, part, found)
    return found


def _header(path: Path, dialect: Dialect, table: Table, file_name: str) -> Header:
    with path.open(encoding="utf-8", newline="") as file:
        if not any(line.strip(NOTHING) for line in file):
            raise ReadingFault("empty_file", f"{file_name} is empty. Run the export again.", file_name)
        file.seek(0)
        first = list(itertools.islice(file, LINES_SEARCHED))
    return find_header(_cells(first, dialect), table, file_name)


def _cells(lines: list[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Each line by itself: a title with a stray quotation mark must not swallow the header below it."""
    for number, line in enumerate(lines, start=1):
        try:
            cells = next(dialect.reader(iter([line])), [])
        except csv.Error:
            continue
        yield number, cells


@dataclass(frozen=True)
class _Survey:
    """What counting the bytes under the header says."""

    lines: int
    delimiters: int
    is_plain: bool


def _survey(path: Path, dialect: Dialect, header: Header) -> _Survey:
    """Count lines and delimiters under the header. Not plain: a NUL byte, a lone carriage return, a blank beside a quotation mark."""
    delimiter, quote = dialect.delimiter.encode(), dialect.quote.encode()
    lines = delimiters = 0
    is_plain, last = True, b"\n"
    with path.open("rb") as file:
        for _ in range(header.line):
            # DuckDB skips lines with an eye for quotation marks: an odd one in a title would hide the rows below it.
            skipped = file.readline()
            is_plain = is_plain and not (quote and skipped.count(quote) % 2) and skipped.count(b"\r") == skipped.count(b"\r\n")
        while chunk := file.read(CHUNK):
            lines += _count(chunk, b"\n")
            delimiters += _count(chunk, delimiter)
            is_plain = is_plain and _is_plain(last[-1:] + chunk, quote)
            last = chunk
    lines += not last.endswith(b"\n")
    return _Survey(lines, delimiters, is_plain and not last.endswith(b"\r"))


def _count(chunk: bytes, byte: bytes) -> int:
    """How often a byte stands in a chunk, in which it may stand everywhere."""
    return int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord(byte)))


def _is_plain(seen: bytes, quote: bytes) -> bool:
    """Nothing doubtful in a chunk, seen with the byte before it. A carriage return at its end is judged with the next."""
    if b"\0" in seen or (quote and quote in seen and (b" " + quote in seen or quote + b" " in seen)):
        return False
    return b"\r" not in seen or seen.removesuffix(b"\r").count(b"\r") == seen.count(b"\r\n")


def _read_fast(database: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, header: Header, part: Part, found: FileText) -> bool:
    """Read by DuckDB; False when only the sure way is sure.

    DuckDB must give one row for every line under the header, and the file must have exactly the delimiters that those rows need: then no
    field holds a line break, no line is blank, and no row has a field too many (DuckDB lets an empty one at the end pass).
    """
    survey = _survey(path, dialect, header)
    if not survey.is_plain or header.width < 2:
        return False
    selected = [f"{_field(header, name)} as {identifier(name)}" for name in part.columns]
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(header.width))
    quote = text(dialect.quote)
    row = f"row_number() over () + {header.line}"
    query = f"""
        copy (
            select {", ".join(selected)}, {text(part.file_name)} as {SOURCE_FILE}, {row} as {SOURCE_ROW},
                cast(null as varchar) as {FAULT}
            from read_csv({text(path)}, auto_detect = false, header = false, skip = {header.line}, columns = {{{columns}}},
                delim = {text(dialect.delimiter)}, quote = {quote}, escape = {quote}, strict_mode = true, null_padding = false)
        ) to {text(part.path)} (format parquet, compression zstd, kv_metadata {{{METADATA}: {text(described([found]))}}})
    """
    try:
        rows = int((database.execute(query).fetchone() or (0,))[0])
    except duckdb.InvalidInputException:
        return False  # a row that DuckDB refuses: the sure way finds its line and reason, and no error text with its values gets out
    return rows == survey.lines and survey.delimiters == rows * (header.width - 1)


def _field(header: Header, name: str) -> str:
    index = header.positions.get(name)
    return "cast(null as varchar)" if index is None else f"nullif(c{index}, '')"


def _read_surely(path: Path, dialect: Dialect, header: Header, part: Part, found: FileText) -> None:
    """Read by Python's csv. A row's line is the one it begins on, whatever line breaks stand in its fields."""
    indexes = [header.positions.get(name) for name in part.columns]
    with path.open(encoding="utf-8", newline="") as file, PartWriter(part) as writer:
        for line, cells in _records(file, dialect, header.line, part.file_name):
            if cells is None:
                writer.add_fault(line, "field_count")
            elif any("\0" in cell for cell in cells):
                writer.add_fault(line, "nul_byte")
            elif len(cells) != header.width:
                writer.add_fault(line, "field_count")
            else:
                writer.add(line, [None if index is None else cells[index] for index in indexes])
        writer.describe(found)


def _records(file: Iterator[str], dialect: Dialect, skip: int, file_name: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each record under the header with the line it begins on; None for one that cannot be split. Blank lines are not records."""
    reader = dialect.reader(itertools.islice(file, skip, None))
    done = skip
    while True:
        line = done + 1
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if END_OF_QUOTE in str(error):
                raise _never_closed(file_name, line) from None
            cells = None
        done = skip + reader.line_num  # type: ignore[attr-defined]  # csv's reader knows how many lines it has taken
        if cells is None or any(cell.strip() for cell in cells) or len(cells) > 1:
            yield line, cells


def _never_closed(file_name: str, line: int) -> ReadingFault:
    return ReadingFault(
        "unreadable_file",
        f"{file_name} line {line}: a quotation mark is opened and never closed, so every row below would be lost. "
        "Correct that line, or export the file again.",
        file_name,
        line,
    )
