"""The synthetic trust's files have the shapes and headings that each MIS really writes."""

import csv
import datetime
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from stdnum.gb import upn as official_upn

from pipelines.synthetic import copy_demo, write_trust
from pipelines.synthetic.dice import Dice
from pipelines.synthetic.upn import check_letter, temporary
from pipelines.trust import load_trust

AS_OF = datetime.date(2026, 3, 11)  # a Wednesday
ROLL_CALL = (
    "ATTENDANCE_ROLL_CALL_RECORD_ID,ATTENDANCE_ROLL_CALL_RECORD_UNIQUE_ID,STUDENT_UNIQUE_ID,STUDENT_ID,APPLICATION_ID,ATTENDANCE_ROLL_CALL_ID,"
    "ATTENDANCE_ROLL_CALL_UNIQUE_ID,RAW_MARK,MARK_CODE,MINUTES_LATE,PERIOD,DATE,ACADEMIC_YEAR_NAME,IS_PRESENT,IS_AUTHORIZED_ABSENT,"
    "IS_UNAUTHORIZED_ABSENT,IS_POSSIBLE_ATTENDANCE,ACADEMIC_YEAR_UNIQUE_ID,ACADEMIC_YEAR_ID"
)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifteen academies: every MIS three times, so every shape and every packing."""
    home = tmp_path_factory.mktemp("synthetic") / "trust"
    write_trust(home, academies=15, pupils=60, years=2, seed=5, as_of=AS_OF)
    return home


def tables(home: Path, number: int) -> dict[str, list[bytes]]:
    """The newest files of the academy with that number by table name, unpacked: a part each."""
    academy = load_trust(home / "trust.yml").academies[number]
    found: dict[str, list[bytes]] = {}
    for path in sorted((home / "landing" / academy.id).glob(f"*{AS_OF}*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    found.setdefault(name.split(f"_{AS_OF}")[0], []).append(archive.read(name))
        else:
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            found.setdefault(path.name.split(f"_{AS_OF}")[0], []).append(content)
    return found


def rows(content: bytes, encoding: str = "utf-8") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding))))


def pages(content: bytes) -> list[dict[str, Any]]:
    """The records of Wonde's pages, a page a line."""
    return [record for line in content.splitlines() for record in orjson.loads(line)["data"]]


def test_arbor_views_have_the_headings_of_the_bi_connector(trust: Path) -> None:
    arbor = tables(trust, 0)
    students = rows(arbor["STUDENTS"][0])

    assert arbor["ROLL_CALL_ATTENDANCE"][0].split(b"\r\n")[0].decode() == ROLL_CALL
    assert {"STUDENT_ID", "UPN", "CURRENT_SEN_STATUS", "EVER_6_FSM", "ADDRESS", "POSTCODE", "EMAIL_ADDRESS"} <= set(students[0])
    assert all(student["ADDRESS"] and student["EMAIL_ADDRESS"].endswith(".invalid") for student in students)


def test_bromcom_strings_are_padded_and_marks_stand_ten_in_a_week(trust: Path) -> None:
    bromcom = tables(trust, 1)
    pupils = orjson.loads(bromcom["StudentFlatView"][0])
    weeks = orjson.loads(bromcom["StudentAttendanceByWeek"][0])

    assert all(len(pupil["lastName"]) >= 20 and pupil["dateOfBirth"].endswith("T00:00:00") for pupil in pupils)
    assert list(weeks[0]) == [
        "studentId", "startDate", "endDate", "monAM", "monPM", "tueAM", "tuePM", "wedAM", "wedPM", "thuAM", "thuPM", "friAM", "friPM",
    ]  # fmt: skip
    assert {mark.strip() for week in weeks for mark in (week["tueAM"], week["wedPM"]) if mark} >= {"/", "\\", "I01"}


def test_bromcom_academies_take_turns_in_weeks_sessions_and_weekly_counts(trust: Path) -> None:
    sessions, counts = tables(trust, 6), tables(trust, 11)

    assert list(orjson.loads(sessions["BasicAttendance"][0])[0]) == [
        "studentId", "calendarStartDate", "mark", "periodDisplayName", "attendanceComment",
    ]  # fmt: skip
    count = orjson.loads(counts["SessionAttendanceCodesByWeek"][0])[0]
    assert (count["Year"], count["Week"]) == (2025, 36)
    assert {"SchoolStudentId", "AttendanceCode", "Count"} <= set(count)
    assert not {"BasicAttendance", "StudentAttendanceByWeek"} & set(counts)


def test_wonde_pages_hold_date_objects_and_marks_by_id(trust: Path) -> None:
    wonde = tables(trust, 2)
    first = orjson.loads(wonde["attendance_session"][0].splitlines()[0])
    codes = {record["id"]: record["code"] for record in pages(wonde["attendance-codes"][0])}
    marks = pages(wonde["attendance_session"][0])

    assert (len(first["data"]), first["meta"]["pagination"]["more"]) == (200, True)
    assert first["data"][0]["date"] == {"date": "2025-09-02 00:00:00.000000", "timezone_type": 3, "timezone": "Europe/London"}
    assert {mark["attendance_code_id"] for mark in marks} <= {*codes, None}
    assert codes[marks[0]["attendance_code_id"]] != marks[0]["attendance_code_id"]
    assert orjson.loads(wonde["attendance_session"][-1].splitlines()[-1])["meta"]["pagination"]["more"] is False


