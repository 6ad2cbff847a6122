"""Taking people out of Parquets of the raw layer: a text row becomes a place without text, a contract row goes.

Here: writing a Parquet again without some rows, so that no byte of them is left: not in a dictionary, not in a statistic. Not here: which
rows (about.py), and what else of a reading changes with them (forgetting.py).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.ingest.about import Mask
from pipelines.ingest.contract_files import parquet_settings
from pipelines.ingest.text_parts import FAULT, METADATA, SOURCE_FILE, SOURCE_ROW, described, file_texts, text_writer
from pipelines.store.erasures import ERASED


def blank(path: Path, masks: Sequence[Mask]) -> None:
    """Blank these rows of a text Parquet, row group by row group: file and line stay, with the reason `erased`.

    It is written beside and renamed.
    """
    beside = path.with_name(f".{path.name}.blanked")
    with pq.ParquetFile(path) as file:
        names = _columns(file)
        with text_writer(beside, names) as writer:
            for place, mask in enumerate(masks):
                writer.write_table(_blanked(file.read_row_group(place), names, mask).cast(writer.schema))
            writer.add_key_value_metadata({METADATA: described(file_texts(path))})
    beside.replace(path)


def texts_of_theirs(path: Path, masks: Sequence[Mask], columns: Sequence[str] = ()) -> set[str]:
    """What stands in these rows of a Parquet and in no other, of all columns of text or of those named."""
    theirs, others = set[str](), set[str]()
    with pq.ParquetFile(path) as file:
        names = [name for name in _columns(file) if not columns or name in columns]
        for place, mask in enumerate(masks):
            rows = file.read_row_group(place, columns=names)
            theirs |= _texts(rows.filter(pa.array(mask)), names)
            others |= _texts(rows.filter(pa.array(~mask)), names)
    return theirs - others


def _columns(file: pq.ParquetFile) -> list[str]:
    return [name for name in file.schema_arrow.names if name not in (SOURCE_FILE, SOURCE_ROW, FAULT)]


def _blanked(rows: pa.Table, names: Sequence[str], mask: Mask) -> pa.Table:
    here = pa.array(mask)
    for name in names:
        rows = _with(rows, name, pc.if_else(here, pa.scalar(None, pa.string()), rows[name].cast(pa.string())))
    return _with(rows, FAULT, pc.if_else(here, pa.scalar(ERASED), rows[FAULT].cast(pa.string())))


def _with(rows: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)


def _texts(rows: pa.Table, names: Iterable[str]) -> set[str]:
    return {value for name in names for value in rows[name].unique().to_pylist() if value is not None}


def leave_out(source: Path, target: Path, masks: Sequence[Mask]) -> None:
    """Write a contract Parquet again, row group by row group, without the rows of the masks."""
    with pq.ParquetFile(source) as file:
        words = [name for name in file.schema_arrow.names if name != SOURCE_ROW]
        with pq.ParquetWriter(target, file.schema_arrow, **parquet_settings(words)) as writer:
            for place, mask in enumerate(masks):
                writer.write_table(file.read_row_group(place).filter(pa.array(~mask)))


def row_groups(path: Path, columns: Sequence[str]) -> list[pa.Table]:
    """The columns of a Parquet as plain text, a table for each row group."""
    with pq.ParquetFile(path) as file:
        there = [name for name in columns if name in file.schema_arrow.names]
        return [file.read_row_group(place, columns=there) for place in range(file.num_row_groups)]
