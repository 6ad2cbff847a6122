"""The worked examples of docs/explanation/measures-progress.md, built through the real models: every number on the page."""

import datetime as dt

import duckdb
import pytest

from pipelines.scales import Scale, scale_rows
from tests.helpers.remade import build_to_fill, make_tables
from tests.helpers.upn import upn
from tests.helpers.worked_examples import rows

PAGE = "measures-progress.md"
ACADEMIES = rows(PAGE, "Academy", "Phase")
SCALES = rows(PAGE, "Academy", "Scale")
HALF_TERMS = rows(PAGE, "Half-term")
PUPILS = rows(PAGE, "Pupil", "Academy", "Year group")
FORMATIVE = rows(PAGE, "Pupil", "Academy", "Day")
SUMMATIVE = rows(PAGE, "Pupil", "From", "Stage")
FIGURES = rows(PAGE, "Academy", "Period", "Measure")
SHOWN = {(row["Measure"], edge) for row in FIGURES for edge in row["Shows"].split(", ")}

# What the examples of each measure must show. Nobody is disapplied from a teacher's judgement, and DfE knows nothing of it.
EVERYWHERE = ("rule", "absent", "left", "joined", "no result", "another year", "two rolls", "once in the trust", "nobody", "not delivered")
EDGES = {
    "assessed_this_term_pct": (*EVERYWHERE, "not understood"),
    "on_track_pct": (*EVERYWHERE, "not understood", "sat again"),
    "formative_summative_agreement_pct": (
        *EVERYWHERE,
        *("not understood", "disapplied", "left by its code", "sat again", "DfE and ours", "nothing counts"),
    ),
}

AS_OF = "2026-08-31"
DELIVERED_ON = "2026-07-20"
DELIVERY = (
    "insert into raw.delivery by name select ? as academy_id, ? as entity, ? as table_name, ? as batch_id, ? as content_id, "
    "? as pupil_id_kind, 0 as table_rank, cast(? as date) as effective_date, 202526 as time_period, 1 as delivery_order, "
    "date '2025-08-01' as replaces_from, date '2026-07-31' as replaces_to, true as is_newest, now()::timestamp as loaded_at, "
    "now()::timestamp as delivered_at"
)
POINTS = {"expected_from": "Expected from", "above_from": "Above from"}
Figures = dict[tuple[str, str, str], tuple[float | None, float | None, float | None, str]]


def upn_of(pupil: str) -> str:
    return upn(f"80120000{[row['Pupil'] for row in PUPILS].index(pupil):04d}")


def birthday(year_group: str) -> str:
    """Old enough on the 31 August before the year, and not a year more."""
    age = 4 if year_group == "R" else int(year_group) + 4
    return f"{2025 - age}-01-01"


def scales() -> dict[str, dict[str, Scale]]:
    found: dict[str, dict[str, Scale]] = {}
    for row in SCALES:
        results = {heading.lower(): [each.strip() for each in row[heading].split(",") if each.strip()] for heading in ("Below", "Expected")}
        points = {key: float(row[heading]) for key, heading in POINTS.items() if row[heading]}
        scale = Scale.model_validate({**results, "above": [row["Above"]] if row["Above"] else [], **points})
        found.setdefault(row["Academy"], {})[row["Scale"]] = scale
    return found


