r"""Birch: a primary on Bromcom, whose February half-term is a week later than the trust's.

201 turned 5 on the last day (31 Aug 2020) · 202 is a day younger, so under 5 · 203 is a guest · 204 left on Friday (status L),
absent exactly half · 205 is dual registered, Main here and Subsidiary at Elm · 206 has weekly counts only · 207 has weekly counts and marks
of the same week: the marks count.
"""

import datetime as dt
import json
from typing import Any

from tests.helpers.reckoner import Academy, HalfTerms, Truth
from tests.helpers.upn import upn
from tests.integration.golden import AS_OF, DATE_IN_NAMES, TERMS, Teller, W

TERMS_OF_BIRCH: dict[int, HalfTerms] = {
    202526: {
        **TERMS[202526],
        "HT3": (dt.date(2026, 1, 5), dt.date(2026, 2, 20)),
        "HT4": (dt.date(2026, 3, 2), dt.date(2026, 3, 27)),
    }
}


def student(pupil: int, number: str, names: str, born: str, sex: str, year: str, state: str, left: str | None = None) -> dict[str, Any]:
    """One record as Bromcom prints it: strings padded with spaces."""
    last, first = names.split()
    return {
        "studentId": pupil,
        "upn": f"{number}   ",
        "lastName": f"{last}      ",
        "firstName": f"{first}    ",
        "preferredLastName": last,
        "preferredFirstName": first,
        "dateOfBirth": f"{born}T00:00:00",
        "genderCode": f"{sex} ",
        "ethnicityCode": "WBRI  ",
        "provisionName": "No special educational need   ",
        "everFsm6Flag": False,
        "inCareFlag": False,
        "ealFlag": False,
        "premiumPupilFlag": False,
        "fsmFlag": False,
        "firstLanguageCode": "ENG  ",
        "yearGroup": f"{year}  ",
        "tutorGroupName": "Oak    ",
        "enrolmentStateName": f"{state}   ",
        "admissionDate": "2025-09-02T00:00:00",
        "leavingDate": left,
    }


STUDENTS = [
    student(201, upn("900200000201"), "Ash Amy", "2020-08-31", "F", "Year 1", "Current"),
    student(202, upn("900200000202"), "Bay Bob", "2020-09-01", "M", "Reception", "Current - single registration at this school"),
    student(203, upn("900200000203"), "Cox Cat", "2016-03-03", "F", "Year 5", "Guest pupil"),
    student(204, upn("900200000204"), "Day Dan", "2015-04-04", "M", "Year 5", "L", "2025-09-12T00:00:00"),
    student(205, upn("900200000205"), "Ely Eva", "2015-05-05", "F", "Year 5", "Current main - dual registration"),
    student(206, upn("900200000206"), "Fay Fin", "2014-10-10", "M", "Year 6", "C"),
    student(207, upn("900200000207"), "Gay Gus", "2016-06-06", "M", "Year 4", ""),
]

WIDE_HEADER = "studentId,startDate,monAM,monPM,tueAM,tuePM,wedAM,wedPM,thuAM,thuPM,friAM,friPM\n"
# Sub-codes I01 and X05 are their letters; an empty cell of a school day is a missing mark.
WIDE = (
    WIDE_HEADER
    + r"""201 ,2025-09-08T00:00:00,/ ,\ ,/,\,/,\,/,\,/,I01
202,2025-09-08T00:00:00,/,\,/,\,X05,X05,X,X,/,\
203,2025-09-08T00:00:00,/,\,/,\,/,\,/,\,/,\
204,2025-09-08T00:00:00,O,O,O,O,O,\,/,\,/,\
205,2025-09-08T00:00:00,D,D,/,\,/,\,/,\,D,D
207,2025-09-08T00:00:00,/,\,/,\,/,\,/,\,,
207,2026-02-16T00:00:00,,,,,/,\,,,,
"""
)
BASIC = r"""studentId,calendarStartDate,periodDisplayName,mark
207,2026-06-12T00:00:00,AM,/
207,2026-06-12T00:00:00,PM,\
"""
BY_WEEK = r"""SchoolStudentId,Year,Week,AttendanceCode,Count
206,2025,37,/,4
206,2025,37,\,4
206,2025,37,I02,1
206,2025,37,L,1
207,2025,37,/,5
207,2025,37,\,5
"""
EXCLUSIONS = """studentId,type,reason,startDate,endDate,sessions
204,Fixed term exclusion,PP,2025-09-10T00:00:00,2025-09-10T00:00:00,2
201,LNCH,DB,2025-10-01T00:00:00,2025-10-01T00:00:00,
"""
EVENTS = """eventId,eventName
1,Kindness
2,Shouting
"""
RECORDS = """eventRecordId,eventId,studentId,eventDate,adjustment
1,1,201,2025-09-12T00:00:00,1
2,1,201,2025-09-15T00:00:00,1
3,1,205,2025-09-15T00:00:00,3
4,2,204,2025-09-11T00:00:00,-2
"""

