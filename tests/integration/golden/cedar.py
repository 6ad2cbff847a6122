r"""Cedar: a secondary that reaches us through Wonde.

301 comes from Ashby on Thursday of week W (one UPN, one person, two enrolments) · 302 is Ashby's 110 on a second roll · 303 is here ·
304 has left: only `students-leaver` has her. The attendance code ids are not the codes: the id `I` is the code `/`.
"""

import datetime as dt
import gzip
import json
from typing import Any

from tests.helpers.reckoner import Academy, Truth
from tests.helpers.upn import upn
from tests.integration.golden import AS_OF, DATE_IN_NAMES, Teller, W, sessions_of


def wonde_date(day: str) -> dict[str, Any]:
    return {"date": f"{day} 00:00:00.000000", "timezone_type": 3, "timezone": "Europe/London"}


def student(pupil: str, number: str, names: str, born: str, sex: str, year: str, **more: Any) -> dict[str, Any]:
    surname, forename = names.split()
    return {
        "id": pupil,
        "surname": surname,
        "forename": forename,
        "legal_surname": surname,
        "legal_forename": forename,
        "gender": sex,
        "date_of_birth": wonde_date(born),
        "education_details": {
            "data": {
                "upn": number,
                "former_upn": None,
                "current_nc_year": year,
                "admission_date": wonde_date(more["entry"]),
                "leaving_date": wonde_date(more["left"]) if more.get("left") else None,
            }
        },
        "extended_details": {
            "data": {
                "ethnicity_code": more.get("ethnicity", "WBRI"),
                "first_language": "ENG",
                "sen_status": more.get("sen"),
                "free_school_meals": False,
                "free_school_meals_6": False,
                "premium_pupil_indicator": False,
                "english_as_additional_language": False,
                "in_lea_care": False,
                "service_children_indicator": False,
                "enrolment_status": more.get("status", "C"),
            }
        },
    }


def page(records: list[dict[str, Any]], number: int = 1) -> dict[str, Any]:
    return {"data": records, "meta": {"pagination": {"current_page": number, "per_page": 2, "more": False}}}


STUDENTS = [
    page(
        [
            student("A301", upn("900100000105"), "Eden Eve", "2012-05-05", "FEMALE", "8", entry="2025-09-11"),
            student("A302", upn("900100000110"), "Jay Jon", "2011-11-11", "MALE", "9", entry="2026-01-05"),
        ]
    ),
    page(
        [
            student(
                "A303", upn("900300000303"), "Lee Lou", "2012-01-15", "MALE", "8", entry="2024-09-02", sen="SEN Support", ethnicity="MWBC"
            )
        ],
        2,
    ),
    page([], 3),
]
LEAVERS = page(
    [student("A304", upn("900300000304"), "Moss Mia", "2013-03-03", "FEMALE", "7", entry="2025-09-02", left="2025-10-24", status="P")]
)

CODE_IDS = {"/": "I", "\\": "B2", "I": "C3", "N": "D4", "L": "E5"}
ATTENDANCE_CODES = page([{"id": code_id, "code": code} for code, code_id in CODE_IDS.items()])

JANUARY = dt.date(2026, 1, 12)
REGISTERS = [
    ("A301", W, r". . . . . . / \ / \ "),
    ("A303", W, r"/ \ / \ / \ I I / \ "),
    ("A304", W, r"N N N N N N N N / \ "),
    ("A302", JANUARY, r"/ \ / \ / \ / \ L \ "),
    ("A303", dt.date(2026, 6, 8), r". . . . . . . . / \ "),
]


def attendance(registers: list[tuple[str, dt.date, str]]) -> list[dict[str, Any]]:
    return [
        {
            "student_id": pupil,
            "date": wonde_date(day.isoformat()),
            "session": session,
            "attendance_code_id": CODE_IDS[mark],
            "minutes_late": 4 if mark == "L" else None,
        }
        for pupil, monday, register in registers
        for day, session, mark in sessions_of(monday, register)
    ]


