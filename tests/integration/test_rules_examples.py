"""The worked examples of the pages on attendance, inclusion and context, built through the real models: every number on the pages."""

import datetime as dt

import duckdb
import pytest

from pipelines.store.home import Home
from tests.helpers.example_rows import add_academies, deliver_rows, set_the_day
from tests.helpers.remade import build_to_fill, make_tables
from tests.helpers.upn import upn
from tests.helpers.worked_examples import rows

ATTENDANCE_PAGE, INCLUSION_PAGE, CONTEXT_PAGE = PAGES = ("measures-attendance.md", "measures-inclusion.md", "measures-context.md")
AS_OF, BEFORE_THE_CENSUS = "2026-07-03", "2025-12-15"
# Each page has a phase of its own, so that the trust's figures of that phase are of its pupils alone.
PHASES = {
    **dict.fromkeys(("oak", "elm"), "all_through"),
    **dict.fromkeys(("ash", "yew", "bay", "cob"), "secondary"),
    **dict.fromkeys(("fir", "ivy"), "primary"),
    **dict.fromkeys(("hazel", "gean", "ilex"), "middle"),
    **dict.fromkeys(("rowan", "tansy"), "special"),
    **dict.fromkeys(("larch", "maple"), "alternative_provision"),
}
Row = dict[str, str]
Figures = dict[tuple[str, ...], tuple[float | None, float | None, float | None, str]]

HALF_TERMS = rows(ATTENDANCE_PAGE, "Half-term")
PUPILS = [
    *rows(ATTENDANCE_PAGE, "Pupil", "Academy", "Born"),
    *rows(INCLUSION_PAGE, "Pupil", "Academy", "Status"),
    *rows(CONTEXT_PAGE, "Pupil", "Academy", "Status"),
]
KNOWN = rows(CONTEXT_PAGE, "Pupil", "Academy", "FSM")
REGISTERS = [row for page in PAGES for row in rows(page, "Pupil", "Academy", "Week of")]
BROUGHT = rows(ATTENDANCE_PAGE, "Pupil", "Academy", "Possible")
SUSPENSIONS = rows(INCLUSION_PAGE, "Pupil", "Academy", "Category")
EVENTS = rows(INCLUSION_PAGE, "Pupil", "Academy", "Event")
FIGURES = [row for page in PAGES for row in rows(page, "Academy", "Period")]
FIGURES_BEFORE_THE_CENSUS = rows(INCLUSION_PAGE, "Academy", "As of")

# What a heading of a page is called in the contract.
COLUMNS = {
    "Pupil": "source_pupil_id",
    "Born": "date_of_birth",
    "Status": "enrolment_status_code",
    "On roll from": "entry_date",
    "To": "leaving_date",
    "Year group": "nc_year",
    "FSM": "is_fsm",
    "FSM category": "fsm_category_code",
    "FSM in six years": "is_fsm_ever6",
    "Pupil premium": "is_pupil_premium",
    "SEN": "sen_provision_code",
    "Language": "first_language_code",
    "EAL flag": "is_eal",
    "Category": "category_code",
    "Starts": "start_date",
    "Sessions": "sessions",
    "Event": "source_event_id",
    "Day": "event_date",
    "Polarity": "polarity",
}
YES_NO = {"yes": "true", "no": "false"}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
# On the pages present is one sign; in a register the afternoon has its own.
AFTERNOON = {"/": "\\"}


def contract_rows(table: list[Row], academy: str, leave_out: tuple[str, ...] = ()) -> list[Row]:
    """An academy's rows of a page in the contract's words; an empty cell is not delivered."""
    headings = {heading: column for heading, column in COLUMNS.items() if heading not in leave_out}
    return [
        {headings[heading]: YES_NO.get(text, text) for heading, text in row.items() if heading in headings and text}
        for row in table
        if row["Academy"] == academy
    ]


def pupils_of(academy: str) -> list[Row]:
    """Each pupil of an academy once, with what it knows of the pupil."""
    people = sorted({row["Pupil"] for row in PUPILS})
    born = {row["Pupil"]: row.get("Born", "2013-03-03") for row in PUPILS}
    known = {row["source_pupil_id"]: row for row in contract_rows(KNOWN, academy)}
    return [
        {
            "source_pupil_id": pupil,
            "upn": upn(f"80120000{people.index(pupil):04d}"),
            "date_of_birth": born[pupil],
            "sex": "F",
            **known.get(pupil, {}),
        }
        for pupil in sorted({row["Pupil"] for row in PUPILS if row["Academy"] == academy})
    ]


def marks_of(academy: str) -> list[Row]:
    """An academy's marks, one row a session."""
    marks = []
    for row in REGISTERS:
        monday = dt.date.fromisoformat(row["Week of"])
        for number, day in enumerate(DAYS):
            if row["Academy"] == academy and row[day]:
                morning, afternoon = row[day].split()
                session = {"source_pupil_id": row["Pupil"], "session_date": str(monday + dt.timedelta(days=number))}
                marks.append({**session, "session": "AM", "mark_code": morning})
                marks.append({**session, "session": "PM", "mark_code": AFTERNOON.get(afternoon, afternoon)})
    return marks


