"""Delimited text (CSV, TSV) to a text part.

Here: the header, the fast way (Arrow, for files without a doubt) and the sure way (Python's csv, true line numbers, faulty rows by line).
Not here: any sniffing. The fast way is taken only when the bytes prove that both would give the same rows, so what a file says never
depends on which was taken.
"""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.headers import LINES_SEARCHED, Header, find_header
from pipelines.ingest.text_parts import WORD, FileText, Part, PartWriter
from pipelines.sources import Table

CHUNK = 1 << 20
BLOCK = 8 << 20  # so many bytes become rows at a time
LINE_FEED = ord("\n")
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


def read_tabular(path: Path, dialect: Dialect, encoding: str, table: Table, part: Part) -> FileText:
    """Read a UTF-8 file into `part`. Raises ReadingFault for a file that cannot be read whole."""
    header = _header(path, dialect, table, part.file_name)
    found = part.text(encoding, header.line, header.positions, header.extra)
    if not _read_fast(path, dialect, header, part, found):
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
    """What looking at the bytes under the header says: how many lines, and whether every parser reads them alike."""

    lines: int
    is_plain: bool


def _survey(path: Path, dialect: Dialect, header: Header) -> _Survey:
    """Count the lines under the header. Not plain: a NUL byte, a lone carriage return, a quotation mark that is no field's edge."""
    quotes = _Quotes(dialect)
    lines = 0
    is_plain, last = True, b"\n"
    with path.open("rb") as file:
        for _ in range(header.line):
            skipped = file.readline()
            is_plain = is_plain and skipped.count(b"\r") == skipped.count(b"\r\n")
        while is_plain and (chunk := file.read(CHUNK)):
            lines += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == LINE_FEED))
            is_plain = _is_plain(last[-1:] + chunk) and quotes.are_edges(chunk)
            last = chunk
    lines += not last.endswith(b"\n")
    return _Survey(lines, is_plain and not last.endswith(b"\r") and quotes.are_closed())


def _is_plain(seen: bytes) -> bool:
    """Nothing doubtful in a chunk, seen with the byte before it. A carriage return at its end is judged with the next."""
    if b"\0" in seen:
        return False
    return b"\r" not in seen or seen.removesuffix(b"\r").count(b"\r") == seen.count(b"\r\n")


class _Quotes:
    """Whether quotation marks stand only where a field begins and, in turn, where it ends: then no parser can read them differently."""

    def __init__(self, dialect: Dialect) -> None:
        self._quote = dialect.quote.encode()
        self._before, self._after = _is_one_of("\n" + dialect.delimiter), _is_one_of("\r\n" + dialect.delimiter)
        self._is_open = False
        self._held = b"\n"  # the last byte that was judged, and the one that waits for the next to be

    def are_edges(self, chunk: bytes) -> bool:
        """Whether all of the file's next bytes are; the very last one is judged with what comes after it."""
        held, self._held = self._held, (self._held + chunk[-2:])[-2:]
        if not self._quote or not (self._quote in chunk or self._quote in held):
            return True
        seen = np.frombuffer(held + chunk, np.uint8)
        places = np.flatnonzero(seen[1:-1] == self._quote[0]) + 1
        first = int(self._is_open)
        self._is_open ^= bool(len(places) % 2)
        return bool(self._before[seen[places[first::2] - 1]].all() and self._after[seen[places[1 - first :: 2] + 1]].all())

    def are_closed(self) -> bool:
        """Whether, at the end of the file, every field that was begun has ended."""
        return self.are_edges(b"\n") and not self._is_open


def _is_one_of(characters: str) -> npt.NDArray[np.bool_]:
    """For each byte, whether it is one of these."""
    table = np.zeros(256, np.bool_)
    table[list(characters.encode())] = True
    return table


def _read_fast(path: Path, dialect: Dialect, header: Header, part: Part, found: FileText) -> bool:
    """Read by Arrow; False when only the sure way is sure.

    Arrow must give one row for every line under the header: then no field holds a line break and no line is blank. It refuses a row with
    a field too many or too few by itself, and no error text of its with a value gets out.
    """
    if header.width < 2 or not (dialect.delimiter + dialect.quote).isascii():
        return False
    survey = _survey(path, dialect, header)
    if not survey.is_plain or not survey.lines:
        return False
    names = [f"c{index}" for index in range(header.width)]
    wanted = list(dict.fromkeys(names[index] for index in header.positions.values()))
    try:
        with (
            PartWriter(part) as writer,
            arrow_csv.open_csv(
                path,
                arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, skip_rows=header.line, column_names=names),
                arrow_csv.ParseOptions(delimiter=dialect.delimiter, quote_char=dialect.quote or False),
                arrow_csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(wanted, WORD), include_columns=wanted),
            ) as batches,
        ):
            rows = 0
            for batch in batches:
                columns = {name: batch.column(names[index]) for name, index in header.positions.items()}
                first = header.line + rows + 1
                rows += batch.num_rows
                writer.add_words(range(first, first + batch.num_rows), columns)
            writer.describe(found)
    except pa.ArrowInvalid:
        return False
    return rows == survey.lines


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
