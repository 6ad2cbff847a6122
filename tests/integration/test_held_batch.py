"""Holding one academy's delivery leaves every other figure as it is when that academy delivered nothing at all.

Two homes with the same deliveries of a first night. On the second night all academies but one deliver the same; that one delivers too, and
all of it is held, or nothing. Every published table is compared row by row.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.begun import begun
from tests.helpers.home import TrustHome
from tests.helpers.small import (
    ALL_HERE,
    FRIDAY,
    MONDAY,
    ONE_ILL,
    TEN,
    THURSDAY,
    TUESDAY,
    TWO_ILL,
    WEDNESDAY,
    enrolments,
    marks,
    named,
    pupils,
    small_home,
)
from tests.helpers.stages import stages, take_in

HELD, OTHERS = "ashby", ("birch", "cedar")
FIRST_DAYS = {MONDAY: ALL_HERE, TUESDAY: ONE_ILL}
SECOND_DAYS = {**FIRST_DAYS, WEDNESDAY: TWO_ILL, THURSDAY: ALL_HERE}
OF_THE_RUN = ("run_id", "loaded_at", "last_good_load_at", "checked_at")
Tables = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Published:
    """The second night with a delivery that is held, and without any."""

    held: TrustHome
    silent: TrustHome


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    root = tmp_path_factory.mktemp("held")
    first = begun(tmp_path_factory, small_home(root / "first", (HELD, *OTHERS)))
    for academy_id in (HELD, *OTHERS):
        first.deliver(academy_id, {named("attendance_mark", TUESDAY): marks(FIRST_DAYS)})
    take_in(first, TUESDAY)
    held, silent = (TrustHome(Path(shutil.copytree(first.root, root / name))) for name in ("held", "silent"))
    for home in (held, silent):
        for academy_id in OTHERS:
            home.deliver(academy_id, {named("attendance_mark", FRIDAY): marks(SECOND_DAYS)})
        home.deliver(OTHERS[0], {named("pupil", FRIDAY): pupils(*TEN, number=2)})
    held.deliver(
        HELD,
        {
            named("pupil", FRIDAY): pupils(*TEN[:3], number=1),  # seven of ten are gone
            named("enrolment", FRIDAY): enrolments(*TEN[:3]),
            named("attendance_mark", FRIDAY): marks({MONDAY: "I........."}),  # two marks in the place of forty
        },
    )
    for home in (held, silent):
        stages(home, FRIDAY)
    return Published(held, silent)


def tables(home: TrustHome, schemas: tuple[str, ...], where: str = "", but: tuple[str, ...] = ()) -> Tables:
    """Every row of every published table of these schemas, without the time of the run that published it and the columns `but`."""
    named_so = home.query(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns() "
        f"where schema_name in {schemas} and not internal group by all order by all"
    )
    rows: Tables = {}
    for table, columns in named_so:
        if where and "academy_id" not in columns:
            continue
        shown = [each for each in columns if each not in (*OF_THE_RUN, *but)]
        rows[table] = home.query(f"select {', '.join(sorted(shown))} from {table} {where} order by all")
    return rows


def test_the_delivery_is_held_and_nothing_of_it_is_accepted(published: Published) -> None:
    waiting = published.held.query(
        f"select entity, status from dq.batch where academy_id = '{HELD}' and effective_date = date '{FRIDAY}' order by all"
    )

    assert waiting == [("attendance_mark", "held"), ("enrolment", "held"), ("pupil", "held")]
    assert published.silent.query("select count(*) from dq.batch where status <> 'accepted' and status <> 'superseded'") == [(0,)]


def test_the_second_night_of_the_others_is_in_both(published: Published) -> None:
    attended = f"select academy_id, count(*) from core.fct_attendance_session where academy_id <> '{HELD}' group by all order by all"

    assert published.held.query(attended) == published.silent.query(attended) == [(each, 80) for each in OTHERS]


def test_every_row_of_the_other_academies_is_that_of_a_night_without_the_delivery(published: Published) -> None:
    schemas, others = ("core", "marts"), f"where academy_id in {OTHERS}"
    held, silent = tables(published.held, schemas, others), tables(published.silent, schemas, others)

    assert {"marts.measure_value", "marts.scorecard", "core.fct_attendance_session"} <= {name for name, rows in held.items() if rows}
    assert held == silent


def test_the_trusts_figures_are_those_of_a_night_without_the_delivery(published: Published) -> None:
    """Only its caveats differ: they say that a delivery waits."""
    of_trust = "where academy_id = 'trust'"
    held, silent = (tables(each, ("marts",), of_trust, but=("caveat",)) for each in (published.held, published.silent))

    assert held["marts.measure_value"]
    assert held == silent


def test_the_figures_of_the_academy_itself_stay_those_of_its_last_good_delivery(published: Published) -> None:
    figures = (
        "select * from marts.measure_value "
        f"where academy_id = '{HELD}' and period_type = 'year_to_date' and measure_id = 'attendance_rate' order by all"
    )

    assert published.held.query(figures) == published.silent.query(figures) != []


def test_tables_that_are_of_no_academy_are_equal_too(published: Published) -> None:
    schemas = ("core", "marts", "ref")
    held, silent = tables(published.held, schemas), tables(published.silent, schemas)
    of_nobody = held.keys() - tables(published.held, schemas, "where true").keys()

    assert {"core.dim_pupil", "ref.benchmark"} <= of_nobody
    assert {name: held[name] for name in of_nobody} == {name: silent[name] for name in of_nobody}


def test_the_checks_say_the_same_of_the_other_academies(published: Published) -> None:
    said = (
        "select academy_id, check_id, status, checked, failed from dq.check_result "
        f"where academy_id in {OTHERS} and checked_at = (select max(checked_at) from dq.check_result) order by all"
    )

    assert published.held.query(said) == published.silent.query(said) != []
