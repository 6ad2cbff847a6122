"""Bromcom: JSON arrays of the partner API, strings padded with spaces, attendance by week, by session or as weekly counts (Vision).

Not here: what the school is like (school.py).
"""

import datetime
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import orjson

from pipelines.synthetic.colleagues import Colleague
from pipelines.synthetic.people import Pupil, spells_known
from pipelines.synthetic.phases import NEGATIVE, POSITIVE
from pipelines.synthetic.plan import DAY
from pipelines.synthetic.registers import CODE, CODES, MISSING, NOTHING
from pipelines.synthetic.rows import Column, Export, blocks, chosen, json_array, lines, numbers, real_columns
from pipelines.synthetic.school import School, SchoolYear

ASSUMED = ("fsmFlag", "firstLanguageCode", "admissionDate", "leavingDate")
STATUS = {"C": "Current Single Registration", "M": "Current Main", "S": "Current Subsidiary", "G": "Guest"}
ABSENCES = {"SIC": "Sickness", "TRN": "Training", "OTH": "Other", "UNP": "Unpaid", "MAT": "Maternity leave"}
PROVISION = {"N": "No special educational need", "K": "SEN support", "E": "Education, health and care plan"}
SUB_CODES = ("I01", "I02", "X01")
WEEK = ("monAM", "monPM", "tueAM", "tuePM", "wedAM", "wedPM", "thuAM", "thuPM", "friAM", "friPM")
WEEKLY_COUNTS = 2
"""The third academy on Bromcom gives weekly counts alone; of the others, the first and every second give weeks, the rest sessions."""


def write(school: School, year: SchoolYear, export: Export) -> None:
    """All of one night's files."""
    write_pupils(school, year.year, year.exported_on, export)
    export.write("Exclusions", "json", json_array(_exclusions(year)))
    export.write("Staff", "json", json_array(_staff(year)))
    export.write("StaffAbsences", "json", json_array(_absences(year)))
    export.write("AssociationAssessmentResultsRaw", "json", json_array(_results(year)))
    _behaviour(year, export)
    write_marks(school, year, export)


def write_marks(school: School, year: SchoolYear, export: Export) -> None:
    """The registers, in the shape in which this academy gives them."""
    if school.academy.variant == WEEKLY_COUNTS:
        export.write("SessionAttendanceCodesByWeek", "json", _weekly_counts(year))
    elif school.academy.variant % 2:
        _sessions(year, export)
    else:
        _weeks(year, export)


def write_pupils(school: School, year: int, exported_on: datetime.date, export: Export) -> None:
    """The list of pupils alone."""
    pupils = [pupil for pupil in school.pupils if spells_known(pupil, exported_on)]
    export.write("StudentFlatView", "json", json_array(_student(pupil, year, exported_on) for pupil in pupils))


def student_id(pupil: Pupil) -> int:
    """Bromcom's number for the pupil."""
    return 20_001 + pupil.number


def staff_id(colleague: Colleague) -> int:
    """Bromcom's number for the colleague."""
    return 61 + colleague.number


def _padded(text: str, width: int = 20) -> str:
    return text.ljust(width)


def _time(day: datetime.date | None) -> str | None:
    return f"{day}T00:00:00" if day else None


