"""The views of the schema `raw`: one per entity, over exactly the files of the deliveries that count tonight.

Here: the views over all files, and over those of some academic years, for a table of which only these years are made anew. Not here: which
deliveries count (inputs.py), or which years are stale (slices.py).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.sources import Entity, contract
from pipelines.store.home import Home


def create_view(connection: duckdb.DuckDBPyConnection, home: Home, entity: Entity, years: Collection[int] = ()) -> None:
    """(Re)create the view of an entity over its files, or over those that speak of these years. Expects the table raw.delivery_year."""
    of_years = f" and time_period in ({', '.join(str(year) for year in sorted(years))})" if years else ""
    found = connection.execute(
        f"select distinct path from raw.delivery_year where entity = ? and path is not null{of_years} order by path", [entity.name]
    ).fetchall()
    connection.execute(_view(entity, [home.raw / path for (path,) in found]))


@contextmanager
def narrowed(connection: duckdb.DuckDBPyConnection, home: Home, entities: Sequence[str], years: Collection[int]) -> Iterator[None]:
    """For a while these views read only the files that speak of these years: a closed year's are not opened."""
    if not years:
        yield
        return
    for name in entities:
        create_view(connection, home, contract().entities[name], years)
    yield
    for name in entities:
        create_view(connection, home, contract().entities[name])


def _view(entity: Entity, paths: Sequence[Path]) -> str:
    """An entity's contract columns as text, and where each row came from."""
    names = ["academy_id", *entity.raw_columns, "content_id", "source_file"]
    if not paths:
        columns = ", ".join(f"cast(null as varchar) as {name}" for name in names)
        return f"create or replace view raw.{entity.name} as select {columns}, cast(null as bigint) as source_row where false"
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    columns = ", ".join(names)
    source = f"read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
    return f"create or replace view raw.{entity.name} as select {columns}, source_row from {source}"
