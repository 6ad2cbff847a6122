"""The colleagues of one academy: who they are, their contracts, their absences and their training.

A post keeps its colleague until the colleague leaves, mostly at the end of August; then another has it from the next day. Rates are near
England's (DfE, School workforce 2024). Not here: names (nobody's is written), pupils (people.py).
"""

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.synthetic.dice import Dice
from pipelines.synthetic.plan import DAY, AcademyPlan, TrustPlan, weekdays_in_term

PUPILS_A_TEACHER = {"primary": 208, "secondary": 168, "special": 63, "all_through": 180, "middle": 185}
"""Ten times the pupils for a full-time teacher."""
SUPPORT_A_TEACHER = {"primary": 12, "secondary": 7, "special": 22, "all_through": 9, "middle": 9}
"""Ten times the other colleagues for a teacher."""
FTE = {"1": 76, "0.8": 9, "0.6": 10, "0.4": 5}
USUAL_FTE = 92
LEAVES_A_YEAR = {True: 145_000, False: 160_000}
LEAVES_IN_SUMMER = 780_000
WAYS_OUT = {"OTHPRM": 20, "OTHSEC": 20, "OTHERE": 10, "NTKNWN": 30, "INDEPN": 5, "SELFMP": 5}
INSIDE_THE_TRUST = "LEASCH"
TEACHERS = {"TCHR": ("Class Teacher", 70), "HDPT": ("Head of Department", 10), "HDYR": ("Head of Year", 6), "SENC": ("SENCO", 3)}
OTHERS = {
    "TASS": ("Teaching Assistant", 45), "HLTA": ("Higher Level Teaching Assistant", 6), "MIDS": ("Midday Supervisor", 12),
    "ADMC": ("Administrator", 10), "COVR": ("Cover Supervisor", 6), "STCH": ("Science Technician", 4), "CTKR": ("Caretaker", 3),
    "PAST": ("Pastoral Support", 6), "FINC": ("Finance Officer", 2),
}  # fmt: skip
HEADS = (("HDTR", "Headteacher"), ("DPHT", "Deputy Headteacher"), ("ASHT", "Assistant Headteacher"))
SPELLS_A_YEAR = {"0": 38, "1": 25, "2": 17, "3": 11, "4": 6, "5": 3}
SICK_DAYS = {"1": 44, "2": 22, "3": 14, "5": 12, "10": 6, "40": 2}
OTHER_ABSENCES = {"TRN": (160_000, 1), "OTH": (110_000, 1), "UNP": (30_000, 2), "MAT": (28_000, 90)}
"""How many colleagues of a million, and for how many days."""
NOTICE = 60
"""An end is known so many days before it comes."""
KEPT = 730
"""An export has colleagues who left within so many days before it."""
TRAINING = (("Safeguarding", 0, "6"), ("Reading fluency", 30, "2"), ("Adaptive teaching", 70, "2"), ("Behaviour", 105, "2"),
            ("Assessment", 140, "2"), ("Curriculum", 160, "3"))  # fmt: skip
"""What it was, the school day of the year, hours."""


@dataclass(frozen=True)
class Colleague:
    """One person in one post of one academy."""

    number: int
    payroll: int
    """The same at every academy of the trust."""
    sex: str
    is_teacher: bool
    role: str
    title: str
    fte: str
    start: datetime.date
    end: datetime.date | None = None
    destination: str = ""

    def end_known(self, day: datetime.date) -> datetime.date | None:
        """The last day, if it is known on that day."""
        return self.end if self.end and self.end <= day + NOTICE * DAY else None


class Absence(NamedTuple):
    """One absence as known on the day of an export: an open one has no end and no days yet."""

    colleague: Colleague
    category: str
    start: datetime.date
    end: datetime.date | None
    days: int | None


class Training(NamedTuple):
    """One colleague's part in one training."""

    colleague: Colleague
    activity: str
    day: datetime.date
    hours: str