def test_wonde_keeps_leavers_apart(trust: Path) -> None:
    wonde = tables(trust, 2)
    current, leavers = pages(wonde["students"][0]), pages(wonde["students-leaver"][0])

    assert leavers
    assert not {pupil["id"] for pupil in current} & {pupil["id"] for pupil in leavers}
    assert all(pupil["education_details"]["data"]["leaving_date"] for pupil in leavers)


def test_sims_prints_a_title_a_blank_line_and_windows_letters(trust: Path) -> None:
    sims = tables(trust, 3)
    title, blank, header, *_ = sims["pupils"][0].split(b"\r\n")
    pupils = rows(b"\r\n".join(sims["pupils"][0].split(b"\r\n")[2:]), "cp1252")

    assert (bool(title), blank) == (True, b"")
    assert header.startswith(b"Adno,UPN,Legal Surname,Legal Forename,")
    assert {pupil["Year"] for pupil in pupils} >= {"Year  7", "Year 11", "Reception"}
    assert all(len(pupil["Adno"]) == 6 and pupil["DOB"][2] == "/" and pupil["EAL"] in ("", "Y") for pupil in pupils)
    assert sims["attendance"][0].split(b"\r\n")[2] == b"Adno,Date,AM,PM"
    with pytest.raises(UnicodeDecodeError):
        sims["pupils"][0].decode("utf-8")


def test_canonical_files_have_the_contracts_columns(trust: Path) -> None:
    canonical = tables(trust, 4)
    contract = csv.DictReader((Path(__file__).parents[2] / "pipelines/sources/contract.csv").open(encoding="utf-8"))
    expected: dict[str, list[str]] = {}
    for column in contract:
        expected.setdefault(f"matlas_{column['entity']}", []).append(column["column"])

    assert {name: content[0].split(b"\r\n")[0].decode().split(",") for name, content in canonical.items()} == {
        name: expected[name] for name in canonical
    }
    assert len(canonical) == 14


def test_files_come_plain_in_parts_compressed_and_in_a_zip(trust: Path) -> None:
    names = [path.name for path in (trust / "landing").rglob("*") if path.is_file()]

    exports = [name for name in names if not name.startswith("9")]

    assert all(str(AS_OF) in name or "2025-07-22" in name for name in exports)
    for sign in ("_part2.", ".csv.gz", ".json.gz", ".zip", f"_{AS_OF}.csv", f"_{AS_OF}.json"):
        assert any(sign in name for name in names), sign


def test_every_upn_has_the_right_check_letter(trust: Path) -> None:
    upns = [pupil["UPN"] for number in (0, 5, 10) for pupil in rows(tables(trust, number)["STUDENTS"][0])]

    assert len(upns) > 180
    assert all(official_upn.is_valid(one) for one in upns)
    assert [check_letter(known[1:]) for known in ("P207000016049", "B801200005001", "M80120000500A")] == ["P", "B", "M"]
    assert temporary(7, 12)[-1].isalpha()


def test_nothing_is_known_of_the_future_but_what_an_mis_holds_ahead(trust: Path) -> None:
    ahead = [mark for mark in rows(b"".join(tables(trust, 4)["matlas_attendance_mark"])) if mark["session_date"] > str(AS_OF)]
    arbor = [mark for mark in rows(tables(trust, 5)["ROLL_CALL_ATTENDANCE"][0]) if mark["DATE"] > str(AS_OF)]
    this_week = [
        week for week in orjson.loads(tables(trust, 1)["StudentAttendanceByWeek"][0]) if week["startDate"] == "2026-03-09T00:00:00"
    ]

    assert {mark["mark_code"] for mark in ahead} | {mark["MARK_CODE"] for mark in arbor} <= {"C", "E", "D", "M"}
    assert {(week["thuAM"] or "").strip() for week in this_week} <= {"", "C", "E", "D", "M"}
    assert {(week["tueAM"] or "").strip() for week in this_week} >= {"/"}


def test_a_home_that_holds_something_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "trust.yml").write_text("mine")

    for write in (copy_demo, lambda home: write_trust(home, 1, 1, 1, 1)):
        with pytest.raises(FileExistsError, match="is not empty"):
            write(tmp_path)
    assert (tmp_path / "trust.yml").read_text() == "mine"


def test_dice_fall_alike_for_alike_labels_and_stay_in_their_bounds() -> None:
    assert Dice(1, "a", 2).whole(6, 20).tolist() == Dice(1, "a", 2).whole(6, 20).tolist()
    assert Dice(1, "a", 2).whole(10**6, 5).tolist() != Dice(1, "a", 3).whole(10**6, 5).tolist()
    assert set(Dice(3).whole(6, 1000).tolist()) == {0, 1, 2, 3, 4, 5}
    assert {Dice(3, n).between(2, 4) for n in range(50)} == {2, 3, 4}
    assert {Dice(3, n).weighted({"x": 1, "y": 0, "z": 2}) for n in range(50)} == {"x", "z"}
    with pytest.raises(ValueError, match="above 0"):
        Dice(3).weighted({"x": 0})
