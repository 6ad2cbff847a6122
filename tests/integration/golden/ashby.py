r"""Ashby: a secondary on Arbor.

Who is there, and why:
101 exactly 10 % absent · 102 born 1 Sep 2010, so 14: his last half-term counts · 103 born 31 Aug 2010, so 15: hers does not ·
104 is 16 · 105 moves to Cedar after Wednesday (one UPN) · 106 left and came back: two spells, marks between them are redundant ·
107 has two spells that overlap on Wednesday: the day belongs to the one entered last · 108 has no possible session ·
109 has an invalid UPN, a blank MARK_CODE beside a RAW_MARK, and a mark that is blank in both · 110 is on Cedar's roll too, has a mark in
the February half-term and a planned one after the as-of date · 111's row is rejected, so the mark is an orphan · 999 was never delivered.
"""

import datetime as dt

from tests.helpers.reckoner import Academy, Truth
from tests.helpers.upn import upn
from tests.integration.golden import AS_OF, DATE_IN_NAMES, Teller, W, sessions_of

HEADER = (
    "STUDENT_ID,APPLICATION_ID,UPN,LEGAL_LAST_NAME,LEGAL_FIRST_NAME,PREFERRED_LAST_NAME,PREFERRED_FIRST_NAME,DATE_OF_BIRTH,SEX,GENDER,ETHNICITY,"
    "NATIVE_LANGUAGE_CODES,CURRENT_YEAR_GROUP,CURRENT_REGISTRATION_GROUP,CURRENT_SEN_STATUS,FSM,EVER_6_FSM,PUPIL_PREMIUM,EAL,IN_CARE,SERVICE_CHILD"
)
# APPLICATION_ID and GENDER stand beside the columns that are read: an extra column is drift, SEX is read before GENDER.
STUDENTS = f"""{HEADER}
101,x,{upn("900100000101")},Alder,Ada,Alder,Ada,2013-10-01,F,F,WBRI,ENG,Year 7,7A,K,true,true,true,false,false,false
102,x,{upn("900100000102")},Brook,Ben,,,2010-09-01,Male,M,White - British,POL;ENG,Year 10,10B,SEN support,TRUE,FALSE,TRUE,false,false,false
103,x,{upn("900100000103")},Cole,Cy,,,2010-08-31,F,F,AIND,,Year 11,11C,EHCP,no,no,no,yes,no,no
104,x,{upn("900100000104")},Dean,Di,,,2009-08-31,F,F,WBRI,ENG,12,12D,,0,0,0,0,0,0
105,x,{upn("900100000105")},Eden,Eve,,,2012-05-05,F,F,WBRI,ENG,Year 8,8E,,f,f,f,f,f,f
106,x,{upn("900100000106")},Ford,Flo,,,2011-02-02,M,M,WBRI,ENG,Year 9,9F,N,n,n,n,n,n,n
  107 ,x,{upn("900100000107")}, Glen ,Gil,,,2012-02-02 00:00:00,F,F, wbri ,ENG, Year  8 ,8G,,n,n,n,n,n,n
108,x,{upn("900100000108")},Hale,Hal,,,12-Dec-2013,M,M,BCRB,ENG,Y7,7H,,n,n,n,n,y,n
109,x,Q207000016049,Iver,Ida,,,01/01/2014,F,F,WBRI,ENG,7,7I,,n,n,n,n,n,n
110,x,{upn("900100000110")},Jay,Jon,,,2011-11-11,Boy,M,WBRI,ENG,Year 9,9J,,n,n,n,n,n,n
111,x,{upn("900100000111")},Kerr,Kit,,,2011-13-45,F,F,WBRI,ENG,Year 9,9K,,n,n,n,n,n,n
"""

ENROLMENTS = """STUDENT_ID,START_DATE,END_DATE,UNENROLMENT_REASON_CODE
101,2025-09-02,,
102,2024-09-03,,
103,2021-09-02,,
104,2020-09-01,,
105,2024-09-03,2025-09-10,
106,2024-09-03,2025-09-08,
106,2025-09-11,,
107,2024-09-03,2025-09-10,
107,2025-09-10,,
108,2025-09-02,,
109,2025-09-02,,
110,2024-09-03,,
110,,,
"""

