"""An invented pupil's names and UPN are found nowhere outside the data.

The secrets stand where they belong, in rows that are broken in every way, in a shifted row (a surname in a date, a code and a number
column), in broken JSON and XML, and in file contents that cannot be read at all. Then everything that Matlas wrote or said is searched: the
terminal, logs, Dagster's storage, dbt's target, temporary folders, the manifest, the list of rejected rows, the quality tables, exports,
pages, and the files of those who may know nobody.

The data are the Parquet files of `store/raw`, the databases that the build and the checks work in, and the published file, which may name
the trust's own pupils. Two of its tables list delivered values on purpose, because quality.md asks for it: an unmapped code must be seen to
be mapped (ref.code_map, dq.work_list), and in a shifted row a name stands where a code should. What is printed, logged or kept about a run
may not.
"""

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.home import PROJECT, Outcome, TrustHome
from tests.helpers.traces import traces
from tests.helpers.upn import upn

SURNAME, FORENAME = "Quorlwynne", "Zephbrylda"
NUMBER = upn("987650004321")
FALSE_NUMBER = "A" + NUMBER[1:] if NUMBER[0] != "A" else "B" + NUMBER[1:]
SECRETS = [SURNAME, FORENAME, NUMBER, FALSE_NUMBER[1:]]
DATA_FOLDERS = ("landing", "store/raw", "store/build", "store/quality", "published", "store/previous")

TRUST_YML = """\
trust: {name: Privacy Trust}
as_of: 2025-09-30
limits: {max_rejected_pct: 90}
access: {audiences: [academy, analyst, governor]}
academies:
  - {id: ashby, name: Ashby, phase: secondary, mis: arbor}
  - {id: birch, name: Birch, phase: primary, mis: bromcom}
  - {id: cedar, name: Cedar, phase: secondary, mis: wonde}
  - {id: dale, name: Dale, phase: primary, mis: sims}
  - {id: elm, name: Elm, phase: special, mis: matlas}
"""

S, F, N, X = SURNAME, FORENAME, NUMBER, FALSE_NUMBER
ARBOR = f"""STUDENT_ID,UPN,LEGAL_LAST_NAME,LEGAL_FIRST_NAME,DATE_OF_BIRTH,SEX,ETHNICITY,CURRENT_YEAR_GROUP,CURRENT_SEN_STATUS
1,{N},{S},{F},2013-01-01,F,WBRI,7,N
2,{N},{S},{F},2013-01-02,F,WBRI,7,N
3,{X},{S},{F},{S},F,WBRI,7,N
4,{N},{F},2013-01-01,{S},WBRI,7,N,{F}
5,{S},{F},{N},2013-01-01,{F},{S},{N},{S}
6,{N},{S},{F},2013-01-01,F,WBRI,7,N,{S},{N}
7,{N},{S}\x00,{F},2013-01-01,F,WBRI,7,N
8,{N},"{S}
{F}",{F},2013-01-01,F,{S},{F},{N}
,{N},{S},{F},2013-01-01,F,WBRI,7,N
"""
ARBOR_ENROLMENTS = f"""STUDENT_ID,START_DATE,END_DATE,UNENROLMENT_REASON_CODE
1,2025-09-01,,
2,{S},{N},{F}
1,2025-09-01,{S},
"""
ARBOR_MARKS = f"""STUDENT_ID,DATE,PERIOD,RAW_MARK,MARK_CODE,MINUTES_LATE
1,2025-09-08,AM,/,/,
1,2025-09-08,PM,\\,\\,{S}
1,{S},AM,/,/,
1,2025-09-09,{S},/,/,
1,2025-09-09,AM,{S},{F},
{S},2025-09-09,AM,/,/,
{N},2025-09-10,AM,{N},,{N}
"""
SIMS = f"""Pupils – {S} {F}

Adno,UPN,Legal Surname,Legal Forename,DOB,Gender,Year,Enrolment Status,Date of Admission
000001,{N},{S},{F},01/02/2013,F,Year  7,{S},01/09/2025
000002,{N},{S},{F},{F},F,Year  7,C,{S}
000003,{N},{S},{F},01/02/2013,{S},{F},C,01/09/2025
"""
CANONICAL = f"""source_pupil_id,upn,legal_surname,legal_forename,date_of_birth,sex,ethnicity_code
1,{N},{S},{F},2013-01-01,F,{S}
2,{N},{S},{F},{S},F,
"""
CANONICAL_SUSPENSION = f"""source_pupil_id,category_code,reason_codes,start_date,end_date,sessions
1,{S},{F},2025-09-08,2025-09-09,2
1,SUSP,{S};{F},2025-09-08,{S},{N}
"""
WONDE_STUDENT = {
    "id": "A1",
    "legal_surname": S,
    "legal_forename": F,
    "gender": S,
    "date_of_birth": {"date": S, "timezone_type": 3},
    "education_details": {"data": {"upn": N, "current_nc_year": F, "admission_date": S}},
    "extended_details": {"data": {"ethnicity_code": S, "enrolment_status": F}},
}
WONDE_GOOD = {
    **WONDE_STUDENT,
    "id": "A2",
    "gender": "FEMALE",
    "date_of_birth": {"date": "2013-01-01 00:00:00.000000"},
    "education_details": {"data": {"upn": N, "current_nc_year": "7", "admission_date": "2025-09-01"}},
    "extended_details": {"data": {}},
}

