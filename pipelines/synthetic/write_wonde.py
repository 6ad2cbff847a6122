"""Wonde: JSON pages, many pages a file (one a line); dates are objects, marks are ids to look up, leavers have their own endpoint.

Not here: what the school is like (school.py).
"""

import datetime
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import orjson

from pipelines.synthetic.colleagues import Colleague
from pipelines.synthetic.people import Pupil, spells_known
from pipelines.synthetic.phases import NEGATIVE, POSITIVE
from pipelines.synthetic.registers import CODES, MISSING
from pipelines.synthetic.rows import Block, Export, chosen, lines, numbers, parts
from pipelines.synthetic.school import School, SchoolYear

PER_PAGE = 200
OFF_ROLL = "P"


def write(school: School, year: SchoolYear, export: Export) -> None:
    """All of one night's files."""
    pupils = [pupil for pupil in school.pupils if spells_known(pupil, year.exported_on)]
    leavers = [pupil for pupil in pupils if _has_left(pupil, year.exported_on)]
    left = {pupil.number for pupil in leavers}
    export.write("students", "json", _pages("students", (_student(pupil, year) for pupil in pupils if pupil.number not in left)))
    export.write("students-leaver", "json", _pages("students-leaver", (_student(pupil, year) for pupil in leavers)))
    export.write("attendance-codes", "json", _pages("attendance-codes", _codes()))
    export.write("exclusions", "json", _pages("exclusions", _exclusions(year)))
    for endpoint, sign in (("achievements", 1), ("behaviours", -1)):
        export.write(endpoint, "json", _pages(endpoint, _behaviour(year, sign)))
    export.write("employees", "json", _pages("employees", (_employee(one, year) for one in year.colleagues)))
    export.write("employee-absences", "json", _pages("employee-absences", _absences(year)))
    write_marks(school, year, export)


def student_id(pupil: Pupil) -> str:
    """Wonde's id for the pupil."""
    return f"A{1_039_500_000 + pupil.number}"


def employee_id(colleague: Colleague) -> str:
    """Wonde's id for the colleague."""
    return f"A{730_000_000 + colleague.number}"


def code_id(number: int) -> str:
    """The id of a mark: nothing of the code is in it."""
    return f"A{552_000_000 + 37 * number}"


def _has_left(pupil: Pupil, day: datetime.date) -> bool:
    return all(spell.leaving and spell.leaving < day for spell in spells_known(pupil, day))


def _date(day: datetime.date | None) -> dict[str, Any] | None:
    return {"date": f"{day} 00:00:00.000000", "timezone_type": 3, "timezone": "Europe/London"} if day else None


def _pages(endpoint: str, records: Iterable[dict[str, Any]]) -> bytes:
    """Pages of two hundred records, a page a line; an empty endpoint has one empty page."""
    left: Iterator[dict[str, Any]] = iter(records)
    pages = [page] if (page := list(islice(left, PER_PAGE))) else [[]]
    while page := list(islice(left, PER_PAGE)):
        pages.append(page)
    return b"".join(
        orjson.dumps({"data": page, "meta": _meta(endpoint, number, number < len(pages))}) + b"\n"
        for number, page in enumerate(pages, start=1)
    )


def _meta(endpoint: str, page: int, is_more: bool) -> dict[str, Any]:
    following = f"https://api.wonde.com/v1.0/schools/A0000000000/{endpoint}?page={page + 1}" if is_more else None
    pagination = {"next": following, "previous": None, "more": is_more, "per_page": PER_PAGE, "current_page": page}
    return {"pagination": pagination, "includes": []}


def _student(pupil: Pupil, year: SchoolYear) -> dict[str, Any]:
    spell = spells_known(pupil, year.exported_on)[-1]
    return {
        "id": student_id(pupil),
        "upi": f"{pupil.number * 2_654_435_761 % 2**32:08x}",
        "mis_id": str(pupil.number),
        "initials": pupil.forename[0] + pupil.surname[0],
        "surname": pupil.surname,
        "forename": pupil.preferred_forename,
        "middle_names": None,
        "legal_surname": pupil.surname,
        "legal_forename": pupil.forename,
        "gender": {"F": "FEMALE", "M": "MALE"}[pupil.sex],
        "date_of_birth": _date(pupil.date_of_birth),
        "education_details": {
            "data": {
                "upn": pupil.upn,
                "former_upn": pupil.former_upn or None,
                "uln": None,
                "local_upn": None,
                "current_nc_year": pupil.nc_text(year.year),
                "admission_date": _date(spell.entry),
                "leaving_date": _date(spell.leaving),
            }
        },
        "extended_details": {
            "data": {
                "ethnicity_code": pupil.ethnicity,
                "religion": None,
                "sen_status": {"N": None, "K": "SEN Support", "E": "E"}[pupil.sen],
                "first_language": pupil.language,
                "in_lea_care": pupil.is_looked_after,
                "free_school_meals": pupil.is_fsm,
                "free_school_meals_6": pupil.is_fsm6,
                "english_as_additional_language": pupil.is_eal,
                "premium_pupil_indicator": pupil.is_pupil_premium,
                "service_children_indicator": pupil.is_service_child,
                "enrolment_status": OFF_ROLL if spell.leaving and spell.leaving < year.exported_on else spell.status,
            }
        },
    }