def deliver(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("insert into run.parameter values ('r', cast(? as date), null, now()::timestamp, 6)", [AS_OF])
    for row in HALF_TERMS:
        database.execute(
            "insert into run.half_term values ('trust', 202526, ?, cast(? as date), cast(? as date))",
            [row["Half-term"], row["First day"], row["Last day"]],
        )
    for each in scale_rows({}, scales()):
        database.execute(
            "insert into run.scale values (?, ?, ?, ?, ?, ?)",
            [each.academy_id, each.scale, each.result, each.lowest_points, each.standing, each.described_in],
        )
    for row in ACADEMIES:
        academy = row["Academy"]
        database.execute(
            "insert into run.academy by name select ? as academy_id, ? as academy_name, ? as phase, 'matlas' as mis",
            [academy, academy, row["Phase"]],
        )
        tables = (("pupil", "pupil", "mis"), ("enrolment", "enrolment", "mis"), ("assessment_result", "results", "mis"))
        for entity, table, kind in (*tables, ("assessment_result", "KS2", "upn")):
            name = f"{academy}-{table}"
            database.execute(DELIVERY, [academy, entity, table, name, name, kind, DELIVERED_ON])
    for row in PUPILS:
        where = {"source_pupil_id": row["Pupil"]}
        person = {"upn": upn_of(row["Pupil"]), "date_of_birth": birthday(row["Year group"]), "nc_year": row["Year group"]}
        insert(database, "pupil", row["Academy"], "pupil", {**where, **person})
        spell = {"entry_date": row["On roll from"], "leaving_date": row["To"] or None, "enrolment_status_code": "C"}
        insert(database, "enrolment", row["Academy"], "enrolment", {**where, **spell})
    for row in FORMATIVE:
        source = {"kind": "formative", "stage": "in_year", "source_pupil_id": row["Pupil"], "assessment_name": "Judgement"}
        given = {"subject_code": row["Subject"], "result_date": row["Day"], "scale": row["Scale"] or None, "result": row["Result"]}
        insert(database, "assessment_result", row["Academy"], "results", {**source, **given, "result_type": row["Type"] or None})
    for row in SUMMATIVE:
        academy, is_official = row["From"].split()[0], row["From"].endswith("(DfE)")
        whose = {"source_pupil_id": upn_of(row["Pupil"]) if is_official else row["Pupil"]}
        of_stage = {"kind": "summative", "stage": row["Stage"], "result_type": "official" if is_official else None}
        given = {"subject_code": row["Subject"], "component": row["Part"] or None, "result_date": row["Day"], "result": row["Result"]}
        insert(database, "assessment_result", academy, "KS2" if is_official else "results", {**whose, **of_stage, **given})


def insert(database: duckdb.DuckDBPyConnection, entity: str, academy: str, table: str, values: dict[str, str | None]) -> None:
    number = database.execute(f"select count(*) + 2 from raw.{entity}").fetchall()[0][0]
    row = {"academy_id": academy, "content_id": f"{academy}-{table}", "source_file": f"{table}.csv", "source_row": number, **values}
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    database.execute(f"insert into raw.{entity} ({columns}) values ({marks})", list(row.values()))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """Numerator, denominator, value and status of every figure by academy, period and measure."""
    home = build_to_fill(tmp_path_factory, tmp_path_factory.mktemp("examples") / "home")
    with duckdb.connect(str(home.build_database)) as database:
        deliver(database)
    make_tables(home)
    starts = {dt.date.fromisoformat(one["First day"]): one["Half-term"] for one in HALF_TERMS}
    with duckdb.connect(str(home.candidate), read_only=True) as candidate:
        figures = candidate.execute(
            "select academy_id, period_type, period_start, measure_id, numerator, denominator, value, value_status "
            "from marts.measure_value where level in ('academy', 'trust') and time_period = 202526 "
            "and (level = 'academy' or phase = 'all') and breakdown_topic = 'all' and period_type <> 'week'"
        ).fetchall()
    return {
        (academy, "year" if kind == "year_to_date" else starts[start], measure): (numerator, denominator, value, status)
        for academy, kind, start, measure, numerator, denominator, value, status in figures
    }


def test_the_page_has_its_examples() -> None:
    counts = [len(table) for table in (ACADEMIES, SCALES, HALF_TERMS, PUPILS, FORMATIVE, SUMMATIVE, FIGURES)]
    assert counts == [10, 2, 6, 25, 50, 29, 39]


@pytest.mark.parametrize(("measure", "edge"), [(measure, edge) for measure, edges in EDGES.items() for edge in edges])
def test_the_page_shows_every_edge_of_a_measure(measure: str, edge: str) -> None:
    assert (measure, edge) in SHOWN


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['Academy']} {row['Period']} {row['Measure']}")
def test_a_figure_is_as_the_page_says(found: Figures, row: dict[str, str]) -> None:
    *counted, value, status = found[row["Academy"], row["Period"], row["Measure"]]
    if row["Value"] in {"x", "z"}:
        assert (status, value) == (row["Value"], None)
    else:
        assert status == "ok"
        assert value == pytest.approx(float(row["Value"]), abs=5e-7)
    assert counted == [float(said) if said else None for said in (row["Counted"], row["Out of"])]
