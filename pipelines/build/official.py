"""The official figures that were loaded, as dbt is given them.

Here: the views raw.benchmark and raw.school_data over the files of `store/benchmarks`. Not here: reading DfE's files
(pipelines/benchmarks), or which of two loads of one figure counts (the models ref_benchmark and ref_school).
"""

from pathlib import Path

COLUMNS = {
    "measure_id": "varchar",
    "geography_level": "varchar",
    "geography_code": "varchar",
    "geography_name": "varchar",
    "phase": "varchar",
    "breakdown_topic": "varchar",
    "breakdown": "varchar",
    "time_period": "integer",
    "series": "varchar",
    "value": "double",
    "value_status": "varchar",
    "source": "varchar",
    "published_on": "date",
    "loaded_at": "timestamp",
}

SCHOOL_DATA = {
    "urn": "integer",
    "laestab": "varchar",
    "school_name": "varchar",
    "phase": "varchar",
    "la_code": "varchar",
    "la_name": "varchar",
    "region": "varchar",
    "item_kind": "varchar",
    "item": "varchar",
    "time_period": "integer",
    "series": "varchar",
    "value": "double",
    "value_status": "varchar",
    "source": "varchar",
    "published_on": "date",
    "loaded_at": "timestamp",
}
# A file in the store is named by the kind of file it was loaded from.
SCHOOL_DATA_FILES = "school_data-*.parquet"


def benchmark_view(store: Path) -> str:
    """Return the SQL of raw.benchmark: every figure of every file ever loaded, with when it was loaded; empty before the first."""
    folder = store / "benchmarks"
    return _view("benchmark", COLUMNS, set(folder.glob("*.parquet")) - set(folder.glob(SCHOOL_DATA_FILES)))


def school_data_view(store: Path) -> str:
    """Return the SQL of raw.school_data: every characteristic and figure of every school ever loaded; empty before the first."""
    return _view("school_data", SCHOOL_DATA, set((store / "benchmarks").glob(SCHOOL_DATA_FILES)))


def _view(name: str, columns: dict[str, str], files: set[Path]) -> str:
    if not files:
        empty = ", ".join(f"cast(null as {kind}) as {column}" for column, kind in columns.items())
        return f"create view raw.{name} as select {empty} where false"
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in sorted(files))
    return f"create view raw.{name} as select {', '.join(columns)} from read_parquet([{listed}])"
