"""The worked examples of docs/explanation/measures-achievement.md, built through the real models: every number on the page.

What a row shows (an absent pupil, a resit, two rolls, …) is a column of the page, so that no measure can be without an edge unnoticed.
"""

import csv
import re
from decimal import Decimal
from functools import cache

import duckdb
import pytest

from pipelines.store.home import Home
from tests.helpers.home import PROJECT
from tests.helpers.remade import build_to_fill, make_tables
from tests.helpers.upn import upn
from tests.helpers.worked_examples import rows

PAGE = "measures-achievement.md"
PUPILS = rows(PAGE, "Pupil", "Academy", "Year group")
RESULTS = rows(PAGE, "Pupil", "From", "Stage")
BRINGS = rows(PAGE, "Pupil", "Academy", "Shows")
OF_ACADEMIES = rows(PAGE, "Academy", "Year", "Measure")

ACADEMIES = sorted({pupil["Academy"] for pupil in PUPILS})
AREA_OF_GOAL = {1: "COM", 2: "COM", 3: "PSE", 4: "PSE", 5: "PSE", 6: "PHY", 7: "PHY", 8: "LIT", 9: "LIT", 10: "LIT", 11: "MAT", 12: "MAT"}
YEARS = (202324, 202425, 202526)  # each July the academies sent their pupil lists
DELIVERY = (
    "insert into raw.delivery by name select $1 as academy_id, $2 as entity, $3 as table_name, $4 as batch_id, $5 as content_id, "
    "$6 as pupil_id_kind, 0 as table_rank, make_date(cast(floor($7 / 100) as int) + 1, 7, 20) as effective_date, $7 as time_period, "
    "$7 as delivery_order, date '2023-08-01' as replaces_from, date '2026-07-31' as replaces_to, $7 = 202526 as is_newest, "
    "now()::timestamp as loaded_at, now()::timestamp as delivered_at"
)
NOTHING = "–"
MEASURES = "ref_measure.csv"
ENDS_OF_STAGES = "ref_official_result.csv"

# What each measure's examples must show; and which of it cannot happen to a stage's measures.
EDGES = {"rule", "absent", "disapplied", "left before", "left by its code", "joined after", "no result", "sat again", "another year"} | {
    "two rolls",
    "once in the trust",
    "DfE and ours",
    "nobody",
    "nothing counts",
    "not delivered",
}
CANNOT_BE = {
    "EYFS": {"disapplied", "left by its code"},  # A says exempt or absent; nobody sits anything
    "KS4": {"disapplied", "left by its code", "nothing counts"},  # entered or not; each pupil at the end belongs, with 0
}
ALSO = {
    "gld_pct": {"a part missing", "no such year"},
    "phonics_y1_pct": {"moved after"},
    "ks2_reading_expected_pct": {"moved after"},
    "ks2_reading_scaled": {"moved after"},
    "phonics_y2_pct": {"earlier year not delivered"},
    "progress8": {"earlier year not delivered", "nothing counts", "no such year"},
}
WHOSE = {(True, False): "ours, provisional", (False, True): "DfE", (True, True): "both", (False, False): "ours"}


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "dbt_project" / "seeds" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


STAGE_END_OF = {row["measure_id"]: row["stage_end"] for row in seed(ENDS_OF_STAGES)}


def measures(named: str) -> list[str]:
    """The measures that a cell stands for: one, or all of a stage."""
    if found := re.fullmatch(r"all of (\w+)", named):
        return [measure for measure, stage_end in STAGE_END_OF.items() if stage_end == found[1]]
    return [named]


FIGURES = [
    {**{heading: row[heading] for heading in ("Pupil", "Academy", "Shows")}, "Measure": measure, "Brings": brings}
    for row in BRINGS
    for measure, brings in row.items()
    if measure in STAGE_END_OF
]
ACADEMY_FIGURES = [{**row, "Measure": measure} for row in OF_ACADEMIES for measure in measures(row["Measure"])]


def upn_of(pupil: str) -> str:
    names = sorted({row["Pupil"] for row in PUPILS})
    return upn(f"80120000{names.index(pupil):04d}")


def birthday(pupil: dict[str, str]) -> str:
    """Old enough on the 31 August before the year, and not a year more."""
    age = 4 if pupil["Year group"] == "R" else int(pupil["Year group"]) + 4
    return f"{int(pupil['In'][:4]) - age}-01-01"


def time_period(year: str) -> int:
    return int(year[:4]) * 100 + int(year[-2:])


def goals(row: dict[str, str]) -> list[tuple[str, str]]:
    """The subject and part of each result that a row stands for."""
    if found := re.fullmatch(r"E(\d\d) to E(\d\d)", row["Part"]):
        first, last = map(int, found.groups())
        return [(AREA_OF_GOAL[goal], f"E{goal:02d}") for goal in range(first, last + 1)]
    return [(row["Subject"], row["Part"])]


