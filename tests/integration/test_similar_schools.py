"""Schools like ours: every number of the page on benchmarks, and the neighbours of ten real schools whatever the order of the rows."""

import csv
from collections.abc import Callable
from decimal import Decimal

import duckdb
import pytest

from pipelines.store.home import Home
from tests.helpers.example_rows import add_academies, deliver_rows, set_the_day
from tests.helpers.home import PROJECT
from tests.helpers.remade import build_to_fill, make_tables
from tests.helpers.upn import upn
from tests.helpers.worked_examples import rows

PAGE = "benchmarks.md"
AS_OF = "2026-07-31"
SEEDS = PROJECT / "dbt_project" / "seeds"
CHARACTERISTICS = (
    "roll", "ks2_average", "pupil_premium_pct", "eal_pct", "polar4_quintile", "stability_pct", "idaci", "sen_support_pct", "ehcp_pct",
)  # fmt: skip
Row = dict[str, str]
Rows = list[tuple[object, ...]]

METHOD = rows(PAGE, "What is compared")
BY_HAND = rows(PAGE, "Compared", "URN 100051")
HALF_TERMS = rows(PAGE, "Half-term")
ACADEMIES = rows(PAGE, "Academy", "Phase")
PUPILS = rows(PAGE, "Pupil", "Academy", "On roll from")
WEEKS = rows(PAGE, "Pupil", "Week of")
KNOWN = rows(PAGE, "Academy", "Compared")
SCHOOLS = rows(PAGE, "School", "URN")
NEIGHBOURS = rows(PAGE, "Academy", "Rank")
VALUES = rows(PAGE, "Academy", "Measure", "Year", "Similar schools")
PERCENTILES = rows(PAGE, "Academy", "Measure", "Year", "Percentile")


def real_schools() -> dict[int, Row]:
    """The real schools that come with Matlas, by URN."""
    with (SEEDS / "ref_school_published.csv").open(encoding="utf-8", newline="") as file:
        return {int(row["urn"]): row for row in csv.DictReader(file)}


def load_schools(database: duckdb.DuckDBPyConnection, loaded: Rows) -> None:
    """What `matlas benchmarks load` would have left: urn, name, phase, kind of item, item, year, series, value, status."""
    database.execute("create temp table loaded as select * from raw.school_data limit 0; drop view raw.school_data")
    database.executemany(
        "insert into loaded by name select ? as urn, ? as school_name, ? as phase, ? as item_kind, ? as item, ? as time_period, "
        "? as series, cast(? as double) as value, ? as value_status, 'the page' as source, timestamp '2026-01-01' as loaded_at",
        loaded,
    )
    database.execute("create table raw.school_data as select * from loaded")


def characteristics_of(urn: int, name: str, phase: str, row: Row) -> Rows:
    """A school's published characteristics as they are loaded; an empty cell is not available."""
    return [
        (urn, name, phase, "characteristic", one, None, None, row.get(one) or None, "ok" if row.get(one) else "x")
        for one in CHARACTERISTICS
    ]


def pupil_row(row: Row) -> Row:
    number = [pupil["Pupil"] for pupil in PUPILS].index(row["Pupil"])
    told = {
        "is_pupil_premium": {"yes": "true", "no": "false"}.get(row["Pupil premium"]),
        "first_language_code": row["Language"],
        "sen_provision_code": row["SEN"],
    }
    who = {"source_pupil_id": row["Pupil"], "upn": upn(f"80120000{number:04d}"), "date_of_birth": "2014-03-03", "sex": "F"}
    return {**who, **{column: text for column, text in told.items() if text}}


def deliver(database: duckdb.DuckDBPyConnection) -> None:
    set_the_day(database, AS_OF, HALF_TERMS)
    add_academies(database, {row["Academy"]: row["Phase"] for row in ACADEMIES}, AS_OF)
    for row in ACADEMIES:
        database.execute("update run.academy set urn = ? where academy_id = ?", [row["URN"] or None, row["Academy"]])
    converted(database)
    for academy in sorted({row["Academy"] for row in PUPILS}):
        here = [row for row in PUPILS if row["Academy"] == academy]
        enrolled = {"enrolment_status_code": "C"}
        deliver_rows(database, "pupil", academy, AS_OF, [pupil_row(row) for row in here])
        deliver_rows(
            database,
            "enrolment",
            academy,
            AS_OF,
            [
                {**enrolled, "source_pupil_id": row["Pupil"], "entry_date": row["On roll from"], "nc_year": row["Year group"]}
                for row in here
            ],
        )
    deliver_rows(database, "attendance_mark", "oak", AS_OF, marks())
    deliver_rows(database, "assessment_result", "oak", AS_OF, scores())


