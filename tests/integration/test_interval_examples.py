"""How sure a figure is: every interval of the page on benchmarks, from the models, for people and counts laid down by hand."""

import duckdb
import pytest

from tests.helpers.remade import build_to_fill, make_tables
from tests.helpers.worked_examples import rows

PAGE = "benchmarks.md"
MADE = ("figure_spread", "figure_interval")
COUNTS = rows(PAGE, "Counted", "Out of")
PEOPLE = rows(PAGE, "Person", "At")
SPREAD = rows(PAGE, "Figure of", "Measured")
TRAINING = "cpd_hours_per_teacher"
# Neither half of the last digit that the page shows.
TOLERANCE = 0.0050001
Ends = dict[tuple[str, str], tuple[float | None, float | None, str | None]]


YEAR = {"time_period": 202324, "period_start": "2023-08-01", "period_end": "2024-07-31"}


def insert(database: duckdb.DuckDBPyConnection, table: str, values: dict[str, object]) -> None:
    named = ", ".join(f"? as {name}" for name in values)
    database.execute(f"insert into {table} by name select {named}", list(values.values()))


def cell(database: duckdb.DuckDBPyConnection, level: str, academy: str, measure: str, counted: float, out_of: float, unit: str) -> None:
    """A figure as the scorecard has it before anything stands beside it."""
    flags = dict.fromkeys(
        ("is_summative", "is_of_an_earlier_year", "is_small", "is_provisional", "is_backfilled", "is_last_backfilled"), False
    )
    figure = {"numerator": counted, "denominator": out_of, "value_status": "ok"}
    value = (1 if unit in ("grades", "hours") else 100) * counted / out_of
    about = {"level": level, "academy_id": academy, "academy_name": academy, "phase": "primary", "domain": "d", "measure_id": measure}
    named = {"measure_name": measure, "unit": unit, "direction": "higher", "last_time_period": 202223}
    insert(database, "benchmarks.scorecard_cell", {**about, **named, **YEAR, **figure, **flags, "value": value})


def lay_down(database: duckdb.DuckDBPyConnection) -> None:
    for number, row in enumerate(COUNTS):
        unit = {"suspension_rate": "per 100 pupils", "progress8": "grades"}.get(row["Measure"], "%")
        cell(database, "academy", f"count {number}", row["Measure"], float(row["Counted"]), float(row["Out of"]), unit)
    academies = sorted({row["At"] for row in PEOPLE})
    for academy in academies:
        period = {"period_number": 1, "period_type": "year_to_date", "period_name": "year", "counted_to": YEAR["period_end"]}
        insert(database, "measures.measure_period", {"academy_id": academy, **YEAR, **period})
        database.execute("insert into measures.trust_member values ('trust', 'all', ?, 202324, 1)", [academy])
    for row in PEOPLE:
        person(database, row)
    for figure in SPREAD:
        here = [
            row
            for row in PEOPLE
            if figure["Figure of"] in (row["At"], "trust") and bool(row["Possible"]) != (figure["Measured"] == TRAINING)
        ]
        counted = sum(float(row["Attended or hours"]) for row in here)
        level, unit = ("trust" if figure["Figure of"] == "trust" else "academy"), ("hours" if figure["Measured"] == TRAINING else "%")
        cell(database, level, figure["Figure of"], figure["Measured"], counted, sum(float(row["Possible"] or 1) for row in here), unit)


def person(database: duckdb.DuckDBPyConnection, row: dict[str, str]) -> None:
    here = {"academy_id": row["At"], "time_period": 202324, "period_number": 1}
    if not row["Possible"]:
        hours = {"person_kind": "staff", "person_key": row["Person"], "measure_id": TRAINING, "numerator": row["Attended or hours"]}
        insert(database, "measures.person_measure", {**here, **hours, "denominator": 1})
        return
    possible, attended = int(row["Possible"]), int(row["Attended or hours"])
    others = (
        "authorised",
        "unauthorised",
        "late",
        "enrolments",
        "persistently_absent",
        "severely_absent",
        "part_time",
        "missing",
        "register",
    )
    nothing = dict.fromkeys((*others, "possible_with_suspensions"), 0)
    for is_aged_5_to_15, came in ((True, attended), (False, 0)):  # a sixth-former who never came changes nothing
        who = {"pupil_key": f"{row['Person']} {came}", "is_aged_5_to_15": is_aged_5_to_15}
        counts = {"possible": possible, "attending": came, "absent": possible - came}
        insert(database, "measures.count_pupil_attendance", {**here, **who, **nothing, **counts})


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    home = build_to_fill(tmp_path_factory, tmp_path_factory.mktemp("intervals") / "home")
    with duckdb.connect(str(home.build_database)) as database:
        lay_down(database)
    make_tables(home, only=MADE)
    with duckdb.connect(str(home.build_database), read_only=True) as database:
        ends = database.execute(
            "select cells.academy_id, cells.measure_id, ci_low, ci_high, interval_method from benchmarks.scorecard_cell as cells "
            "left join benchmarks.figure_interval as intervals using (level, academy_id, measure_id)"
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
