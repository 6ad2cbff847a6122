"""The official figures that were loaded, as dbt is given them.

Here: the view raw.benchmark over the files of `store/benchmarks`. Not here: reading DfE's files (pipelines/benchmarks), or which of two
loads of one figure counts (the model ref_benchmark).
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


def benchmark_view(store: Path) -> str:
    """Return the SQL of raw.benchmark: every figure of every file ever loaded, with when it was loaded; empty before the first."""
    files = sorted((store / "benchmarks").glob("*.parquet"))
    if not files:
        columns = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in COLUMNS.items())
        return f"create view raw.benchmark as select {columns} where false"
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"create view raw.benchmark as select {', '.join(COLUMNS)} from read_parquet([{listed}])"
