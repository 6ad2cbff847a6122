"""A content's text as coded columns: every distinct value once, every row a small number.

Here: reading the text Parquet a chunk at a time, so that millions of rows cost a few thousand values. Not here: what a value means
(judging.py), and what comes of wide rows (shapes.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.text_parts import FAULT, SOURCE_FILE, SOURCE_ROW
from pipelines.sources import Lookup
from pipelines.sources.vocabulary import is_null, trimmed

Numbers = npt.NDArray[np.int32]
NOTHING = 0  # the number of "no value" in every vocabulary


class Words:
    """The distinct values of one column, numbered as they are met; number 0 is "no value"."""

    def __init__(self) -> None:
        self.values: list[str | None] = [None]
        self._numbers: dict[str | None, int] = {None: NOTHING}
        self._dictionary: pa.Array | None = None

    def number(self, value: str | None) -> int:
        """The number of a value, a new one if it was never met."""
        number = self._numbers.setdefault(value, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number

    def numbers(self, column: pa.ChunkedArray) -> Numbers:
        """The number of every row of a column."""
        return np.concatenate([self._of_chunk(chunk) for chunk in column.chunks] or [np.zeros(0, np.int32)])

    def _of_chunk(self, chunk: pa.Array) -> Numbers:
        coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        ours = np.array([self.number(value) for value in coded.dictionary.to_pylist()] + [NOTHING], np.int32)
        indices = coded.indices.fill_null(len(coded.dictionary)) if coded.null_count else coded.indices
        numbers: Numbers = ours[indices.to_numpy(zero_copy_only=False)]
        return numbers

    def column(self, numbers: Numbers) -> pa.Array:
        """The values of these numbers, as a column that holds each of them once."""
        if self._dictionary is None or len(self._dictionary) != len(self.values) - 1:
            self._dictionary = pa.array(self.values[1:], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(numbers - 1, mask=numbers == NOTHING), self._dictionary)


class Coded(Protocol):
    """Rows whose columns are numbers into vocabularies."""

    @property
    def rows(self) -> int:
        """How many rows."""

    def numbers(self, name: str) -> Numbers:
        """The number of every row in the vocabulary of that name."""

    def lines(self) -> npt.NDArray[np.int64]:
        """The line (or record) of every row in its file."""


@dataclass
class SourceText:
    """The text of one content: its columns, and beside them what is looked up in other tables."""

    path: Path
    lookups: Mapping[str, "LookedUp"] = field(default_factory=dict)
    _words: dict[str, Words] = field(default_factory=dict)

    def words(self, name: str) -> Words:
        """The vocabulary of a column."""
        return self._words.setdefault(name, Words())

    def chunks(self, names: Sequence[str]) -> Iterator["Chunk"]:
        """The content in order, as much at a time as its Parquet holds together, with the columns of these names."""
        own = [*names, *(each.lookup.key_column for each in self.lookups.values())]
        text = list(dict.fromkeys([*own, SOURCE_FILE, FAULT]))
        with pq.ParquetFile(self.path, read_dictionary=text) as file:
            there = [name for name in text if name in file.schema_arrow.names]
            for place in range(file.num_row_groups):
                yield Chunk(file.read_row_group(place, columns=[*there, SOURCE_ROW], use_threads=False), self)


@dataclass
class Chunk:
    """Some rows of a content."""

    _table: pa.Table
    _source: SourceText
    _known: dict[str, Numbers] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows."""
        return int(self._table.num_rows)

    def numbers(self, name: str) -> Numbers:
        """The number of every row in the vocabulary of that name."""
        if name not in self._known:
            self._known[name] = self._numbers(name)
        return self._known[name]

    def _numbers(self, name: str) -> Numbers:
        words = self._source.words(name)
        if looked_up := self._source.lookups.get(name):
            keys = self._source.words(looked_up.lookup.key_column)
            return looked_up.numbers(name, self.numbers(looked_up.lookup.key_column), keys, words)
        return words.numbers(self._table[name])

    def lines(self) -> npt.NDArray[np.int64]:
        """The line (or record) of every row in its file."""
        lines: npt.NDArray[np.int64] = self._table[SOURCE_ROW].to_numpy()
        return lines


@dataclass(frozen=True)
class LookedUp:
    """What a look-up table says, by trimmed key."""

    lookup: Lookup
    values: Mapping[str, str]

    @classmethod
    def of(cls, lookup: Lookup, paths: Sequence[Path]) -> "LookedUp":
        """Read the table's texts, oldest first: of two rows with one key the later one that has a value counts."""
        values: dict[str, str] = {}
        for path in paths:
            table = pq.read_table(path, columns=[lookup.table_key, lookup.column, FAULT], partitioning=None)
            for key, value, fault in zip(*(column.to_pylist() for column in table.columns), strict=True):
                if key is not None and value is not None and fault is None:
                    values[key.strip()] = value
        return cls(lookup, values)

    def numbers(self, name: str, numbers: Numbers, keys: Words, words: Words) -> Numbers:
        """For rows with these keys: the number of what is looked up, or, under the name `unfound`, of the key that finds nothing."""
        made = self._value if name == self.lookup.name else self._unfound
        return np.array([words.number(made(key)) for key in keys.values], np.int32)[numbers]

    def _value(self, key: str | None) -> str | None:
        return None if key is None else self.values.get(key.strip())

    def _unfound(self, key: str | None) -> str | None:
        value = self._value(key)
        return key if value is None or is_null(trimmed(value), is_mark=False, any_case=True) else None


def combined(columns: Sequence[tuple[Numbers, int]]) -> tuple[Numbers, int]:
    """Number the distinct combinations of columns, each given with how many different numbers it may hold; and how many there are."""
    together, held = columns[0][0].astype(np.int64), columns[0][1]
    for numbers, size in columns[1:]:
        if held * size >= 1 << 62:
            together, held = _renumbered(together)
        together, held = together * size + numbers, held * size
    codes, count = _renumbered(together)
    return codes.astype(np.int32), count


def _renumbered(numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], int]:
    coded = pa.array(numbers).dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), len(coded.dictionary)


def last_rows(codes: Numbers, count: int) -> npt.NDArray[np.int64]:
    """The last row of each code. (Of several values put in one place NumPy leaves the last.)"""
    last = np.zeros(count, np.int64)
    last[codes] = np.arange(len(codes))
    return last


def rows_by_file(path: Path) -> dict[str, tuple[int, int]]:
    """How many rows each file of a text Parquet has, and how many of them are faulty."""
    source = SourceText(path)
    counts: dict[str, tuple[int, int]] = {}
    for chunk in source.chunks([]):
        files, is_faulty = chunk.numbers(SOURCE_FILE), chunk.numbers(FAULT) != NOTHING
        for number in np.unique(files).tolist():
            name, here = str(source.words(SOURCE_FILE).values[number]), files == number
            rows, faults = counts.get(name, (0, 0))
            counts[name] = (rows + int(here.sum()), faults + int((here & is_faulty).sum()))
    return counts