FILES: dict[str, dict[str, str | bytes]] = {
    "ashby": {
        "STUDENTS_2025-09-26.csv": ARBOR,
        "STUDENT_SCHOOL_ENROLMENTS_2025-09-26.csv": ARBOR_ENROLMENTS,
        "ROLL_CALL_ATTENDANCE_2025-09-26.csv": ARBOR_MARKS,
        # Windows-1252 has no 0x81: rejected, with its position and not its neighbours
        "SUSPENSIONS_2025-09-26.csv": f"STUDENT_ID,START_DATE\n{S}".encode() + b"\x81" + f",{F}\n".encode(),
        # a header that is not there, the names in its place
        "PERMANENT_EXCLUSIONS_2025-09-26.csv": f"{S},{F},{N}\n{S},{F},{N}\n",
        # an extra column whose heading is harmless and whose values are not
        "ACADEMIC_CALENDAR_DATES_2025-09-26.csv": f"DATE,IS_GOOD_SCHOOL_DAY,NOTE\n2025-09-01,{S},{F}\n{S},true,{N}\n",
    },
    "birch": {
        "StudentFlatView_2025-09-26.json": json.dumps([{"studentId": 1, "upn": N, "lastName": S, "firstName": F}])[:-9],
        "BasicAttendance_2025-09-26.json": json.dumps(
            [{"studentId": 1, "calendarStartDate": S, "periodDisplayName": F, "mark": N}, {"studentId": S, "mark": {"nested": S}}]
        ),
        "Exclusions_2025-09-26.csv.gz": b"\x1f\x8b\x08\x00" + f"{S}{F}{N}".encode(),
    },
    "cedar": {
        "students_2025-09-26.json": json.dumps({"data": [WONDE_STUDENT, WONDE_GOOD, S, [F]]}),
        "attendance_session_2025-09-26.json": '{"data": [{"student_id": "' + S + '", "date": "' + F + '", "session": "' + N + '"}',
    },
    "dale": {"pupils_2025-09-26.csv": SIMS.encode("cp1252")},
    "elm": {
        "matlas_pupil_2025-09-26.csv": CANONICAL,
        "matlas_enrolment_2025-09-26.csv": f"source_pupil_id,entry_date\n1,2025-09-01\n2,{S}\n",
        "matlas_suspension_2025-09-26.csv": CANONICAL_SUSPENSION,
        "matlas_attendance_mark_2025-09-26.csv": f"source_pupil_id,session_date,session,mark_code\n1,2025-09-08,AM,/\n{S},{N},{F},{S}\n",
    },
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrustHome, list[Outcome]]:
    """The home after a night, and everything that the commands said of it."""
    folder = tmp_path_factory.mktemp("privacy")
    (folder / "tmp").mkdir()
    home = TrustHome(folder / "home", {"TMPDIR": str(folder / "tmp")})
    home.write_trust(TRUST_YML)
    for academy_id, files in FILES.items():
        home.deliver(academy_id, files)
    said = [home.matlas("run")]
    assert said[0].code == 3, said[0].text
    commands = (
        ("status",),
        ("status", "--json"),
        ("batches",),
        ("batches", "--json"),
        ("rejected",),
        ("rejected", "--format", "json"),
        ("rejected", "--format", "csv"),
        ("doctor",),
        ("measure", "attendance_rate"),
        ("scorecard",),
        ("trace", "ashby", "attendance_rate"),
        ("retention",),
        ("export", str(home.root / "export")),
        ("dpia", "--out", str(home.root / "dpia.html")),
    )
    said += [home.here(*arguments) for arguments in commands]
    held = [row["batch_id"] for row in said[4].json() if row["status"] == "held"]
    said += [home.here("accept", batch, "--why", "a test") for batch in held[:2]]
    said.append(home.here("run"))  # goes on from the first, which built everything: two ways to build, and neither may tell
    return home, said


def names_in(content: bytes) -> list[str]:
    folded = content.lower()
    wide = content.replace(b"\x00", b"").lower()
    return [secret for secret in SECRETS if secret.lower().encode() in folded or secret.lower().encode() in wide]