def _codes() -> list[dict[str, Any]]:
    return [{"id": code_id(number), "code": code, "description": None} for number, code in enumerate(CODES) if number > MISSING]


def _exclusions(year: SchoolYear) -> list[dict[str, Any]]:
    return [
        {
            "id": f"A{number}",
            "student_id": student_id(year.register.pupils[one.row]),
            "type": {"SUSP": "Suspension", "PERM": "Permanent exclusion"}[one.category],
            "reason": ";".join(one.reasons),
            "start_date": _date(one.start),
            "end_date": _date(one.end),
            "sessions": 2 * one.days or None,
        }
        for number, one in enumerate(year.suspensions, start=year.year * 1000)
    ]


def _behaviour(year: SchoolYear, sign: int) -> Iterator[dict[str, Any]]:
    events, register, names = year.behaviour, year.register, POSITIVE + NEGATIVE
    for number, (row, day, kind, points, _) in enumerate(events.listed(), start=year.year * 100_000):
        if points * sign > 0:
            yield {
                "id": f"A{number}",
                "student_id": student_id(register.pupils[row]),
                "date": _date(register.days[day]),
                "type": names[kind],
                "points": abs(points),
                "comment": None,
            }


def _employee(one: Colleague, year: SchoolYear) -> dict[str, Any]:
    end = one.end_known(year.exported_on)
    return {
        "id": employee_id(one),
        "payroll_number": str(one.payroll),
        "gender": {"F": "FEMALE", "M": "MALE"}[one.sex],
        "employment_details": {
            "data": {
                "teaching_staff": one.is_teacher,
                "qualified_teacher_status": one.is_teacher,
                "role": one.role,
                "contract_type": "PRM",
                "fte": float(one.fte),
                "employment_start_date": _date(one.start),
                "employment_end_date": _date(end),
                "destination": one.destination if end else None,
            }
        },
    }


def _absences(year: SchoolYear) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(year.absences, start=year.year * 10_000):
        yield {
            "id": f"A{number}",
            "employee_id": employee_id(one.colleague),
            "type": one.category,
            "start_date": _date(one.start),
            "end_date": _date(one.end),
            "working_days": one.days,
        }


def write_marks(school: School, year: SchoolYear, export: Export) -> None:
    """attendance_session: a record a session; the pages are cut after every two hundred, counted through each file."""
    for number, pieces in parts(export, year.register):
        with export.large("attendance_session", "json", number) as file:
            records = sum(len(block.pupil) for block in pieces)
            if not records:
                file.write(_pages("attendance/session", []))
            before = 0
            for block in pieces:
                file.write(_sessions(year, block, before, records))
                before += len(block.pupil)


def _sessions(year: SchoolYear, block: Block, before: int, records: int) -> bytes:
    register = year.register
    ids, days = [student_id(pupil) for pupil in register.pupils], [str(day) for day in register.days]
    codes = ["null" if number <= MISSING else f'"{code_id(number)}"' for number in range(len(CODES))]
    place = before + np.arange(len(block.pupil))
    page, last_page = place // PER_PAGE, (records - 1) // PER_PAGE
    is_first, is_last = place % PER_PAGE == 0, (place % PER_PAGE == PER_PAGE - 1) | (place == records - 1)
    first_page = int(page[0]) if len(page) else 0
    ends = [
        f'],"meta":{orjson.dumps(_meta("attendance/session", number + 1, number < last_page)).decode()}}}\n'
        for number in range(first_page, last_page + 1)
    ]
    return lines(
        chosen([",", '{"data":['], is_first.astype(np.int64)),
        '{"id":"A', numbers(year.year * 10_000_000 + block.first + np.arange(len(block.pupil))),
        '","date":{"date":"', chosen(days, block.day),
        ' 00:00:00.000000","timezone_type":3,"timezone":"Europe/London"},"session":"', chosen(["AM", "PM"], block.session),
        '","student_id":"', chosen(ids, block.pupil),
        '","attendance_code_id":', chosen(codes, block.code),
        ',"comment":null,"employee_id":null,"minutes_late":', chosen(["null", *map(str, range(1, 256))], block.minutes), "}",
        chosen(["", *ends], np.where(is_last, 1 + page - first_page, 0)),
    )  # fmt: skip
