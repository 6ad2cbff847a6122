"""The text of one file on its way to the raw layer: a Parquet with the table's known columns, as delivered.

Here: the layout of a part, and writing one row by row with flat memory. Not here: reading files, and what the text means.
A row that is no row of the table (too many fields, a NUL byte) is kept as a place without text, so that every count can be made again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.store.records import DeliveredFile

SOURCE_FILE, SOURCE_ROW, FAULT = "source_file", "source_row", "fault"
ROWS_HELD = 50_000
METADATA = "matlas_files"


@dataclass(frozen=True)
class FileText:
    """What reading one file to text found. `found` are the names of the table's columns that it has.

    It is kept in the metadata of the text Parquet, so that the file itself is never needed again.
    """

    file_name: str
    sha256: str
    bytes: int
    encoding: str | None = None
    header_line: int | None = None
    found: tuple[str, ...] = ()
    extra_columns: tuple[str, ...] = ()


def described(texts: Sequence[FileText]) -> str:
    """The files of a text Parquet as its metadata keeps them."""
    return json.dumps([asdict(each) for each in texts])


def file_texts(path: Path) -> list[FileText]:
    """The files that a text Parquet was made of, in part order."""
    kept = json.loads(pq.read_metadata(path).metadata[METADATA.encode()])
    return [FileText(**{**each, "found": tuple(each["found"]), "extra_columns": tuple(each["extra_columns"])}) for each in kept]


@dataclass(frozen=True)
class Part:
    """Where the text of one file goes: which file it is, and the columns to keep."""

    path: Path
    file: DeliveredFile
    columns: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """The file's name as people know it."""
        return self.file.name

    def text(self, encoding: str | None, header_line: int | None, found: Iterable[str], extra_columns: Iterable[str]) -> FileText:
        """What reading this file found."""
        return FileText(self.file.name, self.file.sha256, self.file.bytes, encoding, header_line, tuple(found), tuple(extra_columns))


def text_schema(columns: Sequence[str]) -> pa.Schema:
    """The columns of a text Parquet: the table's own, as delivered, and where each row stood."""
    return pa.schema(
        [
            *(pa.field(name, pa.string()) for name in columns),
            pa.field(SOURCE_FILE, pa.string()),
            pa.field(SOURCE_ROW, pa.int64()),
            pa.field(FAULT, pa.string()),
        ]
    )


class PartWriter:
    """Writes a part, a chunk at a time. Empty text becomes null, and a NUL byte makes its row a faulty one."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._schema = text_schema(part.columns)
        self._start_chunk()

    def __enter__(self) -> Self:
        self._writer = pq.ParquetWriter(self.part.path, self._schema, compression="zstd")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def describe(self, text: FileText) -> None:
        """Keep what was found in the part itself."""
        self._writer.add_key_value_metadata({METADATA: described([text])})

    def add(self, line: int, values: Sequence[str | None]) -> None:
        """Add a row: its values in the order of the part's columns."""
        self._add([line], [(value,) for value in values], None)

    def add_run(self, lines: range, columns: Mapping[str, Sequence[str | None]]) -> None:
        """Add rows by column; a column that is not given is empty."""
        nothing = [None] * len(lines)
        self._add(lines, [columns.get(name, nothing) for name in self.part.columns], None)

    def add_fault(self, line: int, reason_code: str) -> None:
        """Add the place of a row that cannot be read."""
        self._add([line], [(None,)] * len(self.part.columns), reason_code)

    def _add(self, lines: Sequence[int], columns: Sequence[Sequence[str | None]], fault: str | None) -> None:
        for held, values in zip(self._columns, columns, strict=True):
            held.extend(values)
        self._lines.extend(lines)
        self._faults.extend([fault] * len(lines))
        if len(self._lines) >= ROWS_HELD:
            self._flush()

    def _start_chunk(self) -> None:
        self._columns: list[list[str | None]] = [[] for _ in self.part.columns]
        self._lines: list[int] = []
        self._faults: list[str | None] = []

    def _flush(self) -> None:
        if not self._lines:
            return
        columns = [pa.array(values, pa.string()) for values in self._columns]
        columns, faults = _without_nul(columns, pa.array(self._faults, pa.string()))
        names = pa.repeat(pa.scalar(self.part.file_name), len(self._lines))
        lines = pa.array(self._lines, pa.int64())
        columns = [pc.if_else(pc.equal(column, ""), None, column) for column in columns]
        self._writer.write_table(pa.Table.from_arrays([*columns, names, lines, faults], schema=self._schema))
        self._start_chunk()


def _without_nul(columns: list[Any], faults: Any) -> tuple[list[Any], Any]:
    """The columns without the rows that hold a NUL byte, and the faults with them."""
    found = [pc.fill_null(pc.match_substring(column, "\0"), False) for column in columns]
    if not any(pc.any(each).as_py() for each in found):
        return columns, faults
    is_faulty = reduce(pc.or_, found)
    return [pc.if_else(is_faulty, None, column) for column in columns], pc.if_else(is_faulty, "nul_byte", faults)