def test_the_terminal_never_shows_a_pupils_value(told: tuple[TrustHome, list[Outcome]]) -> None:
    for outcome in told[1]:
        assert names_in(outcome.text.encode()) == [], outcome.text
        assert "Traceback" not in outcome.text


def test_no_file_outside_the_data_holds_a_pupils_value(told: tuple[TrustHome, list[Outcome]]) -> None:
    home, _ = told
    searched, leaks = 0, []
    for folder, _, names in os.walk(home.root):
        relative = Path(folder).relative_to(home.root).as_posix()
        if any(relative == data or relative.startswith(f"{data}/") for data in DATA_FOLDERS):
            continue
        for name in names:
            path = Path(folder) / name
            searched += 1
            if found := names_in(path.read_bytes()) or names_in(name.encode()):
                leaks.append((path.relative_to(home.root).as_posix(), found))
    assert searched > 3, "there is a manifest and Dagster's storage to search"
    assert leaks == []
    assert {path.name for path in (home.root / "export").iterdir()} >= {"trust_attendance.csv"}
    assert (home.root / "dpia.html").is_file()


def test_no_row_of_dagsters_event_log_holds_a_pupils_value(told: tuple[TrustHome, list[Outcome]]) -> None:
    dagster = told[0].root / "store" / "dagster"
    events = [events_in(file) for file in (dagster / "history" / "runs").glob("*.db") if file.name != "index.db"]

    assert sum(each > 50 for each in events) == 2, "two nights wrote one each"
    assert traces(dagster, SECRETS, without=()) == []


def events_in(file: Path) -> int:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as log:
        return int(log.execute("select count(*) from event_logs").fetchone()[0])


def test_nothing_is_left_outside_the_home_where_tools_leave_things(told: tuple[TrustHome, list[Outcome]]) -> None:
    """The machine's folder for temporary files, and where dbt writes its log and its target unless it is told otherwise."""
    places = [told[0].root.parent / "tmp", *(PROJECT / inside / name for inside in (".", "dbt_project") for name in ("logs", "target"))]

    for place in places:
        assert [file.name for file in place.rglob("*") if file.is_file() and names_in(file.read_bytes())] == []


@pytest.mark.parametrize("audience", ["analyst", "governor"])
def test_no_file_of_those_who_may_know_nobody_holds_a_pupils_value(told: tuple[TrustHome, list[Outcome]], audience: str) -> None:
    place = told[0].root / "published" / audience

    assert told[0].query("select count(*) > 20 from duckdb_tables()", place / "matlas.duckdb") == [(True,)]
    assert traces(place, [*SECRETS, *(each.lower() for each in SECRETS)], without=()) == []


def test_the_manifest_holds_no_pupils_value_in_any_column(told: tuple[TrustHome, list[Outcome]]) -> None:
    home, _ = told
    with sqlite3.connect(f"file:{home.root / 'store' / 'manifest.sqlite'}?mode=ro", uri=True) as manifest:
        tables = [name for (name,) in manifest.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in manifest.execute(f'select * from "{table}"'):
                assert names_in(repr(row).encode()) == [], table


def test_the_quality_tables_and_rejected_lists_hold_no_pupils_value(told: tuple[TrustHome, list[Outcome]]) -> None:
    home, _ = told
    tables = home.query("select table_name from information_schema.tables where table_schema = 'dq'")
    assert {"batch", "file", "rejected_row", "check_result"} <= {name for (name,) in tables}
    for (table,) in tables:
        if table == "work_list":
            continue
        for row in home.query(f"select * from dq.{table}"):
            assert names_in(repr(row).encode()) == [], table
    assert home.query("select count(*) > 5 from dq.rejected_row") == [(True,)]
    for file in (home.root / "store" / "raw" / "rejected").rglob("*.parquet"):
        rows: list[Any] = home.query(f"select * from read_parquet('{file}')")
        assert names_in(repr(rows).encode()) == [], file


def test_the_quality_report_holds_no_pupils_value_though_the_work_list_does(told: tuple[TrustHome, list[Outcome]]) -> None:
    home, _ = told

    assert names_in(repr(home.query("select * from dq.work_list")).encode()) != [], "a name stands where a code should"
    report = (home.root / "published" / "quality.html").read_bytes()
    assert b"unmapped_code" in report
    assert names_in(report) == []


def test_the_published_codes_and_marts_hold_no_pupils_value_where_none_belongs(told: tuple[TrustHome, list[Outcome]]) -> None:
    home, _ = told
    tables = home.query("select table_schema, table_name from information_schema.tables where table_schema in ('ref', 'marts')")
    for schema, table in tables:
        if (schema, table) in {("marts", "pupil_summary"), ("marts", "class_list"), ("ref", "code_map")}:
            continue
        for row in home.query(f"select * from {schema}.{table}"):
            assert names_in(repr(row).encode()) == [], f"{schema}.{table}"
