"""Arbor: CSV of the BI Connector's views, with all their columns (names, flags and addresses that a reader must ignore).

Not here: what the school is like (school.py).
"""

import datetime
from collections.abc import Sequence

import numpy as np

from pipelines.synthetic.colleagues import Absence, Colleague
from pipelines.synthetic.community import CLUBS
from pipelines.synthetic.events import Suspension
from pipelines.synthetic.people import Pupil, spells_known
from pipelines.synthetic.phases import NEGATIVE, POSITIVE
from pipelines.synthetic.registers import CODES, MISSING, Register
from pipelines.synthetic.rows import Block, Export, chosen, csv_text, lines, numbers, parts, real_columns
from pipelines.synthetic.school import School, SchoolYear

FIRST_STUDENT = 10_001
FIRST_STAFF = 301
ABSENT = {"authorised": "CEIMRST", "unauthorised": "GNOU", "not possible": "DXYZ#"}
ETHNICITY_LABELS = {
    "WBRI": "White - British",
    "WOTH": "Any Other White Background",
    "AIND": "Indian",
    "APKN": "Pakistani",
    "BAFR": "Black - African",
}
SEN_LABELS = {"N": "No special educational need", "K": "SEN support", "E": "Education, health and care plan"}


def write(school: School, year: SchoolYear, export: Export) -> None:
    """All of one night's files."""
    key = {"APPLICATION_ID": school.academy.id}
    pupils = [pupil for pupil in school.pupils if spells_known(pupil, year.exported_on)]
    tables = {
        "STUDENTS": [_student(pupil, year, key) for pupil in pupils],
        "STUDENT_SCHOOL_ENROLMENTS": _enrolments(pupils, year.exported_on, key),
        "SUSPENSIONS": [_suspension(number, one, year.register, key) for number, one in _of(year, "SUSP")],
        "PERMANENT_EXCLUSIONS": [_exclusion(number, one, year.register, key) for number, one in _of(year, "PERM")],
        "ACADEMIC_CALENDAR_DATES": [_calendar_date(day, year.staff_days, key) for day in year.term_days],
    }
    for table, rows in (tables | _life(year, key)).items():
        export.write(table, "csv", csv_text(real_columns("arbor", table), rows))
    _behaviour(school, year, export, key)
    write_marks(school, year, export)


def student_id(pupil: Pupil) -> str:
    """Arbor's number for the pupil."""
    return str(FIRST_STUDENT + pupil.number)


def staff_id(colleague: Colleague) -> str:
    """Arbor's number for the colleague."""
    return str(FIRST_STAFF + colleague.number)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _student(pupil: Pupil, year: SchoolYear, key: dict[str, str]) -> dict[str, str]:
    spells = spells_known(pupil, year.exported_on)
    identifier = student_id(pupil)
    return key | {
        "STUDENT_UNIQUE_ID": f"{key['APPLICATION_ID']}-{identifier}",
        "STUDENT_ID": identifier,
        "UPN": pupil.upn,
        "LEGAL_FIRST_NAME": pupil.forename,
        "LEGAL_LAST_NAME": pupil.surname,
        "PREFERRED_FIRST_NAME": pupil.preferred_forename,
        "PREFERRED_LAST_NAME": pupil.surname,
        "DATE_OF_BIRTH": str(pupil.date_of_birth),
        "IS_CURRENT": _flag(any(not spell.leaving for spell in spells)),
        "GENDER": {"F": "Female", "M": "Male"}[pupil.sex],
        "SEX": {"F": "Female", "M": "Male"}[pupil.sex],
        "ETHNICITY": ETHNICITY_LABELS.get(pupil.ethnicity, pupil.ethnicity),
        "NATIVE_LANGUAGE_CODES": pupil.language if pupil.number % 9 else f"{pupil.language};FRN",
        "EMAIL_ADDRESS": f"pupil{identifier}@example.invalid",
        "CURRENT_YEAR_GROUP": _year_group(pupil.nc_text(year.year)),
        "CURRENT_SEN_STATUS": SEN_LABELS[pupil.sen] if pupil.number % 2 else pupil.sen,
        "CURRENT_REGISTRATION_GROUP": pupil.reg_group(year.year),
        "IN_CARE": _flag(pupil.is_looked_after),
        "SEN": _flag(pupil.sen != "N"),
        "EAL": _flag(pupil.is_eal),
        "EVER_6_FSM": _flag(pupil.is_fsm6),
        "FSM": _flag(pupil.is_fsm),
        "PUPIL_PREMIUM": _flag(pupil.is_pupil_premium),
        "SERVICE_CHILD": _flag(pupil.is_service_child),
        "DISADVANTAGED": _flag(pupil.is_fsm6 or pupil.is_looked_after),
        "ADDRESS": f"{1 + pupil.number % 90} Nowhere Lane, {key['APPLICATION_ID'].title()}",
        "POSTCODE": "ZZ99 9ZZ",
    }


