"""Profiles are data: they are complete, their mistakes are told with file and line, and a file's name finds its table."""

import datetime
import shutil
from pathlib import Path

import pytest

from pipelines.ingest.recognising import recognised
from pipelines.sources import SourceError, contract, load_profile, match_file, profile_names
from pipelines.sources.contract import read_contract
from pipelines.sources.loading import SOURCES, read_profile
from tests.reading_helpers import Reader


def test_there_are_five_profiles_of_an_mis_and_two_of_anybodys_files() -> None:
    by = {name: load_profile(name).recognised_by for name in profile_names()}

    assert by == {"arbor": "mis", "bromcom": "mis", "ctf": "name", "giap": "header", "matlas": "mis", "sims": "mis", "wonde": "mis"}
    assert {name for name in by if load_profile(name).pupil_id_kind == "upn"} == {"ctf", "giap"}


def test_the_contract_has_every_entity_with_its_key() -> None:
    keys = {name: entity.key for name, entity in contract().entities.items()}

    assert len(keys) == 15
    assert keys["attendance_mark"] == ("source_pupil_id", "session_date", "session")
    assert keys["suspension"] == ("source_pupil_id", "start_date", "category_code")
    assert keys["behaviour_event"] == ("source_event_id", "source_pupil_id")
    assert keys["survey_response"] == ("response_id", "question_code")


def test_modes_and_dates_follow_from_the_entity() -> None:
    entities = contract().entities

    assert {name for name, one in entities.items() if one.default_mode == "snapshot"} == {"pupil", "enrolment", "staff", "staff_contract"}
    assert {name for name, one in entities.items() if one.default_mode == "window"} == {"attendance_mark", "attendance_week"}
    assert entities["suspension"].date_column == "start_date"
    assert entities["attendance_week"].date_column == "week_start_date"
    assert entities["pupil"].date_column is None


def test_coded_columns_keep_their_source_beside_them() -> None:
    assert contract().entity("attendance_mark").raw_columns == (
        "source_pupil_id",
        "session_date",
        "session",
        "session_source",
        "mark_code",
        "mark_code_source",
        "minutes_late",
    )


def test_the_canonical_profile_is_the_contract() -> None:
    tables = load_profile("matlas").tables

    assert {entity for table in tables.values() for entity in table.entities} == set(contract().entities)
    for table in tables.values():
        (entity,) = table.entities
        assert table.name == f"matlas_{entity}"
        assert [column.name for column in table.columns] == [column.name for column in contract().entity(entity).columns]


@pytest.mark.parametrize("mis", profile_names())
def test_each_profile_has_a_readme_that_names_every_table_and_what_is_assumed(mis: str) -> None:
    readme = (SOURCES / mis / "README.md").read_text(encoding="utf-8")

    assert "## What is assumed" in readme
    for name in load_profile(mis).tables:
        assert name in readme


