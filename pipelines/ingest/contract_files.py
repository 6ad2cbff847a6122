"""What judging one entity gave, written to the raw layer: accepted rows, rejected places, and the figures of both.

Here: the Parquets of one entity of one content, which rows a later row replaces, and counting. Not here: judging itself (judging.py).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.coded import Numbers, SourceText, Words, combined, last_rows
from pipelines.ingest.judging import Judge, Judged, Mask
from pipelines.ingest.text_parts import SOURCE_FILE, SOURCE_ROW
from pipelines.store.erasures import ERASED
from pipelines.store.records import EntityReading
from pipelines.trust import academic_year

PUPIL, NC_YEAR = "source_pupil_id", "nc_year"
REJECTED = pa.schema(
    [
        ("entity", pa.string()),
        ("file_name", pa.string()),
        ("source_row", pa.int64()),
        ("reason_code", pa.string()),
        ("column_name", pa.string()),
    ]
)
PUPILS_IN = pa.schema([("entity", pa.string()), (PUPIL, pa.string()), ("rows", pa.int64())])


@dataclass
class FileCounts:
    """Rows of the contract that one file gave, over all entities of its table."""

    read: int = 0
    rejected: int = 0
    duplicate: int = 0

    @property
    def accepted(self) -> int:
        """What is left."""
        return self.read - self.rejected - self.duplicate


@dataclass
class ContentCounts:
    """The same for every file of a content."""

    by_file: dict[str, FileCounts] = field(default_factory=dict)

    def add(self, file_name: str, read: int, rejected: int, duplicate: int) -> None:
        """Add one entity's rows of one file."""
        counts = self.by_file.setdefault(file_name, FileCounts())
        counts.read += read
        counts.rejected += rejected
        counts.duplicate += duplicate