def _year_group(nc_year: str) -> str:
    return {"N1": "Nursery 1", "N2": "Nursery 2", "R": "Reception"}.get(nc_year, f"Year {nc_year}")


def _enrolments(pupils: Sequence[Pupil], day: datetime.date, key: dict[str, str]) -> list[dict[str, str]]:
    return [
        key
        | {
            "STUDENT_ID": student_id(pupil),
            "STUDENT_SCHOOL_ENROLMENT_ID": f"{student_id(pupil)}{number}",
            "START_DATE": str(spell.entry),
            "END_DATE": str(spell.leaving or ""),
            "CURRENTLY_ON_ROLL": _flag(not spell.leaving),
        }
        for pupil in pupils
        for number, spell in enumerate(spells_known(pupil, day))
    ]


def _of(year: SchoolYear, category: str) -> list[tuple[int, Suspension]]:
    return [(number, one) for number, one in enumerate(year.suspensions, start=year.year * 1000) if one.category == category]


def _suspension(number: int, one: Suspension, register: Register, key: dict[str, str]) -> dict[str, str]:
    return key | {
        "SUSPENSION_ID": str(number),
        "STUDENT_ID": student_id(register.pupils[one.row]),
        "START_DATE": str(one.start),
        "END_DATE": str(one.end),
        "DECISION_DATE": str(one.start),
        "SUSPENSION_REASONS_LIST": ", ".join(one.reasons),
        "STATISTICAL_DAYS_EXCLUDED": str(one.days),
    }


def _exclusion(number: int, one: Suspension, register: Register, key: dict[str, str]) -> dict[str, str]:
    return key | {
        "PERMANENT_EXCLUSION_ID": str(number),
        "STUDENT_ID": student_id(register.pupils[one.row]),
        "START_DATE": str(one.start),
        "DECISION_DATE": str(one.start),
        "EXCLUSION_REASONS_LIST": ", ".join(one.reasons),
    }


def _calendar_date(day: datetime.date, staff_days: tuple[datetime.date, ...], key: dict[str, str]) -> dict[str, str]:
    is_closed = day in staff_days
    return key | {
        "ACADEMIC_CALENDAR_DATE_ID": day.strftime("%Y%m%d"),
        "DATE": str(day),
        "CALENDAR_DAY_OF_WEEK": str(day.isoweekday()),
        "ACADEMIC_HOLIDAY_TYPE": "INSET" if is_closed else "",
        "IS_GOOD_SCHOOL_DAY": _flag(not is_closed),
    }


