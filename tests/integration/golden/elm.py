r"""Elm: a special school that joined in September 2025 and delivers the canonical files.

E1 has weekly counts; J (by then withdrawn: still attending) and J1 in September 2024, the year before the trust had the school ·
E2 has an H, withdrawn too: authorised as it was · E3 is Birch's 205, Subsidiary here: D where she is at Birch.
"""

import datetime as dt

from tests.helpers.reckoner import Academy, Truth
from tests.helpers.upn import upn
from tests.integration.golden import AS_OF, DATE_IN_NAMES, Teller, W, sessions_of

HEADER = (
    "source_pupil_id,upn,legal_surname,legal_forename,date_of_birth,sex,ethnicity_code,first_language_code,nc_year,sen_provision_code,"
    "is_fsm,fsm_category_code,is_fsm_ever6,has_social_worker,is_eal"
)
PUPIL = f"""{HEADER}
E1,{upn("900500000501")},Park,Pip,2012-07-07,M,WBRI,ENG,9,E,true,EFSM,false,true,
E2,{upn("900500000502")},Quin,Quy,2013-08-08,F,WBRI,ENB,7,E,false,,false,false,true
E3,{upn("900200000205")},Ely,Eva,2015-05-05,F,WBRI,ENG,5,E,,,,,
"""
ENROLMENT = """source_pupil_id,entry_date,leaving_date,enrolment_status_code
E1,2023-09-01,,C
E2,2025-09-02,,
E3,2025-09-02,,Current subsidiary - dual registration
"""
REGISTERS = [
    ("E2", W, r"/ \ / \ / \ / \ / H "),
    ("E3", W, r"/ \ D D D D D D / \ "),
    ("E3", dt.date(2026, 6, 8), r". . . . . . . . / \ "),
    ("E1", dt.date(2024, 9, 9), r". . J J1 . . . . . . "),
]
WEEK = f"""source_pupil_id,week_start_date,mark_code,sessions
E1,{W},/,3
E1,{W},\\,3
E1,{W},I,2
E1,{W},O,2
"""
CALENDAR = """date,is_school_day,day_type
2025-09-02,false,inset
"""
SUSPENSION = """source_pupil_id,category_code,reason_codes,start_date,end_date,sessions
E2,PERM,PP,2025-10-10,,
E1,LNCH,DB,2025-10-06,2025-10-06,
E1,SUSP,DB;PP,2025-10-06,2025-10-06,2
"""
BEHAVIOUR = """source_event_id,source_pupil_id,event_date,behaviour_type,points,polarity
1,E1,2025-09-12,Kind,,positive
2,E2,2025-09-12,Unkind,-1,negative
"""


def marks() -> str:
    lines = [
        f"{pupil},{day},{session},{mark}," for pupil, monday, register in REGISTERS for day, session, mark in sessions_of(monday, register)
    ]
    return "source_pupil_id,session_date,session,mark_code,minutes_late\n" + "\n".join(lines) + "\n"


COUNTS = {
    f"matlas_pupil_{DATE_IN_NAMES}.csv": (3, 3, 0, 0),
    f"matlas_enrolment_{DATE_IN_NAMES}.csv": (3, 3, 0, 0),
    f"matlas_attendance_mark_{DATE_IN_NAMES}.csv": (24, 24, 0, 0),  # 10 + 10 + 2 + 2
    f"matlas_attendance_week_{DATE_IN_NAMES}.csv": (4, 4, 0, 0),
    f"matlas_calendar_day_{DATE_IN_NAMES}.csv": (1, 1, 0, 0),
    f"matlas_suspension_{DATE_IN_NAMES}.csv": (3, 3, 0, 0),
    f"matlas_behaviour_event_{DATE_IN_NAMES}.csv": (2, 2, 0, 0),
}
REJECTED: set[tuple[str, int, str]] = set()


def files() -> dict[str, bytes]:
    """What the school's own script wrote on the evening of 12 June."""
    texts = {
        "pupil": PUPIL,
        "enrolment": ENROLMENT,
        "attendance_mark": marks(),
        "attendance_week": WEEK,
        "calendar_day": CALENDAR,
        "suspension": SUSPENSION,
        "behaviour_event": BEHAVIOUR,
    }
    return {f"matlas_{table}_{DATE_IN_NAMES}.csv": text.encode() for table, text in texts.items()}


def tell(truth: Truth) -> None:
    """What is so at Elm."""
    days = {dt.date(2025, 9, 2): False}
    elm = Teller(truth, Academy("elm", "special", school_days=days, joined_on=dt.date(2025, 9, 1), last_delivered_on=AS_OF))
    # Expanded free meals are not deprivation: fsm yes, fsm6 no.
    elm.pupil("E1", "pip", "2012-07-07", "M", "9", fsm="yes", sen="ehcp", social_worker="yes")
    elm.pupil("E2", "quy", "2013-08-08", "F", "7", sen="ehcp")  # the language ENB decides, not the flag
    elm.pupil("E3", "eva", "2015-05-05", "F", "5", sen="ehcp")
    # In 2024/25 by age: 12 on 31 August 2024 → Year 8.
    elm.truth.pupils[-3].traits_in[202425] = {"year_group": "8"}
    elm.spell("E1", "2023-09-01")
    elm.spell("E2", "2025-09-02")
    elm.spell("E3", "2025-09-02", status="S")
    for pupil, monday, register in REGISTERS:
        elm.register(pupil, monday, register)
    elm.counts("E1", W, {"/": 3, "\\": 3, "I": 2, "O": 2})
    elm.suspension("E2", "PERM", "2025-10-10")
    elm.suspension("E1", "LNCH", "2025-10-06")
    elm.suspension("E1", "SUSP", "2025-10-06", 2)
    elm.events("E1", "2025-09-12", "positive")
    elm.events("E2", "2025-09-12", "negative")
