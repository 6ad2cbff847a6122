"""An empty build database with every source that dbt reads, for tests that need the tables and no data.

Here: the columns of the schemas run and raw as pipelines/build/inputs.py leaves them. Not here: rows.
"""

from pathlib import Path

import duckdb

from pipelines.build.official import official_views
from pipelines.sources.contract import contract
from pipelines.store.home import Home

RUN_TABLES = {
    "parameter": "run_id varchar, as_of date, as_at timestamp, run_at timestamp, suppress_below integer",
    "academy": (
        "academy_id varchar, urn integer, laestab varchar, academy_name varchar, phase varchar, region varchar, mis varchar, "
        "joined_on date, left_on date, last_good_load_at timestamp, last_delivered_on date, is_stale boolean"
    ),
    "half_term": "academy_id varchar, time_period integer, half_term varchar, first_day date, last_day date",
    "bank_holiday": "holiday_date date",
    "scale": "academy_id varchar, scale varchar, result varchar, lowest_points double, standing varchar, described_in varchar",
    "goal": (
        "measure_id varchar, phase varchar, academy_id varchar, since date, agreed_by varchar, target double, amber double, red double"
    ),
    "intervention": (
        "intervention_id integer, alert_id varchar, academy_id varchar, measure_id varchar, breakdown_topic varchar, breakdown varchar, "
        "decision varchar, decided_on date, until date, decided_by varchar, typed_by varchar, why varchar"
    ),
    "delegation": "decision varchar, academy_id varchar, decided_by varchar, area varchar, since date",
}
DELIVERY = (
    "academy_id varchar, entity varchar, table_name varchar, batch_id varchar, content_id varchar, reading_id varchar, profile varchar, "
    "pupil_id_kind varchar, table_rank integer, mode varchar, effective_date date, time_period integer, delivery_order integer, "
    "replaces_from date, replaces_to date, is_newest boolean, delivered_at timestamp, loaded_at timestamp"
)

NO_STORE = Path("no such store")


def empty_build(root: Path) -> Home:
    """A home whose build database holds every source table, without rows but for the official files of its store."""
    home = Home(root)
    home.prepare()
    with duckdb.connect(str(home.build_database)) as database:
        create_sources(database, home.store)
    return home


def create_sources(database: duckdb.DuckDBPyConnection, store: Path = NO_STORE) -> None:
    """Create the empty tables of the schemas run and raw."""
    database.execute("create schema if not exists run; create schema if not exists raw")
    for name, columns in RUN_TABLES.items():
        database.execute(f"create table run.{name} ({columns})")
    database.execute(f"create table raw.delivery ({DELIVERY})")
    for entity in contract().entities:
        names = ("academy_id", *contract().entity(entity).raw_columns, "content_id", "source_file")
        columns = ", ".join(f'"{name}" varchar' for name in names)
        database.execute(f"create table raw.{entity} ({columns}, source_row bigint)")
    for view in official_views(store):
        database.execute(view)