def deliver(database: duckdb.DuckDBPyConnection) -> None:
    """Lay every row of the page's tables down as deliveries, each July's pupil list with the same rows."""
    database.execute("insert into run.parameter values ('r', date '2026-07-31', null, now()::timestamp, 6)")
    for academy in ACADEMIES:
        database.execute(
            "insert into run.academy by name select ? as academy_id, ? as academy_name, 'all_through' as phase, 'matlas' as mis",
            [academy] * 2,
        )
        for entity, table, kind in (
            ("pupil", "matlas_pupil", "mis"),
            ("enrolment", "matlas_enrolment", "mis"),
            ("assessment_result", "matlas_assessment_result", "mis"),
            ("assessment_result", "KS4", "upn"),
        ):
            content = f"{academy}-{table}"
            for year in YEARS if kind == "mis" and entity != "assessment_result" else YEARS[-1:]:
                database.execute(DELIVERY, [academy, entity, table, f"{content}-{year}", content, kind, year])
    for number, pupil in enumerate(PUPILS, start=2):
        where = {"academy_id": pupil["Academy"], "source_pupil_id": pupil["Pupil"], "source_row": number}
        insert(database, "pupil", {**where, "upn": upn_of(pupil["Pupil"]), "date_of_birth": birthday(pupil)}, "matlas_pupil")
        insert(
            database,
            "enrolment",
            {**where, "entry_date": pupil["On roll from"], "leaving_date": pupil["To"] or None, "enrolment_status_code": "C"},
            "matlas_enrolment",
        )
    for number, row in enumerate(RESULTS, start=2):
        deliver_result(database, number, row)


def deliver_result(database: duckdb.DuckDBPyConnection, number: int, row: dict[str, str]) -> None:
    is_official = row["From"].endswith("(DfE)")
    for subject, part in goals(row):
        insert(
            database,
            "assessment_result",
            {
                "academy_id": row["From"].split()[0],
                "source_pupil_id": upn_of(row["Pupil"]) if is_official else row["Pupil"],
                "kind": "summative",
                "stage": row["Stage"],
                "subject_code": subject,
                "component": part or None,
                "result_date": row["Day"],
                "result_type": "official" if is_official else None,
                "result": row["Result"],
                "points": row["Points"] or None,
                "source_row": number,
            },
            "KS4" if is_official else "matlas_assessment_result",
        )


def insert(database: duckdb.DuckDBPyConnection, entity: str, row: dict[str, object], table: str) -> None:
    row = {**row, "content_id": f"{row['academy_id']}-{table}", "source_file": f"{table}.csv"}
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    database.execute(f"insert into raw.{entity} ({columns}) values ({marks})", list(row.values()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = build_to_fill(tmp_path_factory, tmp_path_factory.mktemp("examples") / "home")
    with duckdb.connect(str(home.build_database)) as database:
        deliver(database)
    make_tables(home)
    return home


@cache
def ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.build_database), read_only=True) as database:
        database.execute(f"attach '{home.candidate}' as published (read_only)")
        return database.execute(sql).fetchall()


def test_the_page_has_its_examples() -> None:
    assert (len(PUPILS), len(RESULTS), len(BRINGS), len(OF_ACADEMIES)) == (110, 248, 109, 83)


@pytest.mark.parametrize("measure", [row["measure_id"] for row in seed(MEASURES) if row["domain"] == "achievement"])
def test_the_page_shows_every_edge_of_a_measure(measure: str) -> None:
    shown = {row["Shows"] for row in (*FIGURES, *ACADEMY_FIGURES) if row["Measure"] == measure}

    assert (EDGES - CANNOT_BE.get(STAGE_END_OF[measure], set())) | ALSO.get(measure, set()) <= shown


@pytest.fixture(scope="module")
def brought(home: Home) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Numerator and denominator of each pupil by academy, pupil and measure. Nobody on the page has a measure in two years."""
    found = ask(
        home,
        "select people.academy_id, pupils.source_pupil_id, people.measure_id, people.numerator, people.denominator "
        "from measures.person_achievement as people "
        "join measures.measure_period as periods using (academy_id, time_period, period_number) "
        "join published.core.bridge_pupil_source as pupils "
        "on people.academy_id = pupils.academy_id and people.person_key = pupils.pupil_key "
        "where periods.period_type = 'year_to_date'",
    )
    by_pupil = {row[:3]: row[3:] for row in found}
    assert len(by_pupil) == len(found)
    return by_pupil


@pytest.fixture(scope="module")
def figures(home: Home) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Value, status, and whether it is provisional and official, by academy, year and measure."""
    found = ask(
        home,
        "select academy_id, time_period, measure_id, value, value_status, is_provisional, is_official from measures.measure_figure "
        "left join measures.achievement_source using (level, academy_id, phase, time_period, measure_id) "
        "where level in ('academy', 'trust') and breakdown_topic = 'all' and period_type = 'year_to_date' "
        "and (level = 'academy' or phase = 'all')",
    )
    return {row[:3]: row[3:] for row in found}


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['Pupil']} {row['Academy']} {row['Measure']}")
def test_a_pupil_brings_what_the_page_says(brought: dict[tuple[object, ...], tuple[object, ...]], row: dict[str, str]) -> None:
    expected = None if row["Brings"] == NOTHING else (Decimal(row["Brings"]), Decimal(1))

    assert brought.get((row["Academy"], row["Pupil"], row["Measure"])) == expected


@pytest.mark.parametrize("row", ACADEMY_FIGURES, ids=lambda row: f"{row['Academy']} {row['Year']} {row['Measure']}")
def test_an_academys_figure_is_what_the_page_says(figures: dict[tuple[object, ...], tuple[object, ...]], row: dict[str, str]) -> None:
    """Its value, why there is none, and whose it is: of a value only, as the scorecard says it."""
    value, status, is_provisional, is_official = figures[(row["Academy"], time_period(row["Year"]), row["Measure"])]

    assert status == row["Status"]
    assert value == (None if row["Value"] == NOTHING else pytest.approx(float(row["Value"]), abs=5e-7))
    assert row["Whose"] == (NOTHING if value is None else WHOSE[(bool(is_provisional), bool(is_official))])
