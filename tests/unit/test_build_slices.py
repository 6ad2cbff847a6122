"""Which parts of a table are stale follows from the content of what they read: every rule on a few rows by hand."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.build.grains import grain, in_order, read_from
from pipelines.build.nodes import Node, project_nodes
from pipelines.build.slices import LINEAGE, STATE, WITHOUT_LINEAGE, made_at_once, plan

PROJECT = Path(__file__).parents[2]


def node(name: str, columns: list[str], parents: tuple[str, ...] = (), schema: str = "measures", **slices: Any) -> Node:
    """A table of an invented project."""
    is_view = bool(slices.pop("is_view", False))
    return Node(
        unique_id=f"model.matlas.{name}",
        resource_type="model",
        name=name,
        schema=schema,
        alias=name,
        description="",
        depends_on=[parent if "." in parent else f"model.matlas.{parent}" for parent in parents],
        attached_node=None,
        relation=f"main.{name}",
        is_view=is_view,
        columns=columns,
        slices=slices,
    )


def project(*nodes: Node) -> dict[str, Node]:
    return {each.unique_id: each for each in nodes}


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema run; create table run.parameter as select date '2026-03-13' as as_of, 6 as suppress_below")
        connection.execute("create schema state")
        for name, columns in STATE.items():
            connection.execute(f"create table state.{name} ({columns})")
        yield connection


def content(database: duckdb.DuckDBPyConnection, relation: str, rows: list[tuple[str, int, int]]) -> None:
    """What a parent holds: academy, number, checksum."""
    database.execute("delete from state.content where relation = ?", [relation])
    for academy_id, number, checksum in rows:
        database.execute("insert into state.content values (?, ?, ?, 1, ?)", [relation, academy_id, number, checksum])


def stale(database: duckdb.DuckDBPyConnection, table: Node, nodes: dict[str, Node]) -> set[tuple[str, int]]:
    """The slices that are stale; then they are taken as made."""
    database.execute("delete from state.stale")
    database.execute(plan(table, nodes).find)
    found = database.execute("select academy_id, number from state.stale").fetchall()
    database.execute(
        "delete from state.made_of where (relation, academy_id, number) in (select relation, academy_id, number from state.stale)"
    )
    database.execute("insert into state.made_of select relation, academy_id, number, made_of from state.stale where not is_gone")
    return set(found)


PERIODS = node("periods", ["academy_id", "time_period", "period_number"])
ROLL = node("roll", ["academy_id", "time_period", "pupil_key"])
MARKS = node("marks", ["academy_id", "time_period", "session_date"], by="week", date="session_date")
JUNE_WEEK, JULY_WEEK = 202425143, 202425147
WEEK_1, WEEK_2, HALF_TERMS, YEAR, CENSUS = 202526105, 202526106, 202526810, 202526900, 202526901
ALL_PERIODS = [("", number, 1) for number in (WEEK_1, WEEK_2, HALF_TERMS, YEAR, CENSUS, JULY_WEEK)]


def test_a_whole_table_is_stale_when_any_part_of_a_parent_changed_and_stands_otherwise(database: duckdb.DuckDBPyConnection) -> None:
    table = node("summary", ["pupil_key"], ("roll",))
    nodes = project(ROLL, table)
    content(database, ROLL.unique_id, [("ashby", 202526, 1), ("birch", 202425, 2)])

    assert stale(database, table, nodes) == {("", 0)}
    assert stale(database, table, nodes) == set()

    content(database, ROLL.unique_id, [("ashby", 202526, 1), ("birch", 202425, 3)])
    assert stale(database, table, nodes) == {("", 0)}


def test_a_change_in_one_academic_year_leaves_the_periods_of_another_alone(database: duckdb.DuckDBPyConnection) -> None:
    table = node("counts", ["academy_id", "time_period", "period_number"], ("roll", "periods"), by="period")
    nodes = project(ROLL, PERIODS, table)
    content(database, PERIODS.unique_id, ALL_PERIODS)
    content(database, ROLL.unique_id, [("ashby", 202425, 1), ("ashby", 202526, 1)])
    assert len(stale(database, table, nodes)) == len(ALL_PERIODS)

    content(database, ROLL.unique_id, [("ashby", 202425, 2), ("ashby", 202526, 1)])
    assert stale(database, table, nodes) == {("", JULY_WEEK)}


def test_a_week_of_marks_is_read_by_its_own_period_the_half_terms_and_the_year(database: duckdb.DuckDBPyConnection) -> None:
    table = node("counts", ["academy_id", "time_period", "period_number"], ("marks", "periods"), by="period")
    nodes = project(MARKS, PERIODS, table)
    content(database, PERIODS.unique_id, ALL_PERIODS)
    content(database, MARKS.unique_id, [("ashby", WEEK_1, 1), ("ashby", WEEK_2, 1), ("birch", WEEK_2, 1)])
    stale(database, table, nodes)

    content(database, MARKS.unique_id, [("ashby", WEEK_1, 1), ("ashby", WEEK_2, 1), ("birch", WEEK_2, 2)])
    assert stale(database, table, nodes) == {("", number) for number in (WEEK_2, HALF_TERMS, YEAR, CENSUS)}


def test_the_weeks_of_one_academy_are_stale_for_its_own_spells_alone(database: duckdb.DuckDBPyConnection) -> None:
    days = node("days", ["academy_id", "time_period", "standing_day"], date="standing_day")
    table = node("sessions", ["academy_id", "time_period", "session_date"], ("days", "roll"), by="week", date="session_date")
    nodes = project(days, ROLL, table)
    content(database, days.unique_id, [("ashby", WEEK_1, 1), ("birch", WEEK_1, 1), ("ashby", JUNE_WEEK, 1)])
    content(database, ROLL.unique_id, [("ashby", 202526, 1), ("ashby", 202425, 1), ("birch", 202526, 1)])
    stale(database, table, nodes)

    content(database, ROLL.unique_id, [("ashby", 202526, 2), ("ashby", 202425, 1), ("birch", 202526, 1)])
    assert stale(database, table, nodes) == {("ashby", WEEK_1)}


def test_a_year_is_stale_for_its_own_rows_alone_by_week_or_by_year(database: duckdb.DuckDBPyConnection) -> None:
    table = node("days", ["academy_id", "time_period", "day"], ("marks", "roll"), by="year", date="day")
    nodes = project(MARKS, ROLL, table)
    content(database, MARKS.unique_id, [("ashby", WEEK_1, 1), ("ashby", JUNE_WEEK, 1)])
    content(database, ROLL.unique_id, [("birch", 202324, 1)])
    assert stale(database, table, nodes) == {("", 202526), ("", 202425), ("", 202324)}

    content(database, MARKS.unique_id, [("ashby", WEEK_1, 1), ("ashby", JUNE_WEEK, 2)])
    assert stale(database, table, nodes) == {("", 202425)}
    content(database, ROLL.unique_id, [("birch", 202324, 2)])
    assert stale(database, table, nodes) == {("", 202324)}
    database.execute("update run.parameter set as_of = date '2026-03-14'")
    assert stale(database, table, nodes) == {("", 202526)}


def test_a_year_made_anew_is_kept_by_the_week_and_the_other_years_stand(database: duckdb.DuckDBPyConnection) -> None:
    table = node("days", ["academy_id", "time_period", "day"], ("marks",), by="year", date="day")
    database.execute("create table main.days as select 'ashby' as academy_id, 202526 as time_period, date '2025-09-03' as day")
    database.execute("insert into main.days values ('ashby', 202425, date '2025-06-04')")
    content(database, table.unique_id, [("ashby", WEEK_2, 1), ("ashby", JUNE_WEEK, 1)])
    database.execute("insert into state.stale values (?, '', 202526, 1, false)", [table.unique_id])
    _, _, condition, _, years = database.execute(plan(table, project(MARKS, table)).condition).fetchone() or (0, 0, "", "", [])
    database.execute(plan(table, project(MARKS, table)).keep.replace("<condition>", condition))

    kept = "select number, checksum = 1 from state.content where relation = ? order by all"
    assert database.execute(kept, [table.unique_id]).fetchall() == [(JUNE_WEEK, True), (WEEK_1, False)]
    assert years == [202526]


def test_only_the_parts_of_a_year_that_a_table_holds_are_slices_of_it(database: duckdb.DuckDBPyConnection) -> None:
    table = node("headlines", ["time_period", "period_number"], ("periods",), by="period", parts=[900, 902])
    content(database, PERIODS.unique_id, [*ALL_PERIODS, ("", 202425902, 1)])

    assert stale(database, table, project(PERIODS, table)) == {("", YEAR), ("", 202425902)}


def test_a_column_set_apart_counts_for_those_who_read_it_alone(database: duckdb.DuckDBPyConnection) -> None:
    spell = node("spell", ["academy_id", "time_period", "leaving_date"], apart={"columns": ["leaving_date"], "read_by": ["mobility"]})
    mobility = node("mobility", ["academy_id", "time_period"], ("spell",))
    other = node("other", ["academy_id", "time_period"], ("spell",))
    nodes = project(spell, mobility, other)
    database.execute("create table main.spell as select 'ashby' as academy_id, 202425 as time_period, date '2026-03-01' as leaving_date")
    kept_content(database, spell)
    assert (stale(database, mobility, nodes), stale(database, other, nodes)) == ({("", 0)}, {("", 0)})

    database.execute("update main.spell set leaving_date = null")
    kept_content(database, spell)
    assert (stale(database, mobility, nodes), stale(database, other, nodes)) == ({("", 0)}, set())
    database.execute("update main.spell set academy_id = 'birch'")
    kept_content(database, spell)
    assert (stale(database, mobility, nodes), stale(database, other, nodes)) == ({("", 0)}, {("", 0)})


def test_a_slice_that_nothing_speaks_of_any_more_is_stale_once_and_forgotten(database: duckdb.DuckDBPyConnection) -> None:
    table = node("sessions", ["academy_id", "time_period", "session_date"], ("marks",), by="week", date="session_date")
    nodes = project(MARKS, table)
    content(database, MARKS.unique_id, [("ashby", WEEK_1, 1), ("ashby", WEEK_2, 1)])
    stale(database, table, nodes)

    content(database, MARKS.unique_id, [("ashby", WEEK_1, 1)])
    assert stale(database, table, nodes) == {("ashby", WEEK_2)}
    assert stale(database, table, nodes) == set()


def test_the_census_of_a_parent_is_read_by_every_period_of_its_year_where_the_yaml_says_so(database: duckdb.DuckDBPyConnection) -> None:
    counts = node("counts", ["academy_id", "time_period", "period_number"])
    table = node("rates", ["academy_id", "time_period", "period_number"], ("counts",), by="period", census_of=["counts"])
    nodes = project(counts, table)
    content(database, counts.unique_id, ALL_PERIODS)
    stale(database, table, nodes)

    content(database, counts.unique_id, [("", number, 2 if number == WEEK_1 else 1) for _, number, _ in ALL_PERIODS])
    assert stale(database, table, nodes) == {("", WEEK_1)}
    content(database, counts.unique_id, [("", number, 3 if number == CENSUS else 1) for _, number, _ in ALL_PERIODS])
    assert stale(database, table, nodes) == {("", number) for number in (WEEK_1, WEEK_2, HALF_TERMS, YEAR, CENSUS)}


def test_another_year_of_a_parent_counts_only_where_the_yaml_says_so(database: duckdb.DuckDBPyConnection) -> None:
    clubs = node("clubs", ["academy_id", "time_period"])
    own = node("own", ["academy_id", "time_period", "period_number"], ("clubs", "periods"), by="period")
    table = node("members", ["academy_id", "time_period", "period_number"], ("clubs", "periods"), by="period", all_of=["clubs"])
    nodes = project(clubs, PERIODS, own, table)
    content(database, PERIODS.unique_id, [("", YEAR, 1)])
    content(database, clubs.unique_id, [("ashby", 202425, 1), ("ashby", 202526, 1)])
    stale(database, own, nodes)
    stale(database, table, nodes)

    content(database, clubs.unique_id, [("ashby", 202425, 2), ("ashby", 202526, 1)])
    assert stale(database, own, nodes) == set()
    assert stale(database, table, nodes) == {("", YEAR)}


def test_an_earlier_year_of_a_parent_counts_where_the_yaml_says_so_and_a_later_one_does_not(database: duckdb.DuckDBPyConnection) -> None:
    clubs = node("clubs", ["academy_id", "time_period"])
    table = node("members", ["academy_id", "time_period", "period_number"], ("clubs", "periods"), by="period", earlier_of=["clubs"])
    nodes = project(clubs, PERIODS, table)
    content(database, PERIODS.unique_id, [("", JULY_WEEK, 1), ("", YEAR, 1)])
    content(database, clubs.unique_id, [("ashby", 202425, 1), ("ashby", 202526, 1)])
    stale(database, table, nodes)

    content(database, clubs.unique_id, [("ashby", 202425, 1), ("ashby", 202526, 2)])
    assert stale(database, table, nodes) == {("", YEAR)}
    content(database, clubs.unique_id, [("ashby", 202425, 2), ("ashby", 202526, 2)])
    assert stale(database, table, nodes) == {("", JULY_WEEK), ("", YEAR)}


def test_the_next_day_makes_the_week_that_it_is_in_and_the_open_year_anew_and_no_closed_week(database: duckdb.DuckDBPyConnection) -> None:
    table = node("counts", ["academy_id", "time_period", "period_number"], ("periods",), by="period")
    nodes = project(PERIODS, table)
    this_week = 202526100 + (date(2026, 3, 9) - date(2025, 7, 28)).days // 7
    content(database, PERIODS.unique_id, [*ALL_PERIODS, ("", this_week, 1)])
    stale(database, table, nodes)

    database.execute("update run.parameter set as_of = date '2026-03-14'")
    assert stale(database, table, nodes) == {("", number) for number in (this_week, HALF_TERMS, YEAR, CENSUS)}


def test_the_rows_of_stale_slices_are_told_as_a_condition(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("create table main.counts (time_period int, period_number int)")
    database.execute("insert into main.counts values (202526, 202526106), (202526, 202526812), (202526, 202526900), (202425, 202425147)")
    table = node("counts", ["time_period", "period_number"], ("periods",), by="period")
    nodes = project(PERIODS, table)
    content(database, PERIODS.unique_id, [("", WEEK_2, 1), ("", HALF_TERMS, 1)])
    database.execute(plan(table, nodes).find)

    number, standing, condition, _, years = database.execute(plan(table, nodes).condition).fetchone() or (0, 0, "", "", [])
    assert (number, standing, years) == (2, 0, [202526])
    found = database.execute(f"select period_number from main.counts where {condition} order by all").fetchall()
    assert found == [(202526106,), (202526812,)]


def test_the_periods_of_one_year_are_told_without_another_years_and_without_those_that_are_gone(
    database: duckdb.DuckDBPyConnection,
) -> None:
    database.execute("create table main.counts (time_period int, period_number int)")
    database.execute("insert into main.counts values (202425, 202425147), (202425, 202425900), (202526, 202526106), (202526, 202526900)")
    table = node("counts", ["time_period", "period_number"], ("periods",), by="period")
    stale_slices = [(202425147, True), (202425900, False), (202526106, False)]
    for number, is_gone in stale_slices:
        database.execute("insert into state.stale values (?, '', ?, 1, ?)", [table.unique_id, number, is_gone])
    of_table = plan(table, project(PERIODS, table))
    numbers = [number for (number,) in database.execute(of_table.to_make).fetchall()]

    assert made_at_once(numbers, None) == [[202425900], [202526106]]
    for some, expected in (("202425900", [(202425900,)]), ("202526106", [(202526106,)])):
        number, _, condition, *_ = database.execute(of_table.of_some.replace("<numbers>", some)).fetchone() or (0, 0, "")
        assert number == 1
        assert database.execute(f"select period_number from main.counts where {condition}").fetchall() == expected


def test_slices_are_made_by_year_and_no_more_of_a_year_at_once_than_the_yaml_says() -> None:
    assert made_at_once([202425, 202526], None) == [[202425], [202526]]
    periods = [202425106, 202425107, 202425108, 202526106, 202526810, 202526900]
    assert made_at_once(periods, None) == [periods[:3], periods[3:]]
    assert made_at_once(periods, 2) == [[202425106, 202425107], [202425108], [202526106, 202526810], [202526900]]
    assert made_at_once([], 2) == []


def test_new_slices_do_not_hide_those_that_stand(database: duckdb.DuckDBPyConnection) -> None:
    table = node("counts", ["time_period", "period_number"], ("periods",), by="period")
    nodes = project(PERIODS, table)
    content(database, PERIODS.unique_id, [("", WEEK_1, 1), ("", WEEK_2, 1)])
    stale(database, table, nodes)

    content(database, PERIODS.unique_id, [("", WEEK_1, 1), ("", WEEK_2, 2), ("", YEAR, 1)])
    database.execute("delete from state.stale")
    database.execute(plan(table, nodes).find)
    assert (database.execute(plan(table, nodes).condition).fetchone() or ())[:2] == (2, 1)


def kept_content(database: duckdb.DuckDBPyConnection, table: Node) -> list[tuple[str, int, int]]:
    database.execute("delete from state.stale; insert into state.stale values (?, '', 0, 1, false)", [table.unique_id])
    database.execute(plan(table, project(table)).keep.replace("<condition>", "true"))
    rows = "select academy_id, number, checksum from state.content where relation = ? order by all"
    return database.execute(rows, [table.unique_id]).fetchall()


def test_a_facts_file_and_line_are_no_content_of_it(database: duckdb.DuckDBPyConnection) -> None:
    fact = node("fact", ["academy_id", "time_period", "mark_code", "source_row"], schema="core")
    database.execute("create table main.fact as select 'ashby' as academy_id, 202526 as time_period, 'N' as mark_code, 7 as source_row")
    before = kept_content(database, fact)

    database.execute("update main.fact set source_row = 8")
    assert kept_content(database, fact) == before
    database.execute("update main.fact set mark_code = 'L'")
    assert kept_content(database, fact) != before


def test_a_spell_that_goes_on_is_the_same_tomorrow_and_one_that_ended_is_not(database: duckdb.DuckDBPyConnection) -> None:
    spell = node("spell", ["academy_id", "time_period", "last_day"], open_ended=["last_day"])
    database.execute("create table main.spell as select 'ashby' as academy_id, 202526 as time_period, date '2026-03-13' as last_day")
    today = kept_content(database, spell)

    database.execute("update run.parameter set as_of = date '2026-03-16'")
    assert kept_content(database, spell) != today  # it ended on the 13th
    database.execute("update main.spell set last_day = date '2026-03-16'")
    assert kept_content(database, spell) == today


def test_a_spell_open_at_the_years_end_ends_on_no_day_of_that_year(database: duckdb.DuckDBPyConnection) -> None:
    spell = node("spell", ["academy_id", "time_period", "last_day"], open_ended=["last_day"])
    database.execute("create table main.spell as select 'ashby' as academy_id, 202526 as time_period, date '2026-03-13' as last_day")
    in_march = kept_content(database, spell)

    database.execute("update run.parameter set as_of = date '2026-10-01'; update main.spell set last_day = date '2026-07-31'")
    assert kept_content(database, spell) == in_march


def test_a_rows_days_are_content_of_each_week_that_they_touch(database: duckdb.DuckDBPyConnection) -> None:
    spell = node("spell", ["academy_id", "time_period", "first_day", "last_day"], days=["first_day", "last_day"])
    database.execute("create table main.spell (academy_id varchar, time_period int, first_day date, last_day date)")
    database.execute("insert into main.spell values ('ashby', 202526, '2025-09-03', '2025-09-12')")
    before = kept_content(database, spell)
    assert [number for _, number, _ in before] == [WEEK_1, WEEK_2]

    database.execute("update main.spell set last_day = date '2025-09-16'")
    after = kept_content(database, spell)
    assert [number for _, number, _ in after] == [WEEK_1, WEEK_2, WEEK_2 + 1]
    assert after[0] == before[0]  # the first week holds the same days
    assert after[1] != before[1]  # the second goes on to its Sunday


def test_what_the_readers_cannot_tell_of_a_column_is_no_content(database: duckdb.DuckDBPyConnection) -> None:
    is_early = "case when leaving_date <= date '2025-09-30' then leaving_date end"
    spell = node("spell", ["academy_id", "time_period", "leaving_date"], as_content={"leaving_date": is_early})
    database.execute("create table main.spell as select 'ashby' as academy_id, 202425 as time_period, cast(null as date) as leaving_date")
    on_roll = kept_content(database, spell)

    database.execute("update main.spell set leaving_date = date '2026-03-01'")
    assert kept_content(database, spell) == on_roll
    database.execute("update main.spell set leaving_date = date '2025-03-01'")
    assert kept_content(database, spell) != on_roll


def test_who_copies_the_end_of_a_spell_that_goes_on_is_made_anew_every_day(database: duckdb.DuckDBPyConnection) -> None:
    spell = node("spell", ["academy_id", "time_period", "last_day"], open_ended=["last_day"])
    copy = node("copy", ["academy_id", "time_period", "last_day"], ("spell",))
    other = node("other", ["academy_id", "time_period"], ("roll",))
    nodes = project(spell, ROLL, copy, other)
    for parent in (spell, ROLL):
        content(database, parent.unique_id, [("ashby", 202526, 1)])
    assert (stale(database, copy, nodes), stale(database, other, nodes)) == ({("", 0)}, {("", 0)})

    database.execute("update run.parameter set as_of = date '2026-03-16'")
    assert (stale(database, copy, nodes), stale(database, other, nodes)) == ({("", 0)}, set())


def test_views_are_read_through_and_seeds_do_not_count() -> None:
    marks = node("marks", [], ("source.matlas.raw.attendance_mark", "source.matlas.raw.delivery"))
    view = node("view", [], ("marks", "seed.matlas.ref_code"), is_view=True)
    stands_for = node("stands_for", [], ("source.matlas.raw.attendance_mark",), is_view=True, read_from=["marks"])
    table = node("table", [], ("view", "stands_for"))
    nodes = project(marks, view, stands_for, table)

    assert read_from(table, nodes) == ["model.matlas.marks"]
    assert read_from(marks, nodes) == ["source.matlas.raw.attendance_mark"]
    assert [each.name for each in in_order(nodes)] == ["marks", "table"]


def test_every_name_in_the_yaml_of_slices_is_one_that_the_model_reads() -> None:
    nodes = project_nodes()
    for each in nodes.values():
        named = {name for key in ("all_of", "earlier_of", "census_of") for name in each.slices.get(key, ())}
        assert {f"model.matlas.{name}" for name in named} <= set(read_from(each, nodes)), each.name
        of_parents = {"all_of", "earlier_of", "census_of", "narrow", "read_from"}
        keys = {"by", "date", "days", "number", "parts", "open_ended", "apart", "as_content", "at_once"} | of_parents
        assert set(each.slices) <= keys, each.name
        assert {each.slices[key] for key in ("date",) if key in each.slices} <= set(each.columns), each.name
        of_columns = ("days", "open_ended", "as_content")
        dated = {*each.slices.get("apart", {}).get("columns", ())}.union(*(each.slices.get(key, ()) for key in of_columns))
        assert dated <= set(each.columns), each.name


def test_slices_are_of_a_grain_that_the_tables_content_is_known_by() -> None:
    for each in project_nodes().values():
        if each.resource_type == "model" and (by := each.slices.get("by")):
            assert grain(each).kind == by or (by == "year" and grain(each).kind == "week"), each.name


def test_a_test_by_year_reads_rows_of_years_and_definitions() -> None:
    """Else what it read would be cut by nothing, or what it judges would belong to no year."""
    nodes = project_nodes()
    for each in (node for node in nodes.values() if node.resource_type == "test" and node.slices):
        assert each.slices == {"by": "year"}, each.name
        without_year = {parent for parent in each.depends_on if "time_period" not in nodes[parent].columns}
        assert without_year < set(each.depends_on), each.name
        assert without_year <= {"seed.matlas.ref_measure"}, each.name


def test_a_column_set_apart_is_read_by_those_that_its_yaml_names_and_by_nobody_else() -> None:
    """Else a figure would stand that reads a new leaving date."""
    nodes = project_nodes()
    with (PROJECT / "expectations" / "lineage.csv").open(encoding="utf-8") as file:
        rows = [(row["table"], " ".join((row["copied"], row["decided"], row["counted"])).split()) for row in csv.DictReader(file)]
    for each in nodes.values():
        if apart := each.slices.get("apart"):
            columns = {f"{each.schema}.{each.alias}.{column}" for column in apart["columns"]}
            assert {table.split(".")[1] for table, read in rows if columns & set(read)} == set(apart["read_by"]), each.name


def test_nobody_above_the_facts_reads_where_a_row_of_theirs_came_from() -> None:
    """Else a file that says the same again would change a figure that stands."""
    with (PROJECT / "expectations" / "lineage.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            schema = row["table"].split(".")[0]
            if schema in ("run", "std", *WITHOUT_LINEAGE):
                continue
            parents = " ".join((row["copied"], row["decided"], row["counted"])).replace(";", " ").replace(",", " ").split()
            read = {parent for parent in parents if parent.split(".")[0] in WITHOUT_LINEAGE and parent.split(".")[-1] in LINEAGE}
            assert not read, (row["table"], row["column"], read)