REGISTERS = {
    "101": r"/ \ / \ / \ / \ I \ ",
    "102": r"/ \ U \ / \ L \ / \ ",
    "103": r"/ \ / \ / \ / \ / \ ",
    "104": r"/ \ / \ / \ / \ / \ ",
    "105": r"/ \ G \ / \ . . . . ",
    "106": r"/ \ / \ . . I \ / \ ",
    "107": r"I I / \ / \ / \ / \ ",
    "108": r"X X X X D D # # # # ",
    "109": r"/ \ / \ / \ I \ / . ",
    "110": r"/ \ / \ / \ / \ / \ ",
}
OTHER_MARKS = [
    ("102", dt.date(2026, 6, 1), "AM", "O"),
    ("102", dt.date(2026, 6, 1), "PM", "\\"),
    ("103", dt.date(2026, 5, 22), "AM", "S"),  # the last day of HT5 counts
    ("103", dt.date(2026, 5, 22), "PM", "S"),
    ("103", dt.date(2026, 6, 1), "AM", "O"),  # HT6 at 15: left out
    ("103", dt.date(2026, 6, 1), "PM", "O"),
    ("110", dt.date(2026, 2, 18), "AM", "B"),  # in the half-term holiday: the year, no half-term
    ("110", dt.date(2026, 6, 12), "AM", "/"),
    ("110", dt.date(2026, 6, 12), "PM", "\\"),
    ("110", dt.date(2026, 6, 15), "AM", "I"),  # after the as-of date
]

ROLL_CALL_HEADER = "STUDENT_ID,DATE,PERIOD,RAW_MARK,MARK_CODE,MINUTES_LATE\n"


def roll_call() -> str:
    """The marks in Arbor's long shape; line 2 is the first mark of 101."""
    lines = []
    for pupil, register in REGISTERS.items():
        for day, session, mark in sessions_of(W, register):
            # Arbor's MARK_CODE is blank where only the raw mark was entered.
            raw_only = (pupil, day, session) == ("109", dt.date(2025, 9, 11), "AM")
            lines.append(f"{pupil},{day},{session},{mark if raw_only else ''},{'' if raw_only else mark},{'7' if mark == 'L' else ''}")
    lines.append("109,2025-09-12,PM,,,")  # a missing mark, delivered as such
    lines += [f"{pupil},{day},{session},{mark},{mark}," for pupil, day, session, mark in OTHER_MARKS]
    lines += BROKEN_MARKS
    return ROLL_CALL_HEADER + "\n".join(lines) + "\n"


# 10 registers: 10×7 + 6 (105) + 8 (106) + 9 (109) = 93 marks on lines 2–94; the missing mark on 95; OTHER_MARKS on 96–105; these
# on 106–111.
BROKEN_MARKS = [
    "999,2025-09-08,AM,/,/,",  # 106: an orphan: accepted, listed, counts for nobody
    "111,2025-09-08,AM,/,/,",  # 107: its pupil's row was rejected: an orphan too
    "101,2025-09-15,AM,?,?,",  # 108: unmapped_mark
    "101,31/02/2026,AM,/,/,",  # 109: bad_date
    "101,2025-09-16,AM,/,/,,,extra",  # 110: field_count
    "101,2025-09-12,AM,I,I,",  # 111: the mark of line 10 again: the later row wins, the other is a duplicate
]

SUSPENSIONS = """STUDENT_ID,START_DATE,END_DATE,SUSPENSION_REASONS_LIST,STATISTICAL_DAYS_EXCLUDED
102,2025-11-10,2025-11-11,PP,2
102,2026-01-20,2026-01-20,DB,1
103,2026-02-02,2026-02-02,VA,0.5
"""

PERMANENT = """STUDENT_ID,START_DATE,EXCLUSION_REASONS_LIST
109,2026-03-02,PP
"""

INCIDENTS = """BEHAVIOURAL_INCIDENT_ID,BEHAVIOUR_NAME,INCIDENT_DATE,NARRATIVE
1,Star of the week,2025-09-12,"Kind, and on time"
2,Disruption,2025-09-15,
3,Noted,2025-09-16,
"""

INVOLVEMENTS = """BEHAVIOURAL_INCIDENT_INVOLVEMENT_ID,BEHAVIOURAL_INCIDENT_ID,STUDENT_ID,SEVERITY
11,1,101,2
12,1,102,1
13,1,103,1
14,1,104,1
15,1,106,1
16,1,107,1
17,1,108,1
18,1,109,1
19,1,110,1
20,2,102,-1
21,2,103,-1
22,3,109,0
23,3,999,0
24,77,101,1
"""

CALENDAR = """DATE,IS_GOOD_SCHOOL_DAY,ACADEMIC_HOLIDAY_TYPE
2025-09-02,false,INSET
2025-09-13,true,
"""

# file: (rows read, accepted, rejected, duplicate), in rows of the contract
COUNTS = {
    f"STUDENTS_{DATE_IN_NAMES}.csv": (11, 10, 1, 0),
    f"STUDENT_SCHOOL_ENROLMENTS_{DATE_IN_NAMES}.csv": (13, 12, 1, 0),
    f"ROLL_CALL_ATTENDANCE_{DATE_IN_NAMES}.csv": (110, 106, 3, 1),  # lines 2–111
    f"SUSPENSIONS_{DATE_IN_NAMES}.csv": (3, 3, 0, 0),
    f"PERMANENT_EXCLUSIONS_{DATE_IN_NAMES}.csv": (1, 1, 0, 0),
    f"BEHAVIOURAL_INCIDENT_STUDENT_INVOLVEMENTS_{DATE_IN_NAMES}.csv": (14, 13, 1, 0),
    f"ACADEMIC_CALENDAR_DATES_{DATE_IN_NAMES}.csv": (2, 2, 0, 0),
}