def _student(pupil: Pupil, year: int, exported_on: datetime.date) -> dict[str, Any]:
    spell = spells_known(pupil, exported_on)[-1]
    nc_year = pupil.nc_text(year)
    values: dict[str, Any] = {
        "studentId": student_id(pupil),
        "preferredFirstName": _padded(pupil.preferred_forename),
        "preferredLastName": _padded(pupil.surname),
        "firstName": _padded(pupil.forename),
        "lastName": _padded(pupil.surname),
        "genderCode": pupil.sex,
        "dateOfBirth": _time(pupil.date_of_birth),
        "upn": _padded(pupil.upn, 15),
        "admissionNumber": f"{pupil.number:06d}",
        "ethnicityCode": _padded(pupil.ethnicity, 6),
        "provisionName": _padded(PROVISION[pupil.sen]),
        "everFsm6Flag": pupil.is_fsm6,
        "inCareFlag": pupil.is_looked_after,
        "ealFlag": pupil.is_eal,
        "premiumPupilFlag": pupil.is_pupil_premium,
        "enrolmentStateName": _padded("L" if spell.leaving else STATUS[spell.status]),
        "yearGroup": _padded(f"Year {nc_year}" if nc_year.isdigit() else nc_year, 8),
        "tutorGroupName": _padded(pupil.reg_group(year), 8),
        "fsmFlag": pupil.is_fsm,
        "firstLanguageCode": _padded(pupil.language, 6),
        "admissionDate": _time(spell.entry),
        "leavingDate": _time(spell.leaving),
    }
    return {column: values.get(column) for column in (*real_columns("bromcom", "StudentFlatView"), *ASSUMED)}


def _exclusions(year: SchoolYear) -> list[dict[str, Any]]:
    return [
        {
            "studentId": student_id(year.register.pupils[one.row]),
            "type": {"SUSP": "Suspension", "PERM": "Permanent exclusion"}[one.category],
            "reason": _padded(";".join(one.reasons), 10),
            "startDate": _time(one.start),
            "endDate": _time(one.end),
            "sessions": 2 * one.days or None,
        }
        for one in year.suspensions
    ]


def _behaviour(year: SchoolYear, export: Export) -> None:
    events, register, names = year.behaviour, year.register, POSITIVE + NEGATIVE
    kinds = [{"eventId": 1 + number, "eventName": _padded(name), "eventDescription": None} for number, name in enumerate(names)]
    blank: dict[str, Any] = dict.fromkeys(real_columns("bromcom", "BehaviourEventRecords"))
    records = (
        blank
        | {
            "eventRecordId": number,
            "studentId": student_id(register.pupils[row]),
            "eventId": 1 + kind,
            "eventDate": _time(register.days[day]),
            "adjustment": points,
        }
        for number, (row, day, kind, points, _) in enumerate(events.listed(), start=year.year * 100_000)
    )
    export.write("BehaviourEvents", "json", json_array(kinds))
    export.write("BehaviourEventRecords", "json", json_array(records))


def _staff(year: SchoolYear) -> Iterator[dict[str, Any]]:
    blank: dict[str, Any] = dict.fromkeys(real_columns("bromcom", "Staff"))
    for one in year.colleagues:
        yield blank | {"staffId": staff_id(one), "staffCode": f"C{one.number:03d}", "jobTitle": _padded(one.title, 30)}


def _absences(year: SchoolYear) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(year.absences, start=year.year * 10_000):
        yield {
            "staffAbsenceId": number,
            "employeeId": staff_id(one.colleague),
            "staffAbsenceCodeDescription": _padded(ABSENCES[one.category]),
            "notes": None,
            "duration": one.days,
            "startDate": _time(one.start),
            "endDate": _time(one.end),
        }


def _results(year: SchoolYear) -> Iterator[dict[str, Any]]:
    for one in year.results:
        yield {
            "studentId": student_id(one.pupil),
            "assessmentTypeName": _padded(one.assessment),
            "result": one.result,
            "enteredDate": _time(one.day),
            "termName": _padded(one.period),
            "yearGroupName": None,
            "subjectName": _padded(one.subject),
            "isGrade": True,
        }


def _marks_as_sent(codes: np.ndarray[Any, Any], pupils: np.ndarray[Any, Any]) -> Column:
    """Marks as JSON values: padded, illness and not-required with the academy's own sub-codes, null where there is no session."""
    texts = [orjson.dumps(_padded(code, 4)).decode() for code in (*CODES, *SUB_CODES)]
    texts[NOTHING], texts[MISSING] = "null", '"    "'
    sub_code = np.where((codes == CODE["I"]) & (pupils % 3 > 0), len(CODES) - 1 + pupils % 3, codes)
    return chosen(texts, np.where((codes == CODE["X"]) & (pupils % 2 > 0), len(CODES) + 2, sub_code))


