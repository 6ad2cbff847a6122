"""What a row becomes: every MIS's quirks, reason codes, duplicates, look-ups, and an academy's own headings and codes."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.reading_helpers import Reader, column

MARKS = "STUDENT_ID,DATE,PERIOD,MARK_CODE,RAW_MARK,MINUTES_LATE\n"
ROLL = "ROLL_CALL_ATTENDANCE.csv"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def test_a_blank_mark_code_reads_the_raw_mark_and_blank_both_is_no_mark(reader: Reader) -> None:
    reading = reader.read_text("arbor", ROLL, MARKS + "1,2025-09-02,AM,,/,\n1,2025-09-02,PM,,,\n2,2025-09-02,AM,B,/,\n")

    assert sorted((row["source_pupil_id"], row["session"], row["mark_code"]) for row in reader.rows(reading) if row["mark_code"]) == [
        ("1", "AM", "/"),
        ("2", "AM", "B"),
    ]
    assert reading.entities[0].rows_accepted == 3


def test_each_faulty_row_has_its_reason_line_and_column_and_the_rest_load(reader: Reader) -> None:
    rows = [
        "1,2025-09-02,AM,/,,",
        ",2025-09-02,AM,/,,",
        "1,31/02/2025,AM,/,,",
        "1,,PM,/,,",
        "1,2025-09-03,Evening,/,,",
        "1,2025-09-03,AM,??,,",
        "1,2025-09-03,PM,-,,",
        "1,2025-09-03,AM,L,,soon",
        "1,2025-09-03,AM,L,,1.5",
        "1,2025-09-03,AM,L,,5",
    ]
    reading = reader.read_text("arbor", ROLL, MARKS + "\n".join(rows) + "\n")

    assert reader.rejected(reading) == [
        (3, "missing_required", "STUDENT_ID"),
        (4, "bad_date", "DATE"),
        (5, "missing_required", "DATE"),
        (6, "unmapped_code", "PERIOD"),
        (7, "unmapped_mark", "MARK_CODE"),
        (9, "bad_number", "MINUTES_LATE"),
        (10, "bad_number", "MINUTES_LATE"),
    ]
    # A lone hyphen is what a register prints for a session that nobody marked: a row without a mark.
    assert [(row["source_row"], row["mark_code"]) for row in reader.rows(reading)] == [(2, "/"), (8, None), (11, "L")]
    assert reader.unmapped(reading) == [("mark_code", "??", 1, True), ("session", "Evening", 1, True)]


def test_an_unmapped_code_in_an_optional_column_becomes_unknown_and_is_listed(reader: Reader) -> None:
    content = "STUDENT_ID,DATE_OF_BIRTH,SEX,ETHNICITY,CURRENT_YEAR_GROUP,FSM\n1,2013-10-04,F,Martian,Nursery,maybe\n"
    reading = reader.read_text("arbor", "STUDENTS.csv", content)
    (row,) = reader.rows(reading)

    assert (row["ethnicity_code"], row["ethnicity_code_source"], row["nc_year"], row["is_fsm"]) == (None, "Martian", None, None)
    assert reader.unmapped(reading) == [
        ("ethnicity_code", "Martian", 1, False),
        ("is_fsm", "maybe", 1, False),
        ("nc_year", "Nursery", 1, False),
    ]


def test_the_first_language_is_the_first_of_the_list(reader: Reader) -> None:
    content = (
        'STUDENT_ID,DATE_OF_BIRTH,SEX,NATIVE_LANGUAGE_CODES\n1,2013-10-04,F,"POL; ENG"\n2,2013-10-04,F,"ENG,POL"\n3,2013-10-04,F,;URD\n'
    )

    assert list(column(reader.rows(reader.read_text("arbor", "STUDENTS.csv", content)), "first_language_code")) == ["POL", "ENG", "URD"]


def test_statistical_days_are_two_sessions_each_and_reasons_a_list(reader: Reader) -> None:
    content = "STUDENT_ID,START_DATE,SUSPENSION_REASONS_LIST,STATISTICAL_DAYS_EXCLUDED\n"
    content += '1,2025-11-12,PA;DM;PA,1.5\n2,2025-11-12,"PA, Theft, Shouting",2\n3,2025-11-12,,0.25\n4,2025-11-12,,\n'
    reading = reader.read_text("arbor", "SUSPENSIONS.csv", content)

    assert [(row["sessions"], row["reason_codes"], row["category_code"]) for row in reader.rows(reading)] == [
        ("3", "PA;DM", "SUSP"),
        ("4", "PA;TH", "SUSP"),
        (None, None, "SUSP"),
    ]
    assert reader.rejected(reading) == [(4, "bad_number", "STATISTICAL_DAYS_EXCLUDED")]
    assert reader.unmapped(reading) == [("reason_codes", "Shouting", 1, False)]


INCIDENTS = "BEHAVIOURAL_INCIDENT_ID,BEHAVIOUR_NAME,INCIDENT_DATE,NARRATIVE\n51,Kindness,2025-09-04,x\n52,Shouting,2025-09-05,x\n"
INVOLVED = "BEHAVIOURAL_INCIDENT_ID,STUDENT_ID,SEVERITY\n51,1,2\n51,2,2\n52,1,-1\n52,3,0\n52,4,\n99,1,1\n"


def test_an_involvement_finds_its_incident_and_its_sign_is_the_polarity(reader: Reader) -> None:
    reader.look_up("arbor", "BEHAVIOURAL_INCIDENTS.csv", INCIDENTS)
    reading = reader.read_text("arbor", "BEHAVIOURAL_INCIDENT_STUDENT_INVOLVEMENTS.csv", INVOLVED)

    assert [
        (row["source_event_id"], row["source_pupil_id"], row["event_date"], row["behaviour_type"], row["polarity"])
        for row in reader.rows(reading)
    ] == [
        ("51", "1", "2025-09-04", "Kindness", "positive"),
        ("51", "2", "2025-09-04", "Kindness", "positive"),
        ("52", "1", "2025-09-05", "Shouting", "negative"),
        ("52", "3", "2025-09-05", "Shouting", None),  # no points either way: neither is guessed
        ("52", "4", "2025-09-05", "Shouting", None),
    ]
    assert reader.rejected(reading) == [(7, "missing_required", "BEHAVIOURAL_INCIDENT_ID")]


def test_the_later_look_up_table_counts(reader: Reader) -> None:
    reader.look_up("arbor", "BEHAVIOURAL_INCIDENTS.csv", INCIDENTS)
    reader.look_up("arbor", "BEHAVIOURAL_INCIDENTS_2025-10-01.csv", INCIDENTS.replace("Shouting", "Swearing").replace("51,", "61,"))
    reading = reader.read_text("arbor", "BEHAVIOURAL_INCIDENT_STUDENT_INVOLVEMENTS.csv", INVOLVED)

    assert set(column(reader.rows(reading), "behaviour_type")) == {"Kindness", "Swearing"}


def test_without_the_table_of_codes_marks_are_not_read_and_the_sentence_says_what_to_export(reader: Reader) -> None:
    record = {"student_id": "A1", "date": "2025-09-02", "session": "AM", "attendance_code_id": "L"}
    reading = reader.read_text("wonde", "attendance_session.json", json.dumps({"data": [record]}))

    assert (reading.status, reading.reason_code) == ("rejected", "no_such_code_table")
    assert "export attendance-codes too" in (reading.reason or "")


def test_wondes_code_id_is_looked_up_and_never_taken_for_a_code(reader: Reader) -> None:
    reader.look_up("wonde", "attendance-codes.json", json.dumps({"data": [{"id": "A1", "code": "/"}, {"id": "/", "code": "N"}]}))
    day = {"date": "2025-09-02 00:00:00.000000", "timezone_type": 3, "timezone": "Europe/London"}
    records = [
        {"student_id": "P1", "date": day, "session": session, "attendance_code_id": code, "minutes_late": None}
        for session, code in (("AM", "A1"), ("PM", "/"))
    ]
    records += [
        {"student_id": "P2", "date": day, "session": session, "attendance_code_id": code} for session, code in (("AM", "L"), ("PM", None))
    ]
    reading = reader.read_text("wonde", "attendance_session.json", json.dumps({"data": records}))

    assert [(row["source_pupil_id"], row["session"], row["mark_code"]) for row in reader.rows(reading)] == [
        ("P1", "AM", "/"),
        ("P1", "PM", "N"),
        ("P2", "PM", None),
    ]
    assert reader.rejected(reading) == [(3, "unmapped_mark", "attendance_code_id")]


def test_bromcoms_padding_is_trimmed_and_the_delivered_code_kept_beside(reader: Reader) -> None:
    record = {"studentId": 501, "calendarStartDate": "2025-09-02T00:00:00", "periodDisplayName": "AM  ", "mark": "I02   "}
    (row,) = reader.rows(reader.read_text("bromcom", "BasicAttendance.json", json.dumps([record])))

    assert (row["source_pupil_id"], row["mark_code"], row["mark_code_source"]) == ("501", "I", "I02")


WEEK = "studentId,startDate,monAM,monPM,tueAM,tuePM,wedAM,wedPM,thuAM,thuPM,friAM,friPM\n"


def test_ten_marks_a_row_are_ten_sessions_and_an_empty_cell_is_nothing(reader: Reader) -> None:
    content = WEEK + "1,2025-09-08,/,\\,L,\\,,,NULL,\\,I01,??\n2,2025-09-09,/,\\,/,\\,/,\\,/,\\,/,\\\n3,2025-09-08,/\n"
    reading = reader.read_text("bromcom", "StudentAttendanceByWeek.csv", content)

    assert [(row["session_date"], row["session"], row["mark_code"]) for row in reader.rows(reading)] == [
        ("2025-09-08", "AM", "/"),
        ("2025-09-08", "PM", "\\"),
        ("2025-09-09", "AM", "L"),
        ("2025-09-09", "PM", "\\"),
        ("2025-09-11", "PM", "\\"),
        ("2025-09-12", "AM", "I"),
    ]
    # Pupil 2's week begins on a Tuesday: each of its ten marks would land on the wrong day.
    assert reader.rejected(reading) == [(2, "unmapped_mark", "friPM"), *[(3, "bad_date", "startDate")] * 10, (4, "field_count", None)]
    assert (reading.files[0].rows_in_file, reading.files[0].rows_read) == (3, 18)


def test_an_iso_week_becomes_its_monday(reader: Reader) -> None:
    records = [
        {"SchoolStudentId": 1, "Year": 2026, "Week": 1, "AttendanceCode": "/ ", "Count": 4},
        {"SchoolStudentId": 1, "Year": 2020, "Week": 53, "AttendanceCode": "/", "Count": 5},
        {"SchoolStudentId": 1, "Year": 2025, "Week": 53, "AttendanceCode": "/", "Count": 5},
        {"SchoolStudentId": 1, "Year": 2026, "Week": 2, "AttendanceCode": "", "Count": 5},
    ]
    reading = reader.read_text("bromcom", "SessionAttendanceCodesByWeek.json", json.dumps(records))

    assert [(row["week_start_date"], row["sessions"]) for row in reader.rows(reading)] == [("2025-12-29", "4"), ("2020-12-28", "5")]
    assert reader.rejected(reading) == [(3, "bad_date", "Year"), (4, "missing_required", "AttendanceCode")]
    assert reading.entities[0].rows_by_year == {"202021": 1, "202526": 1}


def test_sims_prints_a_title_leading_zeros_double_blanks_and_nothing_for_no(reader: Reader) -> None:
    content = (
        "Pupils at Müller House\r\n\r\nAdno,Surname,Date of Birth,Gender,Year,EAL,SEN Status,Pupil Premium Indicator,Date of Admission\r\n"
        "001234,Müller,04/10/2013,F,Year  7,,,Y,02/09/2025\r\n"
    ).encode("cp1252")
    reading = reader.read_text("sims", "pupils.csv", content)
    (pupil,) = reader.rows(reading, "pupil")
    (spell,) = reader.rows(reading, "enrolment")

    assert (pupil["source_pupil_id"], pupil["legal_surname"], pupil["date_of_birth"], pupil["nc_year"]) == (
        "001234",
        "Müller",
        "2013-10-04",
        "7",
    )
    assert (pupil["is_eal"], pupil["is_pupil_premium"], pupil["sen_provision_code"]) == ("false", "true", "N")
    assert pupil["is_fsm"] is None  # the column was not delivered: not even SIMS's "nothing means no"
    assert (spell["entry_date"], spell["enrolment_status_code"], spell["nc_year"]) == ("2025-09-02", "C", "7")
    assert reading.files[0].encoding == "cp1252"
    assert "Eligible for free meals" in reading.files[0].missing_optional
    assert reading.files[0].rows_read == 2  # a pupil and a spell


def test_two_marks_a_day_are_two_sessions(reader: Reader) -> None:
    reading = reader.read_text("sims", "attendance.csv", "Adno,Date,AM,PM\n0012,02/09/2025,/,\n0013,02/09/2025,L,\\\n0014,soon,/,\\\n")

    assert [(row["source_pupil_id"], row["session"], row["mark_code"]) for row in reader.rows(reading)] == [
        ("0012", "AM", "/"),
        ("0013", "AM", "L"),
        ("0013", "PM", "\\"),
    ]
    assert reader.rejected(reading) == [(4, "bad_date", "Date")] * 2


def test_a_blank_sen_status_is_none_only_where_the_column_was_delivered(reader: Reader) -> None:
    without = reader.read_text("arbor", "STUDENTS.csv", "STUDENT_ID,DATE_OF_BIRTH,SEX\n1,2013-10-04,F\n")
    blank = reader.read_text("arbor", "STUDENTS.csv", "STUDENT_ID,DATE_OF_BIRTH,SEX,CURRENT_SEN_STATUS\n1,2013-10-04,F,\n")

    assert [row["sen_provision_code"] for reading in (without, blank) for row in reader.rows(reading)] == [None, "N"]


def test_a_blank_status_is_current_delivered_or_not(reader: Reader) -> None:
    for content in ("source_pupil_id,entry_date\n1,2025-09-02\n", "source_pupil_id,entry_date,enrolment_status_code\n1,2025-09-02,\n"):
        (row,) = reader.rows(reader.read_text("arbor", "matlas_enrolment.csv", content))
        assert row["enrolment_status_code"] == "C"


def test_the_later_row_of_the_later_part_wins_and_the_others_count_as_duplicates(reader: Reader) -> None:
    parts = [
        reader.write("ROLL_CALL_ATTENDANCE_part1.csv", MARKS + "1,2025-09-02,AM,/,,\n1,2025-09-02,AM,L,,\n2,2025-09-02,AM,/,,\n"),
        reader.write("ROLL_CALL_ATTENDANCE_part2.csv", MARKS + "1,02/09/2025,am,I,,\n1,2025-09-02,AM,??,,\n"),
    ]
    reading = reader.read("arbor", *parts)

    assert [(row["source_pupil_id"], row["mark_code"], row["source_file"], row["source_row"]) for row in reader.rows(reading)] == [
        ("2", "/", "ROLL_CALL_ATTENDANCE_part1.csv", 4),
        ("1", "I", "ROLL_CALL_ATTENDANCE_part2.csv", 2),
    ]
    assert [(file.rows_accepted, file.rows_rejected, file.rows_duplicate) for file in reading.files] == [(1, 0, 2), (1, 1, 0)]


def test_an_academys_own_heading_and_codes_stand_above_the_profiles(reader: Reader) -> None:
    content = "Adno,DOB,Gender,Date of Admission,Tutor Group,Reg,Carer\n1,04/10/2013,Q,02/09/2025,7X,7Y,Y\n"
    own: dict[str, Any] = {"columns": {"pupil": {"reg_group": "Tutor Group", "is_young_carer": "Carer"}}, "codes": {"sex": {"Q": "F"}}}
    reading = reader.read_text("sims", "pupils.csv", content, **own)
    (row,) = reader.rows(reading, "pupil")

    assert (row["reg_group"], row["is_young_carer"], row["sex"], row["sex_source"]) == ("7X", "true", "F", "Q")


def test_a_new_code_map_reads_the_raw_layer_and_not_the_file(reader: Reader) -> None:
    path = reader.write(ROLL, MARKS + "1,2025-09-02,AM,ZZ,,\n")
    before = reader.read("arbor", path, content_id="one")
    path.unlink()
    after = reader.read("arbor", path, content_id="one", codes={"attendance": {"ZZ": "I"}})

    assert (before.entities[0].rows_rejected, after.entities[0].rows_accepted) == (1, 1)
    assert before.text_path == after.text_path
    assert before.entities[0].path != after.entities[0].path
    assert after.files[0].rows_in_file == 1


def test_a_value_that_a_person_said_has_no_code_is_unknown_and_not_asked_about(reader: Reader) -> None:
    """Never what a blank would mean, for nobody said that; in a column that every row needs the row stays out."""
    heading = "source_pupil_id,date_of_birth,sex,sen_provision_code,nc_year\n"
    none = {"codes": {"sen_provision": {"tbc": "-"}, "nc_year": {"Old": "-"}, "sex": {"X9": "-"}}}
    reading = reader.read_text("arbor", "matlas_pupil.csv", heading + "1,2013-10-04,F,TBC,old\n2,2013-10-04,X9,K,7\n", **none)

    (row,) = reader.rows(reading)
    assert (row["sen_provision_code"], row["sen_provision_code_source"], row["nc_year"]) == (None, "TBC", None)
    assert reader.rejected(reading) == [(3, "missing_required", "sex")]
    assert reader.unmapped(reading) == []


def test_a_mark_that_a_person_said_is_none_is_a_missing_one(reader: Reader) -> None:
    reading = reader.read_text("arbor", ROLL, MARKS + "1,2025-09-02,AM,ZZ,,\n1,2025-09-02,PM,/,,\n", codes={"attendance": {"zz": "-"}})

    assert [(row["mark_code"], row["mark_code_source"]) for row in reader.rows(reading)] == [(None, "ZZ"), ("/", "/")]
    assert (reader.rejected(reading), reader.unmapped(reading)) == ([], [])


def test_a_reason_in_a_list_that_a_person_said_is_none_is_left_out(reader: Reader) -> None:
    content = "source_pupil_id,category_code,start_date,reason_codes\n1,SUSP,2025-09-02,PP;??\n"
    reading = reader.read_text("arbor", "matlas_suspension.csv", content, codes={"suspension_reason": {"??": "-"}})

    assert [row["reason_codes"] for row in reader.rows(reading)] == ["PP"]
    assert reader.unmapped(reading) == []


def test_a_key_that_its_code_table_lacks_is_read_by_a_map(reader: Reader) -> None:
    reader.look_up("wonde", "attendance-codes.json", '{"data": [{"id": "A1", "code": "/"}]}')
    rows = [
        {"student_id": "P1", "date": "2025-09-02", "session": session, "attendance_code_id": key}
        for session, key in (("AM", "A7"), ("PM", "A1"))
    ]
    content = json.dumps({"data": rows})

    before = reader.read_text("wonde", "attendance_session.json", content)
    after = reader.read_text("wonde", "attendance_session.json", content, codes={"attendance": {"A7": "I"}})

    assert reader.unmapped(before) == [("mark_code", "A7", 1, True)]
    assert [row["mark_code"] for row in reader.rows(after)] == ["I", "/"]


def test_rejected_rows_keep_their_text_in_the_raw_layer(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read_text("arbor", ROLL, MARKS + "1,2025-09-02,AM,ZZ,,\n")
    assert reading.text_path is not None
    found = duckdb.sql(f"select MARK_CODE, source_file, source_row from '{tmp_path / 'raw' / reading.text_path}'").fetchall()

    assert found == [("ZZ", ROLL, 2)]


def test_accepted_rows_by_pupil_are_counted_for_the_landing_checks(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read_text("arbor", ROLL, MARKS + "1,2025-09-02,AM,/,,\n1,2025-09-02,PM,/,,\n2,2025-09-02,AM,??,,\n")
    assert reading.pupils_in_path is not None
    found = duckdb.sql(f"select * from '{tmp_path / 'raw' / reading.pupils_in_path}'").fetchall()

    assert [row[:3] for row in found] == [("attendance_mark", "1", 2)]


def test_a_look_up_table_gives_no_entity_and_accounts_for_its_rows(reader: Reader) -> None:
    reading = reader.read_text("arbor", "BEHAVIOURAL_INCIDENTS.csv", INCIDENTS + "53,half\n")

    assert reading.entities == []
    assert (reading.files[0].rows_read, reading.files[0].rows_accepted, reading.files[0].rows_rejected) == (3, 2, 1)


def test_a_pupils_surname_is_in_no_account_of_a_reading(reader: Reader) -> None:
    content = "STUDENT_ID,DATE_OF_BIRTH,SEX,LEGAL_LAST_NAME\n1,Quillfeather,F,Quillfeather\n"
    content += "2,2013-10-04,F,Quillfeather,extra\n3,2013-10-04,F,Quill\0feather\n"
    reading = reader.read_text("arbor", "STUDENTS.csv", content)

    assert reading.entities[0].rows_rejected == 3
    assert "Quill" not in reading.to_json()
    assert "Quill" not in str(reader.rejected(reading))


RESULTS = "Adno,Aspect,Subject,Result Set,Result Date,Result\n1,KS2,Maths,S,01/07/2025,104\n2,Tests of May,Maths,S,,98\n"


def test_a_result_is_formative_unless_the_academys_own_map_says_otherwise_and_no_label_is_guessed_at(reader: Reader) -> None:
    codes = {"assessment_stage": {"Tests of May": "KS2"}, "assessment_kind": {"tests of may": "summative"}}
    reading = reader.read_text("sims", "results.csv", RESULTS, codes=codes)

    assert [(row["kind"], row["stage"], row["stage_source"], row["result_date"]) for row in reader.rows(reading)] == [
        ("formative", "in_year", "KS2", "2025-07-01"),
        ("summative", "KS2", "Tests of May", None),
    ]


def test_an_academys_map_to_no_stage_rejects_the_row(reader: Reader) -> None:
    reading = reader.read_text("sims", "results.csv", RESULTS, codes={"assessment_stage": {"KS2": "KS3"}})

    assert reader.rejected(reading) == [(2, "unmapped_code", "Aspect")]


def test_a_job_title_says_who_teaches_and_one_that_nobody_knows_is_listed_not_guessed(reader: Reader) -> None:
    content = "staffId,jobTitle\n1,Class  Teacher\n2,Cleaner\n3,Wizard\n4,\n"
    reading = reader.read_text("bromcom", "Staff.csv", content)

    assert [row["is_teacher"] for row in reader.rows(reading)] == ["true", "false", None, None]
    assert reader.unmapped(reading) == [("is_teacher", "Wizard", 1, False)]


def test_a_row_that_stands_twice_is_a_duplicate_though_parts_of_its_key_are_blank(reader: Reader) -> None:
    content = "source_pupil_id,kind,stage,subject_code,result\n1,formative,in_year,READ,4\n1,formative,in_year,READ,5\n"
    reading = reader.read_text("matlas", "matlas_assessment_result.csv", content)

    assert [row["result"] for row in reader.rows(reading)] == ["5"]
    assert reading.files[0].rows_duplicate == 1
