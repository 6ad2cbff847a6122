"""The worked examples of the pages on personal development, voice and staff, built through the real models: every number on the pages."""

import datetime as dt

import duckdb
import pytest

from tests.helpers.remade import build_to_fill, make_tables
from tests.helpers.upn import upn
from tests.helpers.worked_examples import rows

CLUBS_PAGE, VOICE_PAGE, STAFF_PAGE = "measures-personal-development.md", "measures-voice.md", "measures-staff.md"
AS_OF = "2026-01-16"
PHASES = {"oak": "secondary", "elm": "primary", "fir": "special", "gum": "middle"}
Figures = dict[tuple[str, ...], tuple[float | None, float | None, float | None, str]]
YES_NO = {"yes": "true", "no": "false"}

HALF_TERMS = rows(CLUBS_PAGE, "Half-term")
PUPILS = rows(CLUBS_PAGE, "Pupil", "Academy", "Status")
CLUBS = rows(CLUBS_PAGE, "Pupil", "Academy", "Club")
ANSWERS = rows(VOICE_PAGE, "Response")
INVITATIONS = rows(VOICE_PAGE, "Event")
STAFF = rows(STAFF_PAGE, "Colleague", "Academy", "Export of")
CONTRACTS = rows(STAFF_PAGE, "Colleague", "Academy", "Contract")
ABSENCES = rows(STAFF_PAGE, "Colleague", "Academy", "Kind")
TRAINING = rows(STAFF_PAGE, "Colleague", "Academy", "Day", "Activity")
FIGURES = [
    *rows(CLUBS_PAGE, "Academy", "Period", "Measure"),
    *rows(VOICE_PAGE, "Academy", "Period", "Group", "Measure"),
    *rows(STAFF_PAGE, "Academy", "Period", "Measure"),
]

# What a heading of a page is called in the contract.
COLUMNS = {
    "Pupil": "source_pupil_id",
    "Colleague": "source_staff_id",
    "Status": "enrolment_status_code",
    "On roll from": "entry_date",
    "Full-time equivalent": "fte",
    "Club": "club_id",
    "Response": "response_id",
    "Who": "respondent",
    "Question": "question_code",
    "Score": "score",
    "Year group": "nc_year",
    "Event": "event_id",
    "Came": "is_attended",
    "Reference": "trust_staff_ref",
    "Teaches": "is_teacher",
    "Contract": "source_contract_id",
    "Kind": "category_code",
    "First day": "start_date",
    "Last day": "end_date",
    "Working days": "working_days",
    "Activity": "activity",
    "Hours": "hours",
}
# Headings that mean another column in each entity.
OF_ENTITY = {
    "enrolment": {"To": "leaving_date"},
    "club_membership": {"From": "start_date", "To": "end_date"},
    "staff_contract": {"From": "start_date", "To": "end_date"},
    "survey_response": {"Day": "survey_date"},
    "parent_event": {"Day": "event_date"},
    "cpd_record": {"Day": "activity_date"},
}
TABLES = {
    "enrolment": PUPILS,
    "club_membership": CLUBS,
    "survey_response": ANSWERS,
    "parent_event": INVITATIONS,
    "staff": STAFF,
    "staff_contract": CONTRACTS,
    "staff_absence": ABSENCES,
    "cpd_record": TRAINING,
}
DELIVERY = (
    "insert into raw.delivery by name select ? as academy_id, ? as entity, ? as table_name, ? as batch_id, ? as content_id, "
    "'mis' as pupil_id_kind, 0 as table_rank, cast(? as date) as effective_date, 202526 as time_period, ? as delivery_order, "
    "date '2025-08-01' as replaces_from, date '2026-07-31' as replaces_to, ? as is_newest, now()::timestamp as loaded_at, "
    "now()::timestamp as delivered_at"
)


def contract_row(entity: str, row: dict[str, str]) -> dict[str, str]:
    """A row of a page in the contract's words; what the entity has no column for is left out."""
    names = {**COLUMNS, **OF_ENTITY.get(entity, {})}
    return {names[heading]: YES_NO.get(text, text) for heading, text in row.items() if heading in names and text}