def converted(database: duckdb.DuckDBPyConnection) -> None:
    """Beside the academies of the page, one that was a real school under another URN."""
    add_academies(database, {"bay": "secondary"}, AS_OF)
    database.execute("update run.academy set urn = 900299 where academy_id = 'bay'")
    database.execute("create temp table link as select * from raw.school_link limit 0; drop view raw.school_link")
    database.execute("insert into link by name select 900299 as urn, 100051 as linked_urn, 'Predecessor' as link_type")
    database.execute("create table raw.school_link as select * from link")


def marks() -> list[Row]:
    """The registers of the page, one row a session."""
    found = []
    for row in WEEKS:
        for day, heading in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri"), start=1):
            for session, code in zip(("AM", "PM"), row[heading].split(), strict=True):
                date = {"source_pupil_id": row["Pupil"], "session_date": f"2025-09-{day:02d}", "session": session}
                found.append({**date, "mark_code": "\\" if (session, code) == ("PM", "/") else code})
    return found


def scores() -> list[Row]:
    """The key stage 2 scores of the page."""
    return [
        {
            "source_pupil_id": row["Pupil"],
            "kind": "summative",
            "stage": "KS2",
            "subject_code": subject,
            "component": "TEST",
            "result_date": "2025-07-08",
            "result": row[heading],
        }
        for row in PUPILS
        for heading, subject in (("Reading", "READ"), ("Maths", "MATH"))
        if row[heading]
    ]


def invented_schools() -> Rows:
    """The middle schools of the page, and their one published figure."""
    loaded: Rows = []
    for row in SCHOOLS:
        loaded += characteristics_of(int(row["URN"]), row["School"], "middle", row)
        printed = row["Absence 2025/26"]
        figure = (None, printed) if printed == "c" else (printed, "ok")
        loaded.append((int(row["URN"]), row["School"], "middle", "figure", "absence_rate", 202526, "census", *figure))
    return loaded


def build(factory: pytest.TempPathFactory, fill: Callable[[duckdb.DuckDBPyConnection], None], loaded: Rows) -> Home:
    home = build_to_fill(factory, factory.mktemp("similar") / "home")
    with duckdb.connect(str(home.build_database)) as database:
        fill(database)
        load_schools(database, loaded)
    make_tables(home)
    return home


def ask(home: Home, sql: str) -> Rows:
    with duckdb.connect(str(home.build_database), read_only=True) as database:
        database.execute(f"attach '{home.candidate}' as published (read_only)")
        return database.execute(sql).fetchall()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build(tmp_path_factory, deliver, invented_schools())


def test_the_page_has_its_examples() -> None:
    tables = (METHOD, BY_HAND, HALF_TERMS, ACADEMIES, PUPILS, WEEKS, KNOWN, SCHOOLS, NEIGHBOURS, VALUES, PERCENTILES)
    assert [len(table) for table in tables] == [9, 9, 1, 4, 12, 2, 15, 5, 4, 4, 1]


def test_the_method_is_the_one_that_the_page_says(home: Home) -> None:
    kept = ask(home, "select characteristic, sd, is_required from published.ref.similar_school_input where phase = 'secondary'")
    assert set(kept) == {(row["Column"], float(row["Standard deviation"]), row["Must be known"] == "yes") for row in METHOD}


def test_a_distance_of_two_real_schools_is_as_worked_by_hand(home: Home) -> None:
    sd = {row["Column"]: Decimal(row["Standard deviation"]) for row in METHOD}
    schools = real_schools()
    for row in BY_HAND:
        one, other = schools[100051][row["Compared"]], schools[144946][row["Compared"]]
        apart = (Decimal(one) - Decimal(other)) / sd[row["Compared"]]
        assert (row["URN 100051"], row["URN 144946"]) == (one, other)
        assert round(apart, 6) == Decimal(row["Difference in standard deviations"])
        assert round(apart**2, 6) == Decimal(row["Squared"])
    assert {row["Compared"] for row in BY_HAND} == set(sd)

    found = ask(home, "select distance, inputs_used, n_loaded from benchmarks.nearest_school where academy_id = 'ash' and urn = 144946")

    by_hand = sum((Decimal(row["Squared"]) for row in BY_HAND), Decimal(0)).sqrt()
    assert by_hand == pytest.approx(Decimal("1.9545"), abs=Decimal("0.0001"))
    assert found == [(pytest.approx(float(by_hand), abs=2e-6), 9, 99)]  # 100 secondary schools come with Matlas, one of them is ash


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: f"{row['Academy']} {row['Compared']}")
def test_what_is_known_of_an_academy_is_as_the_page_says(home: Home, row: Row) -> None:
    found = ask(
        home,
        "select value, whose from benchmarks.academy_characteristic "
        f"where academy_id = '{row['Academy']}' and characteristic = '{row['Compared']}'",
    )
    assert found == [(pytest.approx(float(row["Value"])) if row["Value"] else None, row["Whose"] or None)]


def test_the_neighbours_are_those_of_the_page_with_their_distances(home: Home) -> None:
    found = ask(
        home,
        "select academy_id, similarity_rank, urn, distance, n_loaded from published.marts.similar_school "
        "where phase = 'middle' order by academy_id, similarity_rank",
    )
    assert found == [
        (row["Academy"], int(row["Rank"]), int(row["URN"]), pytest.approx(float(row["Distance"]), abs=1e-6), int(row["Loaded"]))
        for row in NEIGHBOURS
    ]