# file, line, reason code
REJECTED = {
    (f"STUDENTS_{DATE_IN_NAMES}.csv", 12, "bad_date"),
    (f"STUDENT_SCHOOL_ENROLMENTS_{DATE_IN_NAMES}.csv", 14, "missing_required"),
    (f"ROLL_CALL_ATTENDANCE_{DATE_IN_NAMES}.csv", 108, "unmapped_mark"),
    (f"ROLL_CALL_ATTENDANCE_{DATE_IN_NAMES}.csv", 109, "bad_date"),
    (f"ROLL_CALL_ATTENDANCE_{DATE_IN_NAMES}.csv", 110, "field_count"),
    (f"BEHAVIOURAL_INCIDENT_STUDENT_INVOLVEMENTS_{DATE_IN_NAMES}.csv", 15, "missing_required"),  # no incident 77: no date
}


def files() -> dict[str, bytes]:
    """What Arbor's connector wrote on the evening of 12 June."""
    tables = {
        "STUDENTS": STUDENTS,
        "STUDENT_SCHOOL_ENROLMENTS": ENROLMENTS,
        "ROLL_CALL_ATTENDANCE": roll_call(),
        "SUSPENSIONS": SUSPENSIONS,
        "PERMANENT_EXCLUSIONS": PERMANENT,
        "BEHAVIOURAL_INCIDENTS": INCIDENTS,
        "BEHAVIOURAL_INCIDENT_STUDENT_INVOLVEMENTS": INVOLVEMENTS,
        "ACADEMIC_CALENDAR_DATES": CALENDAR,
    }
    return {f"{table}_{DATE_IN_NAMES}.csv": text.encode() for table, text in tables.items()}


def tell(truth: Truth) -> None:
    """What is so at Ashby."""
    days = {dt.date(2025, 9, 2): False, dt.date(2025, 9, 13): True}
    ashby = Teller(truth, Academy("ashby", "secondary", school_days=days, joined_on=dt.date(2019, 9, 1), last_delivered_on=AS_OF))
    ashby.pupil("101", "ada", "2013-10-01", "F", "7", fsm="yes", fsm6="yes", pupil_premium="yes", disadvantaged="yes", sen="support")
    # FSM without a category before 2026/27 is deprivation: fsm6 yes, though EVER_6_FSM says no.
    ben = {"fsm": "yes", "fsm6": "yes", "pupil_premium": "yes", "disadvantaged": "yes", "sen": "support", "eal": "yes"}
    ashby.pupil("102", "ben", "2010-09-01", "M", "10", **ben)
    ashby.pupil("103", "cy", "2010-08-31", "F", "11", sen="ehcp", eal="yes", ethnicity="asian", ethnicity_code="AIND")
    ashby.pupil("104", "di", "2009-08-31", "F", "12")
    ashby.pupil("105", "eve", "2012-05-05", "F", "8")
    ashby.pupil("106", "flo", "2011-02-02", "M", "9")
    ashby.pupil("107", "gil", "2012-02-02", "F", "8")
    ashby.pupil("108", "hal", "2013-12-12", "M", "7", looked_after="yes", disadvantaged="yes", ethnicity="black", ethnicity_code="BCRB")
    ashby.pupil("109", "ida", "2014-01-01", "F", "7")
    ashby.pupil("110", "jon", "2011-11-11", "M", "9")
    ashby.spell("101", "2025-09-02")
    ashby.spell("102", "2024-09-03")
    ashby.spell("103", "2021-09-02")
    ashby.spell("104", "2020-09-01")
    ashby.spell("105", "2024-09-03", "2025-09-10")
    ashby.spell("106", "2024-09-03", "2025-09-08")
    ashby.spell("106", "2025-09-11")
    ashby.spell("107", "2024-09-03", "2025-09-10")
    ashby.spell("107", "2025-09-10")
    ashby.spell("108", "2025-09-02")
    ashby.spell("109", "2025-09-02")
    ashby.spell("110", "2024-09-03")
    for pupil, register in REGISTERS.items():
        ashby.register(pupil, W, register)
    for pupil, day, session, mark in OTHER_MARKS:
        ashby.mark(pupil, day, session, mark)
    ashby.suspension("102", "SUSP", "2025-11-10", 4)
    ashby.suspension("102", "SUSP", "2026-01-20", 2)
    ashby.suspension("103", "SUSP", "2026-02-02", 1)
    ashby.suspension("109", "PERM", "2026-03-02")
    for pupil in ("101", "102", "103", "104", "106", "107", "108", "109", "110"):
        ashby.events(pupil, "2025-09-12", "positive")
    ashby.events("102", "2025-09-15", "negative")
    ashby.events("103", "2025-09-15", "negative")
    ashby.events("109", "2025-09-16", "")
