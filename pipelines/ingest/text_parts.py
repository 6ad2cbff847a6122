"""The text of one file on its way to the raw layer: a Parquet with the table's known columns, as delivered.

Here: the layout of a part, and writing one row by row with flat memory. Not here: reading files, and what the text means.
A row that is no row of the table (too many fields, a NUL byte) is kept as a place without text, so that every count can be made again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.store.records import DeliveredFile

SOURCE_FILE, SOURCE_ROW, SOURCE_ORDER, FAULT = "source_file", "source_row", "source_order", "fault"
FILE_STEP = 1 << 40  # source_order of a file's first row: files stay in part order however long they are
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
    """Where the text of one file goes: which file it is, in what place of the batch, and the columns to keep."""

    path: Path
    file: DeliveredFile
    place: int
    columns: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """The file's name as people know it."""
        return self.file.name

    def text(self, encoding: str | None, header_line: int | None, found: Iterable[str], extra_columns: Iterable[str]) -> FileText:
        """What reading this file found."""
        return FileText(self.file.name, self.file.sha256, self.file.bytes, encoding, header_line, tuple(found), tuple(extra_columns))


@dataclass
class PartWriter:
    """Writes a part row by row, a chunk at a time."""

    part: Part
    _values: list[list[str | None]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _faults: list[str | None] = field(default_factory=list)
    _writer: Any = None

    def __enter__(self) -> Self:
        columns = [pa.field(name, pa.string()) for name in self.part.columns]
        self._schema = pa.schema(
            [
                *columns,
                pa.field(SOURCE_FILE, pa.string()),
                pa.field(SOURCE_ROW, pa.int64()),
                pa.field(SOURCE_ORDER, pa.int64()),
                pa.field(FAULT, pa.string()),
            ]
        )
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
        """Add a row: its values in the order of the part's columns, empty text as null. A NUL byte makes it a faulty one."""
        for value in values:
            if value is not None and "\0" in value:
                self.add_fault(line, "nul_byte")
                return
        self._add(line, [value or None for value in values], None)

    def add_named(self, line: int, values: Mapping[str, str | None]) -> None:
        """Add a row whose values are named."""
        self.add(line, [values.get(name) for name in self.part.columns])

    def add_fault(self, line: int, reason_code: str) -> None:
        """Add the place of a row that cannot be read."""
        self._add(line, [None] * len(self.part.columns), reason_code)

    def _add(self, line: int, values: list[str | None], fault: str | None) -> None:
        self._values.append(values)
        self._lines.append(line)
        self._faults.append(fault)
        if len(self._lines) >= ROWS_HELD:
            self._flush()

    def _flush(self) -> None:
        if not self._lines:
            return
        count = len(self._lines)
        columns = [pa.array(list(one), pa.string()) for one in zip(*self._values, strict=True)]
        names = pa.array([self.part.file_name] * count, pa.string())
        lines = pa.array(self._lines, pa.int64())
        order = pa.array([self.part.place * FILE_STEP + line for line in self._lines], pa.int64())
        faults = pa.array(self._faults, pa.string())
        self._writer.write_table(pa.Table.from_arrays([*columns, names, lines, order, faults], schema=self._schema))
        self._values, self._lines, self._faults = [], [], []