@pytest.mark.parametrize("row", VALUES, ids=lambda row: row["Academy"])
def test_the_value_of_similar_schools_is_as_the_page_says(home: Home, row: Row) -> None:
    found = ask(
        home,
        "select similar_value, value_status, similar_n, similar_of, missing_inputs, why_not from benchmarks.similar_value "
        f"where academy_id = '{row['Academy']}' and measure_id = '{row['Measure']}' and time_period = {row['Year']}",
    )
    said = row["Similar schools"]
    value = (None, "x") if said == "x" else (pytest.approx(float(said)), "ok")
    assert found == [(*value, int(row["From"]), int(row["Out of"]), row["Not compared"] or None, row["Why not"] or None)]


def test_an_academy_that_converted_is_described_by_what_was_published_under_its_old_urn(home: Home) -> None:
    found = ask(home, "select academy_id, urn, distance from benchmarks.nearest_school where academy_id in ('ash', 'bay') order by all")
    of_ash = [row[1:] for row in found if row[0] == "ash"]
    assert len(of_ash) == 20
    assert [row[1:] for row in found if row[0] == "bay"] == of_ash  # and it is not its own neighbour


def test_a_value_stands_with_the_published_year_and_series(home: Home) -> None:
    found = ask(
        home,
        "select measure_id, time_period, series, similar_n from benchmarks.similar_value where academy_id = 'ash' and value_status = 'ok' "
        "order by all",
    )
    absence = [("absence_rate", year, "census", 20) for year in (202122, 202223, 202324)]
    assert found == [
        *absence,
        ("attainment8", 202425, "performance_tables", 20),
        ("authorised_absence_rate", 202324, "census", 20),
        *[("persistent_absence_rate", *rest) for _, *rest in absence],
        ("unauthorised_absence_rate", 202324, "census", 20),
    ]


@pytest.mark.parametrize("row", PERCENTILES, ids=lambda row: row["Academy"])
def test_the_percentile_is_as_the_page_says(home: Home, row: Row) -> None:
    found = ask(home, f"select percentile, percentile_of from benchmarks.published_percentile where measure_id = '{row['Measure']}'")
    assert found == [(float(row["Percentile"]), int(row["Among"]))]


# Ten real secondary schools, as academies of a trust.
TEN = sorted(urn for urn, row in real_schools().items() if row["phase"] == "secondary")[::10]
OF_SCHOOLS = ("ref_school", "school_characteristic", "academy_characteristic", "nearest_school", "similar_school")


def ten_academies(database: duckdb.DuckDBPyConnection) -> None:
    set_the_day(database, AS_OF, HALF_TERMS)
    add_academies(database, {f"school_{urn}": "secondary" for urn in TEN}, AS_OF)
    database.execute("update run.academy set urn = cast(split_part(academy_id, '_', 2) as integer)")


def in_order(schools: list[tuple[int, Row]]) -> Rows:
    """The real schools as if they had been loaded in this order."""
    return [one for urn, row in schools for one in characteristics_of(urn, row["school_name"], row["phase"], row)]


def test_neighbours_of_ten_real_schools_are_the_same_in_two_runs_and_in_any_order(tmp_path_factory: pytest.TempPathFactory) -> None:
    schools = list(real_schools().items())
    listed = "select academy_id, similarity_rank, urn, distance from published.marts.similar_school order by all"

    home = build(tmp_path_factory, ten_academies, in_order(schools))
    found = ask(home, listed)
    make_tables(home, only=OF_SCHOOLS)
    again = ask(home, listed)
    with duckdb.connect(str(home.build_database)) as database:
        database.execute("create or replace table raw.school_data as select * from raw.school_data order by md5(concat(urn, item))")
    make_tables(home, only=OF_SCHOOLS)
    shuffled = ask(home, listed)

    assert len(found) == len(TEN) * 20 == 200
    assert again == found
    assert shuffled == found
    assert found == [neighbour for urn in TEN for neighbour in nearest_by_hand(urn)]


def nearest_by_hand(urn: int) -> Rows:
    """The nearest 20 in exact decimals, without any SQL."""
    sd = {row["Column"]: Decimal(row["Standard deviation"]) for row in METHOD}
    schools = {other: row for other, row in real_schools().items() if row["phase"] == "secondary"}
    distances = sorted(
        (round(sum((((Decimal(row[one]) - Decimal(schools[urn][one])) / sd[one]) ** 2 for one in sd), Decimal(0)).sqrt(), 6), other)
        for other, row in schools.items()
        if other != urn
    )
    return [
        (f"school_{urn}", rank, other, pytest.approx(float(distance), abs=1e-6))
        for rank, (distance, other) in enumerate(distances[:20], start=1)
    ]
