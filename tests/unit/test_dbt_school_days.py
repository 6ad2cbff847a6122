"""School days and the half-terms' edges, on tables that dbt builds from a few rows: a year has too many days for a dbt unit test."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.build.dbt import run_dbt
from tests.build_fixture import empty_build

MODELS = ["+dim_school_day"]
HALF_TERMS = [
    ("trust", 202526, "HT1", "2025-09-02", "2025-10-24"),
    ("trust", 202526, "HT2", "2025-11-03", "2025-12-19"),
    ("trust", 202526, "HT5", "2026-04-13", "2026-05-22"),
    ("brook", 202526, "HT1", "2025-09-03", "2025-10-17"),
]
CALENDAR = [("2025-09-03", "false"), ("2025-09-06", "true")]
DELIVERY = (
    "insert into raw.delivery by name select ? as academy_id, ? as entity, ? as table_name, 'b' as batch_id, ? as content_id, "
    "0 as table_rank, date '2025-09-01' as effective_date, ? as time_period, 1 as delivery_order, true as is_newest, "
    "now()::timestamp as loaded_at"
)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, date], tuple[bool, str | None, str]]:
    home = empty_build(tmp_path_factory.mktemp("home"))
    with duckdb.connect(str(home.build_database)) as database:
        fill(database)
    results = run_dbt(home, select=MODELS)
    assert {result.status for result in results} == {"success", "pass"}
    return read(home.candidate)


def fill(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("insert into run.parameter values ('r', date '2026-07-31', null, now()::timestamp, 6)")
    for academy in ("ashby", "brook"):
        database.execute(
            "insert into run.academy by name select ? as academy_id, ? as academy_name, 'primary' as phase, 'sims' as mis", [academy] * 2
        )
        for time_period in (202425, 202526):
            database.execute(DELIVERY, [academy, "pupil", "pupils", f"{academy}{time_period}", time_period])
    database.execute(DELIVERY, ["ashby", "calendar_day", "calendar", "days", 202526])
    database.executemany("insert into run.half_term values (?, ?, ?, ?, ?)", HALF_TERMS)
    database.execute("insert into run.bank_holiday values (date '2026-05-04')")
    database.executemany(
        "insert into raw.calendar_day by name select 'ashby' as academy_id, ? as \"date\", ? as is_school_day, "
        "'days' as content_id, 'calendar.csv' as source_file, 2 as source_row",
        CALENDAR,
    )


def read(candidate: Path) -> dict[tuple[str, date], tuple[bool, str | None, str]]:
    with duckdb.connect(str(candidate), read_only=True) as database:
        rows = database.sql(
            "select academy_id, session_date, is_school_day, half_term, calendar_source from core.dim_school_day"
        ).fetchall()
    return {(academy, day): (is_open, half_term, source) for academy, day, is_open, half_term, source in rows}


@pytest.mark.parametrize(
    ("academy", "day", "expected"),
    [
        ("ashby", "2025-09-01", (False, None, "half_term")),  # the Monday before HT1
        ("ashby", "2025-09-02", (True, "HT1", "half_term")),  # its first day
        ("ashby", "2025-09-03", (False, "HT1", "delivered")),  # the academy's own calendar closes it
        ("ashby", "2025-09-06", (True, "HT1", "delivered")),  # and opens a Saturday
        ("ashby", "2025-09-07", (False, "HT1", "half_term")),  # a Sunday
        ("ashby", "2025-10-24", (True, "HT1", "half_term")),  # the last day of HT1
        ("ashby", "2025-10-27", (False, None, "half_term")),  # the holiday between
        ("ashby", "2025-11-03", (True, "HT2", "half_term")),
        ("ashby", "2026-05-04", (False, "HT5", "half_term")),  # the early May bank holiday
        ("ashby", "2026-05-05", (True, "HT5", "half_term")),
        ("brook", "2025-09-02", (False, None, "half_term")),  # brook keeps its own dates
        ("brook", "2025-09-03", (True, "HT1", "half_term")),
        ("brook", "2025-11-03", (False, None, "half_term")),  # all of them: the trust's other half-terms are not brook's
        ("ashby", "2024-08-30", (False, None, "none")),  # a year without half-terms: weekdays from 1 September
        ("ashby", "2024-09-02", (True, None, "none")),
        ("ashby", "2025-07-31", (True, None, "none")),
        ("ashby", "2025-07-26", (False, None, "none")),
    ],
)
def test_a_day_is_a_school_day_by_calendar_half_term_or_weekday(
    days: dict[tuple[str, date], tuple[bool, str | None, str]], academy: str, day: str, expected: tuple[bool, str | None, str]
) -> None:
    assert days[(academy, date.fromisoformat(day))] == expected


def test_a_year_runs_from_1_august_to_31_july(days: dict[tuple[str, date], tuple[bool, str | None, str]]) -> None:
    of_ashby = sorted(day for academy, day in days if academy == "ashby")

    assert (of_ashby[0], of_ashby[-1], len(of_ashby)) == (date(2024, 8, 1), date(2026, 7, 31), 730)