class EntityWriter:
    """Writes what a judge says of one entity of one content, and keeps of every row only what must be counted when all are known."""

    def __init__(self, judge: Judge, source: SourceText, academy_id: str, content_id: str) -> None:
        self._judge = judge
        self._files = source.words(SOURCE_FILE)
        self._stamps = {"academy_id": academy_id, "content_id": content_id}
        self._columns = {reader.plan.column.name: place for place, reader in enumerate(judge.readers)}
        self._key = [self._columns[name] for name in judge.entity.key]
        counted = [name for name in (judge.entity.date_column, PUPIL, NC_YEAR) if name and name in self._columns]
        self._kept: dict[int, list[Numbers]] = {place: [] for place in {*self._key, *(self._columns[name] for name in counted)}}
        self._files_of_rows: list[Numbers] = []
        self._is_loser: Mask = np.zeros(0, np.bool_)
        self._rejected: list[pa.Table] = []
        self._counts: dict[str, list[int]] = {}

    def write(self, target: Path) -> None:
        """Write the accepted rows, in the order of the files; of rows with one key the last."""
        with pq.ParquetWriter(target, self._schema(), **self._settings()) as writer:
            for judged in self._judge.chunks():
                writer.write_table(self._accepted(judged))
                self._note(judged)
        self._is_loser = self._losers()
        if self._is_loser.any():
            self._leave_out_losers(target)

    def _schema(self) -> pa.Schema:
        word = pa.dictionary(pa.int32(), pa.string())
        names = ["academy_id", *self._judge.entity.raw_columns, "content_id", SOURCE_FILE]
        return pa.schema([*(pa.field(name, word) for name in names), pa.field(SOURCE_ROW, pa.int64())])

    def _words(self) -> list[str]:
        return [name for name in self._schema().names if name != SOURCE_ROW]

    def _settings(self) -> dict[str, Any]:
        return parquet_settings(self._words())

    def _accepted(self, judged: Judged) -> pa.Table:
        kept = judged.is_accepted
        columns = {SOURCE_FILE: self._files.column(judged.files[kept]), SOURCE_ROW: pa.array(judged.lines[kept])}
        for name, stamp in self._stamps.items():
            columns[name] = pa.DictionaryArray.from_arrays(np.zeros(int(kept.sum()), np.int32), [stamp])
        for reader, values, sources in zip(self._judge.readers, judged.values, judged.sources, strict=True):
            name = reader.plan.column.name
            columns[name] = reader.values.column(values[kept])
            if reader.plan.column.is_coded:
                columns[f"{name}_source"] = reader.sources.column(sources[kept])
        schema = self._schema()
        return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)

    def _note(self, judged: Judged) -> None:
        kept = judged.is_accepted
        for place, held in self._kept.items():
            held.append(judged.values[place][kept])
        self._files_of_rows.append(judged.files[kept])
        for number in np.unique(judged.files).tolist():
            here = judged.files == number
            counts = self._counts.setdefault(str(self._files.values[number]), [0, 0])
            counts[0] += int(here.sum())
            counts[1] += int((here & ~kept).sum())
        if not kept.all():
            self._rejected.append(self._refused(judged, ~kept))

    def _refused(self, judged: Judged, here: Mask) -> pa.Table:
        reasons = [self._judge.reasons[number] for number in judged.reasons[here].tolist()]
        columns = [
            [self._judge.entity.name] * len(reasons),
            [self._files.values[number] for number in judged.files[here].tolist()],
            judged.lines[here],
            [code for code, _ in reasons],
            [column for _, column in reasons],
        ]
        return _table(columns, REJECTED)

    def _losers(self) -> Mask:
        """Which accepted rows have a key that a later one has."""
        sizes = [len(self._judge.readers[place].values.values) for place in self._key]
        rows = sum(map(len, self._files_of_rows))
        if not rows:
            return np.zeros(0, np.bool_)
        codes, count = combined([(np.concatenate(self._kept[place]), size) for place, size in zip(self._key, sizes, strict=True)])
        if count == rows:
            return np.zeros(rows, np.bool_)
        is_loser: Mask = last_rows(codes, count)[codes] != np.arange(rows)
        return is_loser

    def _leave_out_losers(self, target: Path) -> None:
        whole = target.with_name(f"{target.name}.whole")
        target.replace(whole)
        try:
            with (
                pq.ParquetFile(whole, read_dictionary=self._words()) as file,
                pq.ParquetWriter(target, self._schema(), **self._settings()) as writer,
            ):
                done = 0
                for place in range(file.num_row_groups):
                    table = file.read_row_group(place)
                    stays = pa.array(~self._is_loser[done : done + table.num_rows])
                    writer.write_table(table.filter(stays).cast(self._schema()))
                    done += table.num_rows
        finally:
            whole.unlink(missing_ok=True)

    def add_counts(self, counts: ContentCounts) -> None:
        """Add this entity's rows to the counts of each file."""
        losers: dict[str, int] = {}
        if self._is_loser.any():
            losers = _counted(self._files, np.concatenate(self._files_of_rows)[self._is_loser])
        for file_name, (read, rejected) in self._counts.items():
            counts.add(file_name, read, rejected, losers.get(file_name, 0))

    def rejected(self) -> list[pa.Table]:
        """The places of rejected rows with their reasons, in order."""
        return self._rejected

    def pupils_in(self) -> list[pa.Table]:
        """How many accepted rows each pupil has, where the entity is about pupils."""
        if PUPIL not in self._columns:
            return []
        rows = sorted(self._by_value(PUPIL).items())
        columns = [[self._judge.entity.name] * len(rows), [pupil for pupil, _ in rows], [count for _, count in rows]]
        return [_table(columns, PUPILS_IN)]

    def reading(self, path: str) -> EntityReading:
        """The figures of the entity."""
        read = sum(rows for rows, _ in self._counts.values())
        rejected = sum(rows for _, rows in self._counts.values())
        duplicate = int(self._is_loser.sum())
        days = self._by_value(self._judge.entity.date_column) if self._judge.entity.date_column else {}
        return EntityReading(
            entity=self._judge.entity.name,
            rows_read=read,
            rows_accepted=read - rejected - duplicate,
            rows_rejected=rejected,
            rows_duplicate=duplicate,
            rows_erased=sum(table["reason_code"].to_pylist().count(ERASED) for table in self._rejected),
            **dated_figures({datetime.date.fromisoformat(day): rows for day, rows in days.items()}),
            rows_by_nc_year=dict(sorted(self._by_value(NC_YEAR).items())) if NC_YEAR in self._columns else {},
            path=path,
        )

    def _by_value(self, column: str) -> dict[str, int]:
        """Accepted rows by the values of a column, blanks left out."""
        place = self._columns[column]
        if not self._files_of_rows:
            return {}
        return _counted(self._judge.readers[place].values, np.concatenate(self._kept[place])[~self._is_loser])


def parquet_settings(words: Sequence[str]) -> dict[str, Any]:
    """How a contract Parquet is written; `words` are its columns of text."""
    return {
        "compression": "zstd",
        "use_dictionary": list(words),
        "column_encoding": {SOURCE_ROW: "DELTA_BINARY_PACKED"},
        "store_schema": False,  # read back as plain text
    }


def dated_figures(days: Mapping[datetime.date, int]) -> dict[str, Any]:
    """The figures of an entity that its rows by day give: the first and the last day, and rows by academic year."""
    by_year: dict[str, int] = {}
    for day, rows in days.items():
        year = str(academic_year(day))
        by_year[year] = by_year.get(year, 0) + rows
    return {"first_date": min(days, default=None), "last_date": max(days, default=None), "rows_by_year": dict(sorted(by_year.items()))}


def _table(columns: Sequence[Any], schema: pa.Schema) -> pa.Table:
    arrays = [pa.array(values, each.type) for values, each in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _counted(words: Words, numbers: Numbers) -> dict[str, int]:
    counts = np.bincount(numbers, minlength=len(words.values)).tolist()
    return {value: count for value, count in zip(words.values, counts, strict=True) if value is not None and count}


def write_tables(tables: Sequence[pa.Table], schema: pa.Schema, target: Path) -> None:
    """Write tables one after the other; none at all is an empty Parquet."""
    pq.write_table(pa.concat_tables(tables) if tables else schema.empty_table(), target, compression="zstd")
