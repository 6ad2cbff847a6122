r"""Dale: an all-through on SIMS. Windows-1252, title lines, dd/mm/yyyy, Adno with leading zeros, two marks a day in a row.

000401, 000402 are here · 000403 was 15 in 2023/24 and left that July: a year without a calendar, so the last half-term starts on the
Monday after the late-May bank holiday (27 May → 3 June 2024) · 000404 has a J of July 2024, when J was attending, and C2 marks.
"""

import datetime as dt

from tests.helpers.reckoner import Academy, Truth
from tests.helpers.upn import upn
from tests.integration.golden import AS_OF, DATE_IN_NAMES, Teller, W

HEADER = (
    "Adno,UPN,Legal Surname,Legal Forename,Preferred Surname,Preferred Forename,DOB,Gender,Year,Reg,Ethnicity Code,First Language Code,"
    "SEN Status,SEN Need,Eligible for free meals,Ever 6 FSM,Pupil Premium Indicator,EAL,In care,Service child,Enrolment Status,"
    "Date of Admission,Date of Leaving,Reason for Leaving"
)
PUPILS = f"""Pupils on roll at any time - Dale All-Through – report of 12/06/2026

{HEADER}
000401,{upn("900400000401")},O’Brien,Zoë,,,03/02/2014,F,Year  7,7Z,WBRI,ENG,,,,,,,,,Current Single Registration,02/09/2025,,
000402,{upn("900400000402")},"Müller, Graf",Max,,,05/05/2015,M,Year  5,5M,WBRI,GER,A,,,,,,,,C,02/09/2024,,
000403,{upn("900400000403")},Nash,Nia,,,06/06/2008,Female,Year 11,11N,WBRI,ENG,,,,,,,,,P,05/09/2019,19/07/2024,
000404,{upn("900400000404")},Orr,Oz,,,05/05/2013,M,Year  8,8O,REFU,REF,P,,,,,,,,,04/09/2023,,
"""

ATTENDANCE = r"""Session attendance
,,,
Adno,Date,AM,PM
000401,08/09/2025,/,\
000401,09/09/2025,/,\
000401,10/09/2025,/,\
000401,11/09/2025,/,\
000401,12/09/2025,/,\
000402,08/09/2025,I,\
000402,09/09/2025,/,\
000402,10/09/2025,/,\
000402,11/09/2025,/,\
000402,12/09/2025,/,\
000404,08/09/2025,/,C2
000404,09/09/2025,/,C2
000404,10/09/2025,/,C2
000404,11/09/2025,/,C2
000404,12/09/2025,/,\
000401,15/09/2025,??,\
000401,12/06/2026,/,\
000403,24/05/2024,I,\
000403,03/06/2024,O,O
000404,10/07/2024,J,\
000404,11/07/2024,,
"""
MARKS = """Adno,Mark Date,Session,Mark
000401,16/09/2025,AM,L
000401,17/09/2025,PM,-
"""
EXCLUSIONS = """Adno,Type,Reason,Start Date,End Date,Sessions
000402,Fixed term exclusion,PP,13/01/2026,14/01/2026,4
"""
BEHAVIOUR = """Record ID,Adno,Date,Kind,Type,Points
1,000401,12/09/2025,Achievement,Homework,1
2,000401,15/09/2025,Achievement,Homework,1
3,000401,16/09/2025,Achievement,Homework,1
4,000402,12/09/2025,Behaviour,Chatting,1
5,000402,15/09/2025,Behaviour,Chatting,2
"""

COUNTS = {
    f"pupils_{DATE_IN_NAMES}.csv": (8, 8, 0, 0),  # four pupils, each with an enrolment
    # 21 rows with two cells; the two empty cells of the last are no rows of the contract
    f"attendance_{DATE_IN_NAMES}.csv": (40, 39, 1, 0),
    f"marks_{DATE_IN_NAMES}.csv": (2, 2, 0, 0),
    f"exclusions_{DATE_IN_NAMES}.csv": (1, 1, 0, 0),
    f"behaviour_{DATE_IN_NAMES}.csv": (5, 5, 0, 0),
}
REJECTED = {(f"attendance_{DATE_IN_NAMES}.csv", 19, "unmapped_mark")}  # of its two marks only the AM


def files() -> dict[str, bytes]:
    """What the SIMS reports wrote on the evening of 12 June."""
    texts = {"pupils": PUPILS, "attendance": ATTENDANCE, "marks": MARKS, "exclusions": EXCLUSIONS, "behaviour": BEHAVIOUR}
    return {f"{table}_{DATE_IN_NAMES}.csv": text.replace("\n", "\r\n").encode("cp1252") for table, text in texts.items()}


def tell(truth: Truth) -> None:
    """What is so at Dale."""
    dale = Teller(truth, Academy("dale", "all_through", joined_on=dt.date(2019, 9, 1), last_delivered_on=AS_OF))
    dale.pupil("000401", "zoe", "2014-02-03", "F", "7")
    dale.pupil("000402", "max", "2015-05-05", "M", "5", eal="yes", sen="support")
    dale.pupil("000403", "nia", "2008-06-06", "F", "11")
    dale.pupil("000404", "oz", "2013-05-05", "M", "8", eal="unknown", sen="support", ethnicity="unknown", ethnicity_code="REFU")
    # In 2023/24 by age: 15 on 31 August → Year 11; 10 → Year 6.
    dale.truth.pupils[-2].traits_in[202324] = {"year_group": "11"}
    dale.truth.pupils[-1].traits_in[202324] = {"year_group": "6"}
    dale.spell("000401", "2025-09-02")
    dale.spell("000402", "2024-09-02")
    dale.spell("000403", "2019-09-05", "2024-07-19", "P")
    dale.spell("000404", "2023-09-04")
    dale.register("000401", W, r"/ \ / \ / \ / \ / \ ")
    dale.register("000402", W, r"I \ / \ / \ / \ / \ ")
    dale.register("000404", W, r"/ C2 / C2 / C2 / C2 / \ ")
    dale.register("000401", dt.date(2025, 9, 15), r". \ L . . . . . . . ")
    dale.register("000401", dt.date(2026, 6, 8), r". . . . . . . . / \ ")
    dale.register("000403", dt.date(2024, 5, 20), r". . . . . . . . I \ ")
    dale.register("000403", dt.date(2024, 6, 3), r"O O . . . . . . . . ")
    dale.register("000404", dt.date(2024, 7, 8), r". . . . J \ . . . . ")
    dale.suspension("000402", "SUSP", "2026-01-13", 4)
    for day in ("2025-09-12", "2025-09-15", "2025-09-16"):
        dale.events("000401", day, "positive")
    dale.events("000402", "2025-09-12", "negative")
    dale.events("000402", "2025-09-15", "negative")