UNKNOWN_CODE = {"student_id": "A303", "date": "2025-09-15", "session": "AM", "attendance_code_id": "ZZ9", "minutes_late": None}
EXCLUSIONS = page(
    [{"student_id": "A303", "type": "SUSP", "reason": "PP", "start_date": "2025-12-01", "end_date": "2025-12-02", "sessions": 3}]
)
BEHAVIOURS = page(
    [
        {"id": "b1", "student_id": "A303", "date": wonde_date("2025-09-12"), "type": "Rude", "points": 1},
        {"id": "b2", "student_id": "A303", "date": wonde_date("2025-09-15"), "type": "Late", "points": 1},
    ]
)
ACHIEVEMENTS = page(
    [
        {"id": "a1", "student_id": "A301", "date": wonde_date("2025-09-12"), "type": "Effort", "points": 1},
        {"id": "a2", "student_id": "A302", "date": wonde_date("2026-01-13"), "type": "Effort", "points": 1},
    ]
)

PART_1, PART_2 = f"attendance_session_{DATE_IN_NAMES}_part1.json", f"attendance_session_{DATE_IN_NAMES}_part2.json.gz"
COUNTS = {
    f"students_{DATE_IN_NAMES}.jsonl": (6, 6, 0, 0),  # three pupils, each with an enrolment
    f"students-leaver_{DATE_IN_NAMES}.json": (2, 2, 0, 0),
    PART_1: (24, 24, 0, 0),  # 4 + 10 + 10
    PART_2: (13, 12, 1, 0),  # 10 + 2, and one whose code id is in no list
    f"exclusions_{DATE_IN_NAMES}.json": (1, 1, 0, 0),
    f"behaviours_{DATE_IN_NAMES}.json": (2, 2, 0, 0),
    f"achievements_{DATE_IN_NAMES}.json": (2, 2, 0, 0),
}
REJECTED = {(PART_2, 13, "unmapped_mark")}  # the 13th record


def files() -> dict[str, bytes]:
    """What the Wonde client saved on the evening of 12 June: pages a line, pages a file, a zipped part."""
    part_2 = page([*attendance(REGISTERS[3:]), UNKNOWN_CODE])
    return {
        f"students_{DATE_IN_NAMES}.jsonl": "\n".join(json.dumps(one) for one in STUDENTS).encode(),
        f"students-leaver_{DATE_IN_NAMES}.json": json.dumps(LEAVERS).encode(),
        f"attendance-codes_{DATE_IN_NAMES}.json": json.dumps(ATTENDANCE_CODES).encode(),
        PART_1: json.dumps(page(attendance(REGISTERS[:3]))).encode(),
        PART_2: gzip.compress(json.dumps(part_2).encode(), mtime=0),
        f"exclusions_{DATE_IN_NAMES}.json": json.dumps(EXCLUSIONS).encode(),
        f"behaviours_{DATE_IN_NAMES}.json": json.dumps(BEHAVIOURS).encode(),
        f"achievements_{DATE_IN_NAMES}.json": json.dumps(ACHIEVEMENTS).encode(),
    }


def tell(truth: Truth) -> None:
    """What is so at Cedar."""
    cedar = Teller(truth, Academy("cedar", "secondary", joined_on=dt.date(2019, 9, 1), last_delivered_on=AS_OF))
    cedar.pupil("A301", "eve", "2012-05-05", "F", "8")
    cedar.pupil("A302", "jon", "2011-11-11", "M", "9")
    cedar.pupil("A303", "lou", "2012-01-15", "M", "8", sen="support", ethnicity="mixed", ethnicity_code="MWBC")
    cedar.pupil("A304", "mia", "2013-03-03", "F", "7")
    cedar.spell("A301", "2025-09-11")
    cedar.spell("A302", "2026-01-05")
    cedar.spell("A303", "2024-09-02")
    cedar.spell("A304", "2025-09-02", "2025-10-24", "P")
    for pupil, monday, register in REGISTERS:
        cedar.register(pupil, monday, register)
    cedar.suspension("A303", "SUSP", "2025-12-01", 3)
    cedar.events("A303", "2025-09-12", "negative")
    cedar.events("A303", "2025-09-15", "negative")
    cedar.events("A301", "2025-09-12", "positive")
    cedar.events("A302", "2026-01-13", "positive")
