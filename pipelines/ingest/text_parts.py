"""The text of one file on its way to the raw layer: a Parquet with the table's known columns, as delivered.

Here: the layout of a part, and writing one row by row with flat memory. Not here: reading files, and what the text means.
A row that is no row of the table (too many fields, a NUL byte) is kept as a place without text, so that every count can be made again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.store.records import DeliveredFile

SOURCE_FILE, SOURCE_ROW, FAULT = "source_file", "source_row", "fault"
ROWS_HELD = 50_000
METADATA = "matlas_files"
WORD = pa.dictionary(pa.int32(), pa.string())


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


def text_writer(path: Path, columns: Sequence[str]) -> pq.ParquetWriter:
    """Begin a text Parquet: the table's own columns, as delivered, and where each row stood."""
    words = [*columns, SOURCE_FILE, FAULT]
    schema = pa.schema([*((name, WORD) for name in (*columns, SOURCE_FILE)), (SOURCE_ROW, pa.int64()), (FAULT, WORD)])
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=words,
        column_encoding={SOURCE_ROW: "DELTA_BINARY_PACKED"},
        write_statistics=False,  # it is read whole or not at all
        store_schema=False,  # read back as plain text
    )


class PartWriter:
    """Writes a part, a chunk at a time. Empty text becomes null, and a NUL byte makes its row a faulty one."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._start_chunk()

    def __enter__(self) -> Self:
        self._writer = text_writer(self.part.path, self.part.columns)
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

    def add_words(self, lines: range, columns: Mapping[str, pa.DictionaryArray]) -> None:
        """Add as many rows as are worth a chunk of their own, by column; a column that is not given is empty."""
        self._flush()
        self._write(lines, [columns.get(name) for name in self.part.columns], None)

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
        columns = [pa.array(values, pa.string()).dictionary_encode() for values in self._columns]
        self._write(self._lines, columns, self._faults)
        self._start_chunk()

    def _write(self, lines: Sequence[int], columns: Sequence[pa.DictionaryArray | None], faults: Sequence[str | None] | None) -> None:
        rows = len(lines)
        nothing = pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), pa.array([], pa.string()))
        file_name = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [self.part.file_name])
        words, is_faulty = _without_nul([nothing if each is None else _without_empty(each) for each in columns], rows)
        if faults is None and is_faulty is None:
            why = nothing
        else:
            why = pa.array(faults, pa.string()) if faults is not None else pa.nulls(rows, pa.string())
            why = (why if is_faulty is None else pc.if_else(is_faulty, "nul_byte", why)).dictionary_encode()
        place = pa.array(np.arange(lines.start, lines.stop) if isinstance(lines, range) else lines, pa.int64())
        self._writer.write_table(pa.Table.from_arrays([*words, file_name, place, why], schema=self._writer.schema))


def _without_empty(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The column with null for empty text."""
    empty = pc.index(column.dictionary, "").as_py()
    if empty < 0:
        return column
    return pa.DictionaryArray.from_arrays(pc.if_else(pc.equal(column.indices, empty), None, column.indices), column.dictionary)


def _without_nul(columns: list[pa.DictionaryArray], rows: int) -> tuple[list[pa.DictionaryArray], pa.Array | None]:
    """The columns without the rows that hold a NUL byte, and which rows those are, None where there are none."""
    is_faulty = None
    for column in columns:
        has_nul = pc.match_substring(column.dictionary, "\0")
        if pc.any(has_nul).as_py():
            here = pc.fill_null(pc.take(has_nul, column.indices), False)
            is_faulty = here if is_faulty is None else pc.or_(is_faulty, here)
    if is_faulty is None:
        return columns, None
    empty = [
        pa.DictionaryArray.from_arrays(pc.if_else(is_faulty, pa.scalar(None, pa.int32()), column.indices), column.dictionary)
        for column in columns
    ]
    return empty, is_faulty
