"""How sure a figure is: every interval of the page on benchmarks, from the models, for people and counts laid down by hand."""

import duckdb
import pytest

from pipelines.build.dbt import invoke, run_dbt
from pipelines.store.home import Home
from tests.build_fixture import empty_build
from tests.helpers.worked_examples import rows

PAGE = "benchmarks.md"
NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
BUILT = ("ref_measure_interval", "ref_progress8_sd", "figure_spread", "figure_interval")
COUNTS = rows(PAGE, "Counted", "Out of")
PEOPLE = rows(PAGE, "Person", "At")
SPREAD = rows(PAGE, "Figure of", "Measured")
TRAINING = "cpd_hours_per_teacher"
# Neither half of the last digit that the page shows.
TOLERANCE = 0.0050001
Ends = dict[tuple[str, str], tuple[float | None, float | None, str | None]]


def cell(database: duckdb.DuckDBPyConnection, level: str, academy: str, measure: str, counted: float, out_of: float, unit: str) -> None:
    """A figure as the scorecard has it before anything stands beside it."""
    each = 1 if unit in ("grades", "hours") else 100
    database.execute(
        "insert into benchmarks.scorecard_cell by name select ? as level, ? as academy_id, ? as academy_name, 'primary' as phase, 'd' as domain, "
        "? as measure_id, ? as measure_name, ? as unit, 'higher' as direction, false as is_summative, ? as time_period, 0 as last_time_period, "
        "false as is_of_an_earlier_year, date '2023-08-01' as period_start, date '2024-07-31' as period_end, ? as numerator, ? as denominator, "
        "? as value, 'ok' as value_status, false as is_small, false as is_provisional, false as is_backfilled, false as is_last_backfilled",
        [level, academy, academy, measure, measure, unit, 202324, counted, out_of, each * counted / out_of],
    )


def lay_down(database: duckdb.DuckDBPyConnection) -> None:
    for number, row in enumerate(COUNTS):
        unit = {"suspension_rate": "per 100 pupils", "progress8": "grades"}.get(row["Measure"], "%")
        cell(database, "academy", f"count {number}", row["Measure"], float(row["Counted"]), float(row["Out of"]), unit)
    academies = sorted({row["At"] for row in PEOPLE})
    for academy in academies:
        database.execute(
            "insert into measures.measure_period by name select ? as academy_id, 202324 as time_period, 1 as period_number, "
            "'year_to_date' as period_type, 'year' as period_name, date '2023-08-01' as period_start, date '2024-07-31' as period_end, "
            "date '2024-07-31' as counted_to",
            [academy],
        )
        database.execute("insert into measures.trust_member values ('trust', 'all', ?, 202324, 1)", [academy])
    for row in PEOPLE:
        person(database, row)
    for figure in SPREAD:
        here = [row for row in PEOPLE if figure["Figure of"] in (row["At"], "trust") and bool(row["Possible"]) != (figure["Measured"] == TRAINING)]
        counted = sum(float(row["Attended or hours"]) for row in here)
        level, unit = ("trust" if figure["Figure of"] == "trust" else "academy"), ("hours" if figure["Measured"] == TRAINING else "%")
        cell(database, level, figure["Figure of"], figure["Measured"], counted, sum(float(row["Possible"] or 1) for row in here), unit)


def person(database: duckdb.DuckDBPyConnection, row: dict[str, str]) -> None:
    if not row["Possible"]:
        database.execute(
            "insert into measures.person_measure by name select ? as academy_id, 'staff' as person_kind, ? as person_key, 202324 as time_period, "
            "1 as period_number, ? as measure_id, cast(? as decimal(18, 6)) as numerator, 1 as denominator",
            [row["At"], row["Person"], TRAINING, row["Attended or hours"]],
        )
        return
    zeros = ", ".join(f"0 as {name}" for name in ("authorised", "unauthorised", "late", "enrolments", "persistently_absent", "severely_absent"))
    for aged in (True, False):  # a sixth-former who was never there changes nothing
        database.execute(
            "insert into measures.count_pupil_attendance by name select ? as academy_id, ? as pupil_key, 202324 as time_period, 1 as period_number, "
            f"? as is_aged_5_to_15, ? as possible, ? as attending, ? as absent, {zeros}, 0 as part_time, 0 as missing, 0 as register, "
            "0 as possible_with_suspensions",
            [row["At"], f"{row['Person']} {aged}", aged, row["Possible"], *_came(row, aged)],
        )


def _came(row: dict[str, str], aged: bool) -> tuple[int, int]:
    attended = int(row["Attended or hours"]) if aged else 0
    return attended, int(row["Possible"]) - attended


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    home: Home = empty_build(tmp_path_factory.mktemp("intervals"))
    invoke(home, ["build", "--empty", *NO_TESTS, "--select", "+figure_interval"])
    with duckdb.connect(str(home.build_database)) as database:
        lay_down(database)
    results = run_dbt(home, select=BUILT)
    assert [f"{result.unique_id}: {result.message}" for result in results if result.status not in {"success", "pass"}] == []
    with duckdb.connect(str(home.build_database), read_only=True) as database:
        ends = database.execute(
            "select cells.academy_id, cells.measure_id, intervals.ci_low, intervals.ci_high, intervals.interval_method "
            "from benchmarks.scorecard_cell as cells left join benchmarks.figure_interval as intervals using (level, academy_id, measure_id)"
        ).fetchall()
    return {(academy, measure): (low, high, method) for academy, measure, low, high, method in ends}


def printed(text: str) -> float | None:
    return float(text.replace("−", "-")) if text else None


@pytest.mark.parametrize(("number", "row"), list(enumerate(COUNTS)), ids=lambda one: one if isinstance(one, int) else one["Measure"])
def test_a_count_has_the_interval_of_the_page(found: Ends, number: int, row: dict[str, str]) -> None:
    low, high, method = found[(f"count {number}", row["Measure"])]

    assert (low, high) == pytest.approx((printed(row["Lower end"]), printed(row["Upper end"])), abs=TOLERANCE)
    assert method == row["By"]


@pytest.mark.parametrize("row", SPREAD, ids=lambda row: f"{row['Figure of']} {row['Measured']}")
def test_people_who_differ_have_the_interval_of_the_page(found: Ends, row: dict[str, str]) -> None:
    low, high, _ = found[(row["Figure of"], row["Measured"])]
    expected = (printed(row["Lower end"]), printed(row["Upper end"]))

    assert (low, high) == (expected if expected[0] is None else pytest.approx(expected, abs=TOLERANCE))


def test_the_page_has_examples_of_every_method() -> None:
    assert {row["By"] for row in COUNTS} == {"wilson", "poisson", "progress8"}
    assert len(SPREAD) == len({row["Figure of"] for row in SPREAD}) == 6
