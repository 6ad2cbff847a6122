"""Tables made of rows that a test lays into the schemas run and raw: by the SQL that dbt compiled for a night without deliveries.

Here: a build to fill, and its tables made anew and tested, whole and without dbt, whose own work for each would take most of the time. Not
here: the rows; nor that dbt builds the project (every night from nothing does, and tests/unit/test_dbt_unit_tests.py).
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from pipelines.build.dbt import opened
from pipelines.build.grains import in_order
from pipelines.build.nodes import project_nodes
from pipelines.store.home import Home
from tests.build_fixture import create_sources
from tests.helpers.begun import begun
from tests.helpers.home import TrustHome


def build_to_fill(factory: pytest.TempPathFactory, root: Path) -> Home:
    """A home at `root` whose build holds every table of a night, and every source without rows."""
    home = Home(begun(factory, TrustHome(root)).root)
    shutil.copyfile(home.build / "kept.duckdb", home.build_database)
    shutil.copyfile(home.published_file, home.candidate)
    with duckdb.connect(str(home.build_database)) as database:
        database.execute("drop schema raw cascade; drop schema run cascade")
        create_sources(database, home.store)
    return home


def make_tables(home: Home, only: Iterable[str] = ()) -> None:
    """Make every table anew, parents first, or `only` those named; then no test of ours on what was made finds a row."""
    nodes, chosen = project_nodes(), set(only)
    tables = [node for node in in_order(nodes) if not chosen or node.name in chosen]
    made = {node.unique_id for node in tables}
    tests = [node for node in nodes.values() if node.resource_type == "test" and made.intersection(node.depends_on)]
    with opened(home) as connection:
        compiled: dict[str, str] = dict(connection.execute("select unique_id, sql from state.compiled").fetchall())
        for node in tables:
            connection.execute(f"delete from {node.relation}")
            connection.execute(f"insert into {node.relation} by name\n{compiled[node.unique_id]}")
        found = {node.name: len(connection.execute(compiled[node.unique_id]).fetchall()) for node in tests}
    assert {name: rows for name, rows in found.items() if rows} == {}
