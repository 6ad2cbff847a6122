"""Where words stand in a folder: in the bytes of every file, in what Parquet packs, in every table of a DuckDB and of a SQLite file.

Here: looking. Not here: which words. A Parquet's dictionaries and statistics are looked through too: they may keep a value that no row has.
A long value of a SQLite file lies in pieces among its bytes, so its rows are read as well.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


def traces(root: Path, words: Iterable[str], without: tuple[str, ...] = ("landing",)) -> list[str]:
    """The files below `root` in which one of the words stands, but for those in the folders `without`, each with the word."""
    wanted = list(words)
    found = []
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        if path.is_file() and place.parts[0] not in without:
            here = {word for text in _texts(path, wanted) for word in wanted if word in text}
            found += [f"{place}: {word}" for word in sorted(here)]
    return found


def _texts(path: Path, words: list[str]) -> Iterator[str]:
    yield path.read_bytes().decode("latin-1")
    yield path.as_posix()
    if path.suffix == ".parquet":
        yield from _of_parquet(path)
    if path.suffix == ".duckdb":
        yield from _of_duckdb(path, words)
    if path.suffix in (".db", ".sqlite"):
        yield from _of_sqlite(path)


def _of_parquet(path: Path) -> Iterator[str]:
    with pq.ParquetFile(path) as plain:
        names = [field.name for field in plain.schema_arrow if pa.types.is_string(field.type)]
        yield str(plain.metadata.metadata)
        for group in range(plain.metadata.num_row_groups):
            yield from (str(plain.metadata.row_group(group).column(column).statistics) for column in range(plain.metadata.num_columns))
    with pq.ParquetFile(path, read_dictionary=names) as coded:
        for group in range(coded.num_row_groups):
            rows = coded.read_row_group(group)
            for name in names:
                for chunk in rows[name].chunks:
                    yield "\n".join(
                        value or "" for value in (chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk).to_pylist()
                    )


def _of_duckdb(path: Path, words: list[str]) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() where not internal").fetchall()
        for schema, table in tables:
            said = " or ".join(f"cast(row as varchar) like '%{word}%'" for word in words)
            rows = connection.execute(f'select cast(row as varchar) from (select r as row from "{schema}"."{table}" as r) where {said}')
            yield "\n".join(str(row[0]) for row in rows.fetchall())


def _of_sqlite(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            yield "\n".join(map(repr, connection.execute(f'select * from "{table}"')))
