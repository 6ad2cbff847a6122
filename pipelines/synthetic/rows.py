"""Text of many rows at once, and the files it goes to.

Arrow joins whole columns into lines, so that fifteen million marks are written without a Python step for each. Compressed files carry
no time and no name, and come from the compressor inside pyarrow, so that they too are the same bytes everywhere. Not
here: what any MIS writes.
"""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.synthetic.registers import NOTHING, Register

ROWS_AT_A_TIME = 200_000
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
Column = Any
"""A pyarrow array of strings."""


@dataclass(frozen=True)
class Block:
    """Some of a register's marks, a row each, in order of day, pupil and session: places in the register's lists."""

    pupil: NDArray[np.int64]
    day: NDArray[np.int64]
    session: NDArray[np.int64]
    code: NDArray[np.int64]
    minutes: NDArray[np.int64]
    first: int
    """Rows of the register before this block."""


def blocks(register: Register) -> Iterator[Block]:
    """The register's marks in pieces of some hundred thousand rows."""
    pupils, days = register.marks.shape[:2]
    step = max(1, min(ROWS_AT_A_TIME // max(1, 2 * pupils), (days + 1) // 2))
    first = 0
    for begin in range(0, days, step):
        marks = register.marks[:, begin : begin + step].transpose(1, 0, 2)
        day, pupil, session = np.nonzero(marks != NOTHING)
        minutes = np.where(session == 0, register.minutes[pupil, day + begin], 0)
        yield Block(pupil, day + begin, session, marks[day, pupil, session].astype(np.int64), minutes.astype(np.int64), first)
        first += len(pupil)


def parts(export: "Export", register: Register) -> list[tuple[int | None, list[Block]]]:
    """The register's blocks as the files they go to: one, or two numbered parts where the academy sends parts."""
    pieces = list(blocks(register))
    if not export.is_in_parts or len(pieces) < 2:
        return [(None, pieces)]
    half = len(pieces) // 2
    return [(1, pieces[:half]), (2, pieces[half:])]


def chosen(texts: Sequence[str], places: NDArray[Any]) -> Column:
    """For each place the text that stands there."""
    return pa.array(texts, type=pa.string()).take(pa.array(places))


def numbers(values: NDArray[Any]) -> Column:
    """Whole numbers as text."""
    return pc.cast(pa.array(values), pa.string())


def lines(*pieces: Any) -> bytes:
    """Columns and constants set beside each other, row after row; no separator but those among the pieces."""
    joined = pc.binary_join_element_wise(*pieces, "")
    _, offsets, data = joined.buffers()
    if data is None:
        return b""
    ends = np.frombuffer(offsets, dtype=np.int32)[joined.offset : joined.offset + len(joined) + 1]
    return bytes(memoryview(data)[int(ends[0]) : int(ends[-1])])


def csv_text(columns: Sequence[str], rows: Iterable[dict[str, str]], encoding: str = "utf-8") -> bytes:
    """A small table as CSV with a header; a column that a row lacks is blank."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def json_array(records: Iterable[dict[str, Any]]) -> bytes:
    """A small table as one JSON array, a record a line."""
    return b"[" + b",\n".join(orjson.dumps(record) for record in records) + b"]\n"


@cache
def real_columns(mis: str, table: str) -> tuple[str, ...]:
    """The headings of that MIS's table, in its order (columns.csv, from the vendor's own documents)."""
    with (files(__package__) / "columns.csv").open(encoding="utf-8") as file:
        return tuple(row["column"] for row in csv.DictReader(file) if row["mis"] == mis and row["table"] == table)


class Export:
    """One night's files of one academy, packed as the academy packs them: any of `parts`, `gz` and `zip` in one text, else plain."""

    def __init__(self, folder: Path, on: datetime.date, packing: str):
        self.on = on
        self.is_in_parts = "parts" in packing
        self._folder = folder
        self._packing = packing
        self._zipped: dict[str, bytes] = {}

    def write(self, table: str, extension: str, content: bytes) -> None:
        """A small file."""
        if "zip" in self._packing:
            self._zipped[f"{table}_{self.on}.{extension}"] = content
            return
        with self.large(table, extension) as file:
            file.write(content)

    @contextmanager
    def large(self, table: str, extension: str, part: int | None = None) -> Iterator[BinaryIO]:
        """A file to be written piece by piece; never inside the zip."""
        name = f"{table}_{self.on}{f'_part{part}' if part else ''}.{extension}"
        if "gz" not in self._packing:
            with (self._folder / name).open("wb") as file:
                yield file
            return
        with pa.CompressedOutputStream(pa.OSFile(str(self._folder / f"{name}.gz"), "wb"), "gzip") as stream:
            yield stream

    def close(self) -> None:
        """Write the zip, if this academy sends one."""
        if not self._zipped:
            return
        with zipfile.ZipFile(self._folder / f"export_{self.on}.zip", "w", zipfile.ZIP_STORED) as archive:
            for name, content in self._zipped.items():
                archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), content)