COUNTS = {
    # one record is a pupil and an enrolment: two rows of the contract
    f"StudentFlatView_{DATE_IN_NAMES}.json": (14, 14, 0, 0),
    # 10 + 10 + 10 + 10 + 10 + 8 + 2 marks
    f"StudentAttendanceByWeek_{DATE_IN_NAMES}.csv": (60, 60, 0, 0),
    f"BasicAttendance_{DATE_IN_NAMES}.csv": (2, 2, 0, 0),
    f"SessionAttendanceCodesByWeek_{DATE_IN_NAMES}.csv": (6, 6, 0, 0),
    f"Exclusions_{DATE_IN_NAMES}.csv": (2, 2, 0, 0),
    f"BehaviourEventRecords_{DATE_IN_NAMES}.csv": (4, 4, 0, 0),
}
REJECTED: set[tuple[str, int, str]] = set()


def files() -> dict[str, bytes]:
    """What Bromcom wrote on the evening of 12 June."""
    texts = {
        f"StudentFlatView_{DATE_IN_NAMES}.json": json.dumps(STUDENTS),
        f"StudentAttendanceByWeek_{DATE_IN_NAMES}.csv": WIDE,
        f"BasicAttendance_{DATE_IN_NAMES}.csv": BASIC,
        f"SessionAttendanceCodesByWeek_{DATE_IN_NAMES}.csv": BY_WEEK,
        f"Exclusions_{DATE_IN_NAMES}.csv": EXCLUSIONS,
        f"BehaviourEvents_{DATE_IN_NAMES}.csv": EVENTS,
        f"BehaviourEventRecords_{DATE_IN_NAMES}.csv": RECORDS,
    }
    return {name: text.encode() for name, text in texts.items()}


def tell(truth: Truth) -> None:
    """What is so at Birch."""
    academy = Academy("birch", "primary", half_terms=TERMS_OF_BIRCH, joined_on=dt.date(2019, 9, 1), last_delivered_on=AS_OF)
    birch = Teller(truth, academy)
    birch.pupil("201", "amy", "2020-08-31", "F", "1")
    birch.pupil("202", "bob", "2020-09-01", "M", "R")
    birch.pupil("203", "cat", "2016-03-03", "F", "5")
    birch.pupil("204", "dan", "2015-04-04", "M", "5")
    birch.pupil("205", "eva", "2015-05-05", "F", "5")
    birch.pupil("206", "fin", "2014-10-10", "M", "6")
    birch.pupil("207", "gus", "2016-06-06", "M", "4")
    for pupil in ("201", "202", "206", "207"):
        birch.spell(pupil, "2025-09-02")
    birch.spell("203", "2025-09-02", status="G")
    birch.spell("204", "2025-09-02", "2025-09-12", "P")
    birch.spell("205", "2025-09-02", status="M")
    birch.register("201", W, r"/ \ / \ / \ / \ / I ")
    birch.register("202", W, r"/ \ / \ X X X X / \ ")
    birch.register("203", W, r"/ \ / \ / \ / \ / \ ")
    birch.register("204", W, r"O O O O O \ / \ / \ ")
    birch.register("205", W, r"D D / \ / \ / \ D D ")
    birch.register("207", W, r"/ \ / \ / \ / \ . . ")
    birch.register("207", dt.date(2026, 2, 16), r". . . . / \ ")
    birch.register("207", dt.date(2026, 6, 8), r". . . . . . . . / \ ")
    birch.counts("206", W, {"/": 4, "\\": 4, "I": 1, "L": 1})
    birch.counts("207", W, {"/": 5, "\\": 5})
    birch.suspension("204", "SUSP", "2025-09-10", 2)
    birch.suspension("201", "LNCH", "2025-10-01")
    birch.events("201", "2025-09-12", "positive")
    birch.events("201", "2025-09-15", "positive")
    birch.events("205", "2025-09-15", "positive")
    birch.events("204", "2025-09-11", "negative")
