"""What has been loaded into `store/benchmarks` so far, file by file.

Not here: loading (load.py), and which of two figures counts (the model ref_benchmark).
"""

import datetime
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.benchmarks.delivered import text
from pipelines.benchmarks.known import known_files
from pipelines.store.home import Home


@dataclass(frozen=True)
class Kept:
    """One loaded file: what it is, what is in it, and when it came. `rows` are figures, or the rows of a register."""

    file_name: str | None
    known_file: str
    title: str
    series: str | None
    time_periods: list[int]
    periods: list[str]
    rows: int
    symbols: dict[str, int] = field(default_factory=dict)
    published_on: datetime.date | None = None
    loaded_at: datetime.datetime | None = None


def kept_files(home: Home) -> list[Kept]:
    """Every loaded file, the one loaded last first."""
    with duckdb.connect() as connection:
        kept = [_kept(connection, file) for file in sorted((home.store / "benchmarks").glob("*.parquet"))]
    return sorted(kept, key=lambda one: one.loaded_at or datetime.datetime.min, reverse=True)


def _kept(connection: duckdb.DuckDBPyConnection, file: Path) -> Kept:
    name = file.stem.rpartition("-")[0]
    told = dict(connection.execute(f"select decode(key), decode(value) from parquet_kv_metadata({text(str(file))})").fetchall())
    title = next((known.title for known in known_files() if known.name == name), name)
    columns = {row[0] for row in connection.execute(f"describe select * from read_parquet({text(str(file))})").fetchall()}
    if "measure_id" not in columns:
        rows, published_on, loaded_at = connection.execute(
            f"select count(*), max(published_on), max(loaded_at) from read_parquet({text(str(file))})"
        ).fetchone() or (0, None, None)
        return Kept(told.get("file_name"), name, title, None, [], [], rows, {}, published_on, loaded_at)
    period = "period" if "period" in columns else "'year'"
    figures = connection.execute(
        f"""
        select
            count(*) filter (where value_status = 'ok'), max(series),
            list_sort(list(distinct time_period)), list_sort(list(distinct {period})),
            max(published_on), max(loaded_at)
        from read_parquet({text(str(file))})
        """
    ).fetchone() or (0, None, [], [], None, None)
    symbols = connection.execute(
        f"select value_status, count(*) from read_parquet({text(str(file))}) where value_status <> 'ok' group by all order by all"
    ).fetchall()
    count, series, years, periods, published_on, loaded_at = figures
    return Kept(told.get("file_name"), name, title, series, years or [], periods or [], count, dict(symbols), published_on, loaded_at)
