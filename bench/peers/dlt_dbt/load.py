"""dlt loads the columns of the mark files into DuckDB as they stand, a table a shape: text, with the academy and the place of the file.

Not here: types, codes, duplicates, measures (project/).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import dlt  # type: ignore[import-not-found] # in .venv-bench only
import pyarrow as pa

from bench.peers.arrow_read import read_table
from bench.peers.command import CODES_FILE
from bench.peers.home import Home, MarkFile

ROWS_OF_A_FILE = 1 << 31
"""More than any has."""
WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])| ")


def load(home: Home, out: Path) -> None:
    """Load every mark file of the home, and the little there is beside them."""
    database = dlt.destinations.duckdb(str(out / "pipeline.duckdb"))
    pipeline = dlt.pipeline("peer", pipelines_dir=str(out / "dlt"), destination=database, dataset_name="raw")
    shapes = [
        dlt.resource(_tables(shape, files), name=shape, write_disposition="replace", parallelized=True)
        for shape, files in home.files.items()
        if files
    ]
    pipeline.run([*shapes, *_beside(home)], loader_file_format="parquet").raise_on_failed_jobs()


def _tables(shape: str, files: Sequence[MarkFile]) -> Iterator[pa.Table]:
    """Each file's columns, the academy, and every row's place among all delivered: of two of one session the later counts."""
    for number, file in enumerate(files):
        table = read_table(shape, file)
        named = table.rename_columns([WORD_BEGINS.sub("_", name).lower() for name in table.column_names])
        academy = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), len(table)), [file.academy_id])
        places = pa.arange(number * ROWS_OF_A_FILE, number * ROWS_OF_A_FILE + len(table))
        yield named.append_column("academy_id", academy).append_column("place", places)


def _beside(home: Home) -> Iterable[object]:
    with CODES_FILE.open(encoding="utf-8", newline="") as file:
        codes = pa.Table.from_pylist(list(csv.DictReader(file, quoting=csv.QUOTE_NONE)))
    half_terms = pa.Table.from_pylist([vars(one) for one in home.half_terms])
    for name, table in (("attendance_code", codes), ("half_term", half_terms)):
        yield dlt.resource([table], name=name, write_disposition="replace")
