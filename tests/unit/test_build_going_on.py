"""Which tests a night that goes on asks, and of which years: those of which something was made anew."""

from collections.abc import Iterator

import duckdb
import pytest

from pipelines.build.going_on import ask_tests
from pipelines.build.nodes import Node
from pipelines.build.slices import STATE

TWICE = "select key from {} group by key, time_period having count(*) > 1"


def node(name: str, kind: str = "model", reads: tuple[str, ...] = (), **slices: str) -> Node:
    return Node(
        unique_id=f"{kind}.matlas.{name}",
        resource_type=kind,
        name=name,
        schema="measures",
        alias=name,
        description="",
        depends_on=[f"model.matlas.{parent}" for parent in reads],
        attached_node=None,
        relation=f'"measures"."{name}"',
        is_view=False,
        columns=["time_period", "key"] if kind == "model" else [],
        slices=dict(slices),
    )


NODES = {
    each.unique_id: each
    for each in (
        node("figure"),
        node("other"),
        node("by_year", "test", ("figure",), by="year"),
        node("of_all", "test", ("figure",)),
        node("of_other", "test", ("other",)),
    )
}
COMPILED = {
    "test.matlas.by_year": TWICE.format('"measures"."figure"'),
    "test.matlas.of_all": TWICE.format('"measures"."figure"'),
    "test.matlas.of_other": TWICE.format('"measures"."other"'),
}


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two keys are there twice: one in the closed year, one in the open one."""
    with duckdb.connect() as connection:
        connection.execute("create schema state; create schema measures")
        connection.execute(f"create table state.stale ({STATE['stale']})")
        connection.execute("create table measures.figure (time_period int, key int); create table measures.other as from measures.figure")
        connection.execute("insert into measures.figure values (202425, 1), (202425, 1), (202526, 2), (202526, 2), (202526, 3)")
        yield connection


def asked(database: duckdb.DuckDBPyConnection, *numbers: int) -> dict[str, int]:
    """Failing rows of each test that was asked, when these slices of the figures were made anew."""
    for number in numbers:
        database.execute("insert into state.stale values ('model.matlas.figure', '', ?, 1, false)", [number])
    return {each.unique_id.split(".")[-1]: each.failures for each in ask_tests(database, NODES, COMPILED) if not each.is_kept}


def test_a_test_by_year_is_asked_of_the_years_that_were_made_anew(database: duckdb.DuckDBPyConnection) -> None:
    assert asked(database, 202526900, 202526816) == {"by_year": 1, "of_all": 2}


def test_a_table_made_whole_is_tested_whole(database: duckdb.DuckDBPyConnection) -> None:
    assert asked(database, 0) == {"by_year": 2, "of_all": 2}


def test_the_tests_of_tables_that_stand_are_not_asked(database: duckdb.DuckDBPyConnection) -> None:
    assert asked(database) == {}
