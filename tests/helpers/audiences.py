"""Two schools with a file for each audience, one of whose pupils has names and a UPN that stand nowhere else.

Here: their deliveries and their night. Not here: who finds what of it (tests of the files and of PostgreSQL).
"""

from tests.helpers.home import TrustHome
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, ONE_ILL, TEN, TUESDAY, enrolments, marks, named, small_home
from tests.helpers.stages import stages
from tests.helpers.upn import upn

SURNAME, FORENAME, NUMBER = "Quorlwynne", "Zephbrylda", upn("987650004321")
ACCESS = "access: {audiences: [academy, analyst, governor]}\ndelegation: [{decision: term dates, decided_by: trust}]\n"
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


def pupils_of(names: dict[str, tuple[str, str, str]], number: int) -> str:
    """The pupil file, with the names and the UPN of some."""
    lines = "source_pupil_id,upn,legal_surname,legal_forename,date_of_birth,sex,nc_year\n"
    for one in TEN:
        surname, forename, number_of = names.get(one, ("", "", upn(f"{number:03}{int(one[1:]):09}")))
        lines += f"{one},{number_of},{surname},{forename},2013-03-23,F,7\n"
    return lines


def make_audiences(home: TrustHome) -> None:
    """The two schools after their night: at each, ten pupils; ashby's two days 38 of 40 sessions, birch's day 20 of 20."""
    small_home(home.root)
    home.write_trust((home.root / "trust.yml").read_text() + ACCESS)
    secret = {"P0": (SURNAME, FORENAME, NUMBER)}
    home.deliver("ashby", {named("pupil", "2025-09-07"): pupils_of(secret, 1), named("enrolment", "2025-09-07"): enrolments(*TEN)})
    home.deliver("ashby", {named(entity, FRIDAY): text for entity, text in TYPED.items()})
    home.deliver("ashby", {named("attendance_mark", FRIDAY): marks({MONDAY: ALL_HERE, TUESDAY: ONE_ILL})})
    home.deliver("birch", {named("attendance_mark", FRIDAY): marks({MONDAY: ALL_HERE})})
    stages(home, FRIDAY)