def deliver(database: duckdb.DuckDBPyConnection, as_of: str) -> None:
    set_the_day(database, as_of, HALF_TERMS)
    add_academies(database, PHASES, as_of)
    for academy in PHASES:
        delivered = {
            "pupil": pupils_of(academy),
            "enrolment": contract_rows(PUPILS, academy, leave_out=("Born",)),
            "attendance_mark": marks_of(academy),
            "suspension": contract_rows(SUSPENSIONS, academy),
            "behaviour_event": contract_rows(EVENTS, academy),
        }
        for entity, table in delivered.items():
            if table:
                deliver_rows(database, entity, academy, as_of, table)


def built_as_of(as_of: str, factory: pytest.TempPathFactory) -> Home:
    """The pupils of the three pages in one warehouse."""
    built = build_to_fill(factory, factory.mktemp("examples") / "home")
    with duckdb.connect(str(built.build_database)) as database:
        deliver(database, as_of)
    make_tables(built)
    return built


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The warehouse of the pages' own as-of date."""
    return built_as_of(AS_OF, tmp_path_factory)


def period_name(period_type: str, start: dt.date) -> str:
    """What a page calls a period."""
    if period_type == "half_term":
        return next(one["Half-term"] for one in HALF_TERMS if one["First day"] == str(start))
    return "year" if period_type == "year_to_date" else f"week of {start}"


def figures_of(home: Home) -> Figures:
    """Numerator, denominator, value and status of every figure by academy, period, group and measure."""
    with duckdb.connect(str(home.candidate), read_only=True) as candidate:
        figures = candidate.execute(
            "select academy_id, phase, period_type, period_start, breakdown, measure_id, numerator, denominator, value, value_status "
            "from marts.measure_value where level in ('academy', 'trust') and time_period = 202526 "
            "and breakdown_topic in ('all', 'reason', 'age_group')"
        ).fetchall()
    return {
        (f"trust, {phase}" if academy == "trust" else academy, period_name(kind, start), group, measure): (
            numerator,
            denominator,
            value,
            status,
        )
        for academy, phase, kind, start, group, measure, numerator, denominator, value, status in figures
    }


@pytest.fixture(scope="module")
def found(home: Home) -> Figures:
    """The figures of the pages' own as-of date."""
    return figures_of(home)


@pytest.fixture(scope="module")
def found_before_the_census(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The figures of a day in December."""
    return figures_of(built_as_of(BEFORE_THE_CENSUS, tmp_path_factory))


@pytest.fixture(scope="module")
def sessions(home: Home) -> dict[tuple[str, str], tuple[int, ...]]:
    """Possible, attending, authorised and unauthorised sessions of each enrolment in the year to date, of any age."""
    with duckdb.connect(str(home.build_database), read_only=True) as database:
        database.execute(f"attach '{home.candidate}' as published (read_only)")
        counted = database.execute(
            "select source_pupil_id, academy_id, sum(possible_sessions), sum(attending_sessions), sum(authorised_sessions), "
            "sum(unauthorised_sessions) from measures.count_enrolment_week inner join published.core.fct_enrolment "
            "using (enrolment_key, academy_id) group by all"
        ).fetchall()
    return {(pupil, academy): tuple(int(one) for one in counts) for pupil, academy, *counts in counted}


def test_the_pages_have_their_examples() -> None:
    assert [rows(page, "Half-term") for page in PAGES] == [HALF_TERMS] * 3
    tables = (HALF_TERMS, PUPILS, KNOWN, REGISTERS, BROUGHT, SUSPENSIONS, EVENTS)
    assert [len(table) for table in tables] == [3, 68, 12, 27, 18, 15, 8]
    assert [len(rows(page, "Academy", "Period")) for page in PAGES] == [43, 36, 44]
    assert {row["As of"] for row in FIGURES_BEFORE_THE_CENSUS} == {BEFORE_THE_CENSUS}


@pytest.mark.parametrize("row", BROUGHT, ids=lambda row: f"{row['Pupil']} at {row['Academy']}")
def test_an_enrolment_brings_the_sessions_that_the_page_says(sessions: dict[tuple[str, str], tuple[int, ...]], row: Row) -> None:
    said = tuple(int(row[heading]) for heading in ("Possible", "Attending", "Authorised", "Unauthorised"))
    assert sessions.get((row["Pupil"], row["Academy"]), (0, 0, 0, 0)) == said


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['Academy']} {row['Period']} {row['Measure']} {row.get('Group', 'all')}")
def test_a_figure_is_as_the_page_says(found: Figures, row: Row) -> None:
    is_as_said(found, row)


@pytest.mark.parametrize("row", FIGURES_BEFORE_THE_CENSUS, ids=lambda row: f"{row['Academy']} {row['Period']} {row['Measure']}")
def test_before_the_census_the_roll_is_that_of_the_day(found_before_the_census: Figures, row: Row) -> None:
    is_as_said(found_before_the_census, row)


def is_as_said(found: Figures, row: Row) -> None:
    *counted, value, status = found[row["Academy"], row["Period"], row.get("Group", "all"), row["Measure"]]
    if row["Value"] in {"x", "z"}:
        assert (status, value) == (row["Value"], None)
    else:
        assert status == "ok"
        assert value == pytest.approx(float(row["Value"]), abs=5e-7)
    assert counted == [float(said) if said else None for said in (row["Counted"], row["Out of"])]