def _array(*pieces: Any) -> bytes:
    """Records as one JSON array, a record a line."""
    return b"[" + lines(*pieces, ",\n")[:-2] + b"]\n"


def _sessions(year: SchoolYear, export: Export) -> None:
    """BasicAttendance: a record a session, an array a part (the API gives pages)."""
    register = year.register
    ids, days = [str(student_id(pupil)) for pupil in register.pupils], [str(day) for day in register.days]
    for number, block in enumerate(blocks(register), start=1):
        with export.large("BasicAttendance", "json", number) as file:
            file.write(
                _array(
                    '{"studentId":', chosen(ids, block.pupil),
                    ',"calendarStartDate":"', chosen(days, block.day),
                    'T00:00:00","mark":', _marks_as_sent(block.code, block.pupil),
                    ',"periodDisplayName":"', chosen(["AM", "PM"], block.session), '","attendanceComment":null}',
                )
            )  # fmt: skip


def _weeks(year: SchoolYear, export: Export) -> None:
    """StudentAttendanceByWeek: ten marks a record; a part holds some hundred thousand records."""
    register = year.register
    ids = [str(student_id(pupil)) for pupil in register.pupils]
    mondays = sorted({day - DAY * day.weekday() for day in register.days})
    place = {monday: number for number, monday in enumerate(mondays)}
    marks = np.zeros((len(mondays), len(ids), 10), dtype=np.uint8)
    for number, day in enumerate(register.days):
        monday, first = place[day - DAY * day.weekday()], 2 * day.weekday()
        marks[monday, :, first : first + 2] = register.marks[:, number]
    week, pupil = np.nonzero((marks != NOTHING).any(axis=2))
    starts, ends = [str(monday) for monday in mondays], [str(monday + 4 * DAY) for monday in mondays]
    part_numbers = count(1)
    for begin in range(0, max(1, week.size), 100_000):
        weeks, pupils = week[begin : begin + 100_000], pupil[begin : begin + 100_000]
        pieces: list[Any] = ['{"studentId":', chosen(ids, pupils), ',"startDate":"', chosen(starts, weeks)]
        pieces += ['T00:00:00","endDate":"', chosen(ends, weeks), 'T00:00:00"']
        for number, column in enumerate(WEEK):
            pieces += [f',"{column}":', _marks_as_sent(marks[weeks, pupils, number].astype(np.int64), pupils)]
        with export.large("StudentAttendanceByWeek", "json", next(part_numbers) if week.size > 100_000 else None) as file:
            file.write(_array(*pieces, "}"))


def _weekly_counts(year: SchoolYear) -> bytes:
    """SessionAttendanceCodesByWeek: how many sessions of each code a pupil had in an ISO week, and no days."""
    register = year.register
    past = [number for number, day in enumerate(register.days) if day <= year.exported_on]
    weeks = sorted({day.isocalendar()[:2] for day in register.days})
    week_of = np.array([weeks.index(register.days[number].isocalendar()[:2]) for number in past], dtype=np.int64)
    pupil, day, session = np.nonzero(register.marks[:, past] > MISSING)
    code = register.marks[:, past][pupil, day, session].astype(np.int64)
    key = (week_of[day] * len(register.pupils) + pupil) * len(CODES) + code
    keys, sessions = np.unique(key, return_counts=True)
    texts = [orjson.dumps(_padded(code, 4)).decode() for code in CODES]
    which = keys // len(CODES) // max(1, len(register.pupils))
    return _array(
        '{"VisionSchoolId":1,"SchoolStudentId":',
        chosen([str(student_id(pupil)) for pupil in register.pupils], keys // len(CODES) % max(1, len(register.pupils))),
        ',"Year":', chosen([str(iso_year) for iso_year, _ in weeks], which),
        ',"Week":', chosen([str(iso_week) for _, iso_week in weeks], which),
        ',"AttendanceCode":', chosen(texts, keys % len(CODES)),
        ',"Count":', numbers(sessions), "}",
    )  # fmt: skip