def _life(year: SchoolYear, key: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """Colleagues, clubs and results."""
    return {
        "STAFF": [_staff(one, key) for one in year.colleagues],
        "STAFF_CONTRACT": [_contract(one, year.exported_on, key) for one in year.colleagues],
        "STAFF_ABSENCES": [_absence(number, one, key) for number, one in enumerate(year.absences, start=year.year * 10_000)],
        "CLUBS": [key | {"CLUB_ID": str(41 + number), "CLUB_NAME": name, "FREE": "true"} for number, name in enumerate(CLUBS)],
        "CLUB_MEMBERSHIPS": [
            key
            | {
                "STUDENT_ID": student_id(one.pupil),
                "CLUB_ID": str(41 + one.club),
                "START_DATE": str(one.start),
                "END_DATE": str(one.end or ""),
            }
            for one in year.memberships
        ],
        "SUMMATIVE_ASSESSMENT_MARKS": [
            {
                "STUDENT_ID": student_id(one.pupil),
                "SUBJECT_CODE": one.subject,
                "ASSESSMENT_CODE": one.assessment,
                "PERIOD_NAME": one.period,
                "ASSESSMENT_DATE": str(one.day),
                "GRADE_NAME": one.result,
                "GRADE_POINTS": one.points,
                "GRADE_SET_CODE": one.scale,
            }
            for one in year.results
        ],
    }


def _staff(one: Colleague, key: dict[str, str]) -> dict[str, str]:
    return key | {
        "STAFF_ID": staff_id(one),
        "STAFF_NUMBER": str(one.payroll),
        "SEX": {"F": "Female", "M": "Male"}[one.sex],
        "GENDER": {"F": "Female", "M": "Male"}[one.sex],
        "QUALIFIED_TEACHER_STATUS": _flag(one.is_teacher),
        "IS_TEACHING_STAFF": _flag(one.is_teacher),
        "EMAIL": f"colleague{staff_id(one)}@example.invalid",
    }


def _contract(one: Colleague, day: datetime.date, key: dict[str, str]) -> dict[str, str]:
    end = one.end_known(day)
    return key | {
        "STAFF_CONTRACT_ID": str(9_000 + one.number),
        "STAFF_ID": staff_id(one),
        "CONTRACT_START_DATE": str(one.start),
        "CONTRACT_END_DATE": str(end or ""),
        "EMPLOYMENT_TYPE_CODE": "PRM",
        "STAFF_DESTINATION_CODE": one.destination if end else "",
        "CONTRACT_POST_JOB_TITLE": one.title,
        "FTE_PROPORTION": one.fte,
        "WORKFORCE_CENSUS_ROLE_IDENTIFIER": one.role,
    }


def _absence(number: int, one: Absence, key: dict[str, str]) -> dict[str, str]:
    return key | {
        "STAFF_ABSENCE_ID": str(number),
        "STAFF_ID": staff_id(one.colleague),
        "WORKING_DAYS": str(one.days or ""),
        "START_DATETIME": f"{one.start} 08:30:00",
        "END_DATETIME": f"{one.end} 16:00:00" if one.end else "",
        "CATEGORY_CODE": one.category,
    }


def _behaviour(school: School, year: SchoolYear, export: Export, key: dict[str, str]) -> None:
    events, register = year.behaviour, year.register
    first = year.year * 100_000
    names = POSITIVE + NEGATIVE
    incidents, involvements = [], []
    for number, (row, day, kind, points, _) in enumerate(events.listed(), start=first):
        incidents.append(
            key
            | {
                "BEHAVIOURAL_INCIDENT_ID": str(number),
                "BEHAVIOUR_NAME": names[kind],
                "INCIDENT_DATE": str(register.days[day]),
                "NARRATIVE": "Told by the teacher, and no business of a warehouse's.",
                "IS_RESOLVED": "true",
            }
        )
        involvements.append(
            key
            | {
                "BEHAVIOURAL_INCIDENT_INVOLVEMENT_ID": str(number),
                "BEHAVIOURAL_INCIDENT_ID": str(number),
                "STUDENT_ID": student_id(register.pupils[row]),
                "SEVERITY": str(points),
            }
        )
    for table, rows in (("BEHAVIOURAL_INCIDENTS", incidents), ("BEHAVIOURAL_INCIDENT_STUDENT_INVOLVEMENTS", involvements)):
        export.write(table, "csv", csv_text(real_columns("arbor", table), rows))


def write_marks(school: School, year: SchoolYear, export: Export) -> None:
    """ROLL_CALL_ATTENDANCE: a row a session."""
    columns = real_columns("arbor", "ROLL_CALL_ATTENDANCE")
    header = (",".join(columns) + "\r\n").encode()
    for number, pieces in parts(export, year.register):
        with export.large("ROLL_CALL_ATTENDANCE", "csv", number) as file:
            file.write(header)
            for block in pieces:
                file.write(_roll_call(school, year, block, columns))


def _roll_call(school: School, year: SchoolYear, block: Block, columns: Sequence[str]) -> bytes:
    register = year.register
    names = [student_id(pupil) for pupil in register.pupils]
    codes = ["" if number <= MISSING else code for number, code in enumerate(CODES)]
    record = numbers(year.year * 10_000_000 + block.first + 1 + np.arange(len(block.pupil)))
    start = year.year // 100
    values = {
        "ATTENDANCE_ROLL_CALL_RECORD_ID": record,
        "STUDENT_ID": chosen(names, block.pupil),
        "APPLICATION_ID": school.academy.id,
        "RAW_MARK": chosen(codes, block.code),
        "MARK_CODE": chosen(codes, block.code),
        "MINUTES_LATE": chosen(["", *map(str, range(1, 256))], block.minutes),
        "PERIOD": chosen(["AM", "PM"], block.session),
        "DATE": chosen([str(day) for day in register.days], block.day),
        "ACADEMIC_YEAR_NAME": f"{start}/{start + 1}",
        "IS_PRESENT": chosen([_flag(code in ("/", "\\", "L")) for code in codes], block.code),
        "IS_AUTHORIZED_ABSENT": chosen([_flag(code[:1] in tuple(ABSENT["authorised"])) for code in codes], block.code),
        "IS_UNAUTHORIZED_ABSENT": chosen([_flag(code[:1] in tuple(ABSENT["unauthorised"])) for code in codes], block.code),
        "IS_POSSIBLE_ATTENDANCE": chosen([_flag(bool(code) and code[:1] not in ABSENT["not possible"]) for code in codes], block.code),
    }
    row: list[object] = []
    for column in columns:
        row += [values.get(column, ""), ","]
    row[-1] = "\r\n"
    return lines(*row)