def deliver(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("insert into run.parameter values ('r', cast(? as date), null, now()::timestamp, 6)", [AS_OF])
    for half_term in HALF_TERMS:
        database.execute(
            "insert into run.half_term values ('trust', 202526, ?, cast(? as date), cast(? as date))",
            [half_term["Half-term"], half_term["First day"], half_term["Last day"]],
        )
    database.execute("insert into run.bank_holiday values (date '2025-12-25'), (date '2025-12-26'), (date '2026-01-01')")
    for academy, phase in PHASES.items():
        database.execute(
            "insert into run.academy by name select ? as academy_id, ? as academy_name, ? as phase, 'matlas' as mis",
            [academy, academy, phase],
        )
    for entity, table in TABLES.items():
        for row in table:
            insert(database, entity, row, contract_row(entity, row))
    for pupil, academy in sorted({(row["Pupil"], row["Academy"]) for row in PUPILS}):
        birth = {"source_pupil_id": pupil, "upn": upn_of(pupil), "date_of_birth": "2013-03-03", "sex": "F"}
        insert(database, "pupil", {"Academy": academy}, birth)
    for entity in ("pupil", *TABLES):
        contents = sorted(content for (content,) in database.execute(f"select distinct content_id from raw.{entity}").fetchall())
        newest = {content.split("|")[0]: content for content in contents}
        for order, content in enumerate(contents):
            academy, _, day = content.split("|")
            database.execute(DELIVERY, [academy, entity, entity, content, content, day, order, content == newest[academy]])


def insert(database: duckdb.DuckDBPyConnection, entity: str, row: dict[str, str], values: dict[str, str]) -> None:
    number = database.execute(f"select count(*) + 2 from raw.{entity}").fetchall()[0][0]
    kept = {
        "academy_id": row["Academy"],
        "content_id": f"{row['Academy']}|{entity}|{row.get('Export of', AS_OF)}",
        "source_file": f"{entity}.csv",
        "source_row": number,
        **({"source_absence_id": str(number)} if entity == "staff_absence" else {}),
        **values,
    }
    columns, marks = ", ".join(kept), ", ".join("?" * len(kept))
    database.execute(f"insert into raw.{entity} ({columns}) values ({marks})", list(kept.values()))


def upn_of(pupil: str) -> str:
    names = sorted({row["Pupil"] for row in PUPILS})
    return upn(f"80120000{names.index(pupil):04d}")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """Numerator, denominator, value and status of every figure by academy, period, group and measure."""
    home = build_to_fill(tmp_path_factory, tmp_path_factory.mktemp("examples") / "home")
    with duckdb.connect(str(home.build_database)) as database:
        deliver(database)
    make_tables(home)
    starts = {dt.date.fromisoformat(one["First day"]): one["Half-term"] for one in HALF_TERMS}
    with duckdb.connect(str(home.candidate), read_only=True) as candidate:
        figures = candidate.execute(
            "select academy_id, period_type, period_start, breakdown, measure_id, numerator, denominator, value, value_status "
            "from marts.measure_value where level in ('academy', 'trust') and time_period = 202526 "
            "and (level = 'academy' or phase = 'all') and breakdown_topic in ('all', 'year_group') and period_type <> 'week'"
        ).fetchall()
    return {
        (academy, "year" if kind == "year_to_date" else starts[start], group, measure): (numerator, denominator, value, status)
        for academy, kind, start, group, measure, numerator, denominator, value, status in figures
    }


def test_the_pages_have_their_examples() -> None:
    assert {entity: len(table) for entity, table in TABLES.items()} == {
        "enrolment": 15,
        "club_membership": 14,
        "survey_response": 14,
        "parent_event": 12,
        "staff": 29,
        "staff_contract": 24,
        "staff_absence": 16,
        "cpd_record": 10,
    }
    assert len(FIGURES) == 65


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['Academy']} {row['Period']} {row['Measure']} {row.get('Group', 'all')}")
def test_a_figure_is_as_the_page_says(found: Figures, row: dict[str, str]) -> None:
    *counted, value, status = found[row["Academy"], row["Period"], row.get("Group", "all"), row["Measure"]]
    if row["Value"] in {"x", "z"}:
        assert (status, value) == (row["Value"], None)
    else:
        assert status == "ok"
        assert value == pytest.approx(float(row["Value"]), abs=5e-7)
    assert counted == [float(said) if said else None for said in (row["Counted"], row["Out of"])]