def colleagues_of(plan: TrustPlan, academy: AcademyPlan) -> list[Colleague]:
    """Everybody who ever had a post in the plan's years or the year before."""
    dice = plan.dice("colleagues", academy.id)
    teachers = max(1, academy.pupils * 1000 // PUPILS_A_TEACHER[academy.phase] // USUAL_FTE)
    found: list[Colleague] = []
    for post in range(teachers + teachers * SUPPORT_A_TEACHER[academy.phase] // 10):
        _fill_post(plan, academy, post, post < teachers, dice, found)
    return found + _shared(plan, academy)


def known_colleagues(colleagues: list[Colleague], day: datetime.date) -> list[Colleague]:
    """Those whom an export of that day has: leavers of two years too."""
    return [one for one in colleagues if one.start <= day and (not one.end or one.end > day - KEPT * DAY)]


def absences_of(colleagues: list[Colleague], year: int, by: datetime.date, dice: Dice) -> list[Absence]:
    """Absences of the school year that had begun by that day."""
    days = weekdays_in_term(year)
    found: list[Absence] = []
    for colleague in colleagues:
        spells = [("SIC", int(dice.weighted(SICK_DAYS))) for _ in range(int(dice.weighted(SPELLS_A_YEAR)))]
        spells += [(category, length) for category, (rate, length) in OTHER_ABSENCES.items() if dice.happens(rate)]
        until = -1
        for category, length, first in sorted(
            ((category, length, dice.one(len(days))) for category, length in spells), key=lambda one: one[2]
        ):
            last = min(first + length, len(days)) - 1
            in_post = colleague.start <= days[first] and not (colleague.end and colleague.end < days[last])
            if first <= until or not in_post or days[first] > by:
                continue
            until = last
            is_over = days[last] <= by
            found.append(Absence(colleague, category, days[first], days[last] if is_over else None, last - first + 1 if is_over else None))
    return found


def training_of(colleagues: list[Colleague], year: int, by: datetime.date, dice: Dice) -> list[Training]:
    """Training of the year up to that day: the first day for everybody, the rest for teachers, most of whom come."""
    days = weekdays_in_term(year)
    found: list[Training] = []
    for colleague in colleagues:
        for activity, place, hours in TRAINING:
            comes = place == 0 or (dice.one(8) > 0 and colleague.is_teacher)
            in_post = colleague.start <= days[place] and not (colleague.end and colleague.end < days[place])
            if comes and in_post and days[place] <= by:
                found.append(Training(colleague, activity, days[place], hours))
    return found


def _fill_post(plan: TrustPlan, academy: AcademyPlan, post: int, is_teacher: bool, dice: Dice, found: list[Colleague]) -> None:
    """Everybody who has one post, one after the other."""
    first, last = plan.years[0] // 100 - 1, plan.years[-1] // 100
    start = datetime.date(first - dice.one(12), 9, 1)
    for year in range(first, last + 1):
        if dice.happens(LEAVES_A_YEAR[is_teacher]):
            end = datetime.date(year + 1, 8, 31) if dice.happens(LEAVES_IN_SUMMER) else datetime.date(year, 12, 31)
            found.append(_colleague(academy, post, is_teacher, dice, len(found), start, end))
            start = end + DAY
    found.append(_colleague(academy, post, is_teacher, dice, len(found), start, None))


def _colleague(
    academy: AcademyPlan, post: int, is_teacher: bool, dice: Dice, number: int, start: datetime.date, end: datetime.date | None
) -> Colleague:
    roles = TEACHERS if is_teacher else OTHERS
    role = dice.weighted({role: weight for role, (_, weight) in roles.items()})
    title = roles[role][0]
    if is_teacher and post < len(HEADS):
        role, title = HEADS[post]
    return Colleague(
        number=number,
        payroll=100_000 + 1_000 * academy.number + number,
        sex="M" if dice.happens(250_000) else "F",
        is_teacher=is_teacher,
        role=role,
        title=title,
        fte=dice.weighted(FTE),
        start=start,
        end=end,
        destination=dice.weighted(WAYS_OUT) if end else "",
    )


def _shared(plan: TrustPlan, academy: AcademyPlan) -> list[Colleague]:
    """For every pupil who moves between two academies a teacher moves too, in summer; for every dual registration one works at both."""
    found = []
    for link in plan.links:
        if academy.number not in (link.first, link.second):
            continue
        is_first = academy.number == link.first
        autumn = datetime.date(plan.years[-1] // 100, 9, 1)
        began = datetime.date(plan.years[-1] // 100 - 4, 9, 1)
        moves = link.kind == "mover"
        found.append(
            Colleague(
                number=9_000 + link.number,
                payroll=900_000 + link.number,
                sex="F",
                is_teacher=True,
                role="TCHR",
                title="Class Teacher",
                fte="1" if moves else "0.6" if is_first else "0.4",
                start=autumn if moves and not is_first else began,
                end=autumn - DAY if moves and is_first else None,
                destination=INSIDE_THE_TRUST if moves and is_first else "",
            )
        )
    return found
