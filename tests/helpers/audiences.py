"""Two schools with a file for each audience; at each a pupil and a colleague whose names, numbers and birthday stand nowhere else.

Here: their deliveries and their night. Not here: who finds what of it (tests of the files and of PostgreSQL).
"""

from dataclasses import dataclass

from tests.helpers.home import TrustHome
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, ONE_ILL, TEN, TUESDAY, enrolments, marks, named, small_home
from tests.helpers.stages import stages
from tests.helpers.upn import upn


@dataclass(frozen=True)
class Marked:
    """What is to be found nowhere but where this pupil, and this colleague, may be known."""

    surname: str
    forename: str
    upn: str
    mis_number: str
    born: str
    colleague: str


MARKED = {
    "ashby": Marked("Quorlwynne", "Zephbrylda", upn("987650004321"), "QXJ7719", "2013-03-17", "QSTF8814"),
    "birch": Marked("Vashtenbrook", "Ottolindra", upn("987650008765"), "WKB4402", "2013-03-19", "WSTF9925"),
}
SURNAME, FORENAME, NUMBER = MARKED["ashby"].surname, MARKED["ashby"].forename, MARKED["ashby"].upn
ACCESS = "access: {audiences: [academy, analyst, governor]}\ndelegation: [{decision: term dates, decided_by: trust}]\n"
GOALS = "goals: {persistent_absence_rate: [{target: 5}, {academy: birch, target: 4, agreed_by: Both}], attendance_rate: [{target: 96}]}\n"
BEHAVIOUR = "source_event_id,source_pupil_id,event_date,behaviour_type,polarity\n" + "".join(
    f"E{number},P{number},{MONDAY},Kindness,positive\n" for number in range(6)
)
TYPED = {
    "behaviour_event": BEHAVIOUR + f"E9,P0,{MONDAY},{SURNAME} again,negative\n",
    "club_membership": f"source_pupil_id,club_id,club_name,start_date\nP0,C1,{SURNAME} and friends,{MONDAY}\n",
    "assessment_result": (
        "source_pupil_id,kind,stage,subject_code,assessment_name,result_date,result\n"
        f"P0,formative,Y7,MATHS,Test of {SURNAME},{MONDAY},{SURNAME}\n"
    ),
}


EVERYWHERE = {
    "suspension": f"source_pupil_id,category_code,start_date,end_date,sessions\nP0,SUSP,{MONDAY},{MONDAY},1\n",
    "parent_event": f"event_id,event_type,event_date,source_pupil_id,is_attended\nV1,Evening,{MONDAY},P0,yes\n",
    "survey_response": f"response_id,respondent,survey_date,question_code,score\nR1,pupil,{MONDAY},SAFE,5\n",
    "staff": "source_staff_id,sex,is_teacher,has_qts\nS0,F,yes,yes\n",
    "staff_contract": "source_staff_id,source_contract_id,role_code,fte,start_date\nS0,C0,TCHR,1,2025-09-01\n",
    "staff_absence": f"source_absence_id,source_staff_id,category_code,start_date,end_date,working_days\nA0,S0,SIC,{MONDAY},{MONDAY},1\n",
    "cpd_record": f"source_staff_id,activity,activity_date,hours\nS0,First aid,{MONDAY},2\n",
}
"""Delivered by both schools, so that every table about people has rows of each."""


def pupils_of(marked: Marked, number: int) -> str:
    """The pupil file: nobody but P0 has a name."""
    lines = "source_pupil_id,upn,legal_surname,legal_forename,date_of_birth,sex,nc_year\n"
    for one in TEN:
        told = (marked.upn, marked.surname, marked.forename, marked.born)
        who = told if one == "P0" else (upn(f"{number:03}{int(one[1:]):09}"), "", "", "2013-03-23")
        lines += f"{one},{','.join(who)},F,7\n"
    return lines


def make_audiences(home: TrustHome) -> None:
    """The two schools after their night: at each, ten pupils; ashby's two days 38 of 40 sessions, birch's day 20 of 20."""
    small_home(home.root)
    home.write_trust((home.root / "trust.yml").read_text() + ACCESS + GOALS)
    days = {"ashby": {MONDAY: ALL_HERE, TUESDAY: ONE_ILL}, "birch": {MONDAY: ALL_HERE}}
    for number, (academy_id, marked) in enumerate(MARKED.items(), start=1):
        files = {named("pupil", "2025-09-07"): pupils_of(marked, number), named("enrolment", "2025-09-07"): enrolments(*TEN)}
        files |= {named(entity, FRIDAY): text for entity, text in EVERYWHERE.items()}
        files |= {named("attendance_mark", FRIDAY): marks(days[academy_id])}
        if academy_id == "ashby":
            files |= {named(entity, FRIDAY): text for entity, text in TYPED.items()}
        numbers = {"P0,": f"{marked.mis_number},", "S0,": f"{marked.colleague},"}
        home.deliver(academy_id, {name: _replaced(text, numbers) for name, text in files.items()})
    stages(home, FRIDAY)


def _replaced(text: str, words: dict[str, str]) -> str:
    for old, new in words.items():
        text = text.replace(old, new)
    return text
