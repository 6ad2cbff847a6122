"""The official figures and registers that were loaded, as dbt is given them.

Here: a view over the files of `store/benchmarks` for each of raw.benchmark, raw.school, raw.school_link and raw.school_data. Not here:
reading DfE's files (pipelines/benchmarks), or which of two loads counts (the models ref_benchmark, academy_urn, ref_school).
"""

from pathlib import Path

BENCHMARK = {
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
    "period": "varchar",
    "period_end": "date",
    "loaded_at": "timestamp",
}
SCHOOL = {
    "urn": "integer",
    "la_code": "varchar",
    "la_name": "varchar",
    "establishment_number": "varchar",
    "school_name": "varchar",
    "type_of_establishment": "varchar",
    "establishment_type_group": "varchar",
    "status": "varchar",
    "phase_of_education": "varchar",
    "region_code": "varchar",
    "region_name": "varchar",
    "trust_uid": "varchar",
    "trust_name": "varchar",
    "low_age": "integer",
    "high_age": "integer",
    "pupils": "integer",
    "fsm_pct": "double",
    "opened_on": "date",
    "closed_on": "date",
    "source": "varchar",
    "published_on": "date",
    "loaded_at": "timestamp",
}
SCHOOL_LINK = {
    "urn": "integer",
    "linked_urn": "integer",
    "linked_name": "varchar",
    "link_type": "varchar",
    "link_date": "date",
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
# A file of the store is named <known file>-<fingerprint>.parquet. Those not named here hold figures.
REGISTERS = {
    "gias_establishments": ("school", SCHOOL),
    "gias_links": ("school_link", SCHOOL_LINK),
    "school_data": ("school_data", SCHOOL_DATA),
}


def official_views(store: Path) -> list[str]:
    """Return the SQL of each view: every row of every file ever loaded, with when it was loaded; empty before the first."""
    files = sorted((store / "benchmarks").glob("*.parquet"))
    of_registers = {known: [file for file in files if _known(file) == known] for known in REGISTERS}
    views = [_view("benchmark", BENCHMARK, [file for file in files if _known(file) not in REGISTERS])]
    return views + [_view(*REGISTERS[known], found) for known, found in of_registers.items()]


def _known(file: Path) -> str:
    return file.stem.rpartition("-")[0]


def _view(table: str, columns: dict[str, str], files: list[Path]) -> str:
    """A view of these columns; null where a file of an earlier Matlas has not got one."""
    empty = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
    rows = f"select {empty} where false"
    if files:
        listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        rows += f" union all by name select * from read_parquet([{listed}], union_by_name = true)"
    return f"create view raw.{table} as select {', '.join(columns)} from ({rows})"