@pytest.mark.parametrize("mis", profile_names())
def test_each_sample_is_read_without_a_fault_and_every_table_has_one(mis: str, tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    academys = mis if load_profile(mis).recognised_by == "mis" else "sims"
    samples = {path: recognised(path, None, path.name, academys) for path in (SOURCES / mis / "sample").iterdir()}
    assert {match.table.name for match in samples.values() if match} == set(load_profile(mis).tables)
    for path, match in sorted(samples.items(), key=lambda item: not (item[1] and item[1].table.is_lookup_only)):
        assert match is not None
        reading = reader.read(academys, path)
        assert (reading.status, reader.rejected(reading), reader.unmapped(reading)) == ("read", [], [])
        assert all(entity.rows_accepted > 0 for entity in reading.entities)
        if match.table.is_lookup_only and reading.text_path:
            reader.lookups[match.table.name] = [tmp_path / "raw" / reading.text_path]


@pytest.mark.parametrize(
    ("name", "mis", "table", "date", "part", "extension", "compressed"),
    [
        ("STUDENTS.csv", "arbor", "STUDENTS", None, None, "csv", False),
        ("students.CSV.gz", "arbor", "STUDENTS", None, None, "csv", True),
        ("ROLL_CALL_ATTENDANCE_2025-11-14_part2.csv", "arbor", "ROLL_CALL_ATTENDANCE", datetime.date(2025, 11, 14), 2, "csv", False),
        ("attendance_session_2025-11-14.jsonl", "wonde", "attendance_session", datetime.date(2025, 11, 14), None, "jsonl", False),
        ("Students-Leaver_part1.json", "wonde", "students-leaver", None, 1, "json", False),
        ("attendance_codes.json", "wonde", "attendance-codes", None, None, "json", False),
        ("Matlas_Pupil.xlsx", "sims", "matlas_pupil", None, None, "xlsx", False),
        ("pupils.xml", "sims", "pupils", None, None, "xml", False),
    ],
)
def test_a_files_name_finds_its_table(
    name: str, mis: str, table: str, date: datetime.date | None, part: int | None, extension: str, compressed: bool
) -> None:
    match = match_file(name, mis)

    assert match is not None
    assert (match.table.name, match.date_in_name, match.part, match.extension, match.compressed) == (
        table,
        date,
        part,
        extension,
        compressed,
    )


@pytest.mark.parametrize(
    "name", ["STUDENTS.txt", "STUDENTS", "STUDENTS_2025-13-01.csv", "STUDENTS_old.csv", "notes.csv", "STUDENTS.csv.bak"]
)
def test_a_name_that_matches_nothing_is_nothing(name: str) -> None:
    assert match_file(name, "arbor") is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a profile to spoil."""
    return Path(shutil.copytree(SOURCES / "bromcom", tmp_path / "bromcom"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("columns.csv", ",iso_week,", ",iso_wk,", "columns.csv line"),
        ("columns.csv", "attendance_week,sessions", "attendance_week,session_count", "has no column 'session_count'"),
        ("columns.csv", "BasicAttendance,mark,", "BasicAttendanc,mark,", "is not in profile.yml"),
        (
            "columns.csv",
            "StudentFlatView,dateOfBirth,pupil,date_of_birth,yes",
            "StudentFlatView,dateOfBirth,pupil,date_of_birth,",
            "say yes",
        ),
        ("columns.csv", "StudentFlatView,genderCode,pupil,sex,yes", "StudentFlatView,genderCode,pupil,reg_group,yes", "made twice"),
        ("columns.csv", "BehaviourEvents.eventName", "BehaviourEvents.eventTitle", "has no column 'eventTitle'"),
        ("columns.csv", "BehaviourEvents.eventName", "Exclusions.type", "names no look-up table"),
        ("codes.csv", "attendance,I01,I,", "attendance,I01,ILL,", "codes.csv line 2: 'ILL' is no code of attendance"),
        ("profile.yml", "entity: attendance_week", "entity: attendance_weeks", "profile.yml line"),
        ("profile.yml", "ten_marks_a_week", "eleven_marks", "the shapes are: two_marks_a_day, ten_marks_a_week, one_result_a_column"),
        ("profile.yml", "delimiter:", "delimeter:", "profile.yml line 3"),
        ("profile.yml", "name: bromcom", "name: [", "is not YAML"),
    ],
)
def test_a_mistake_in_a_profile_is_told_with_file_and_line(folder: Path, file: str, old: str, new: str, says: str) -> None:
    spoil(folder / file, old, new)

    with pytest.raises(SourceError) as caught:
        read_profile(folder)

    assert f"bromcom/{file}" in str(caught.value)
    assert says in str(caught.value)


def test_a_required_column_that_nothing_makes_is_a_mistake(folder: Path) -> None:
    spoil(folder / "columns.csv", "StudentFlatView,genderCode,pupil,sex,yes,,,\n", "")

    with pytest.raises(SourceError, match="gives pupil without sex"):
        read_profile(folder)


def test_a_profile_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(SourceError, match="arbor, bromcom, ctf, giap, matlas, sims, wonde"):
        read_profile(SOURCES / "capita")


def test_a_mistake_in_the_contract_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "contract.csv"
    path.write_text("entity,column,position,required,key_position,kind,code_set,privacy,description\npupil,sex,1,yes,,colour,,open,x\n")

    with pytest.raises(SourceError, match=r"contract.csv line 2: kind is 'colour'"):
        read_contract(path)
