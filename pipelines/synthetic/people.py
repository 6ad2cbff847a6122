"""The pupils of one academy through all its years: who they are, when they came and went.

A year group is a row of seats. A seat keeps its pupil until the last year group ends, unless the pupil leaves in between and another takes
the seat some days later; so the roll keeps its size. Not here: what a pupil does at school (registers.py, events.py).
"""

import datetime
from dataclasses import dataclass, field

from pipelines.synthetic import upn
from pipelines.synthetic.dice import MILLION, Dice
from pipelines.synthetic.names import full_name
from pipelines.synthetic.phases import ETHNICITIES, LANGUAGES, PHASES, SEN_NEEDS, Phase
from pipelines.synthetic.plan import DAY, AcademyPlan, Link, TrustPlan, time_period, weekdays_in_term

LEAVES_A_YEAR = 30_000
DAYS_TO_LEAVE = 10
"""School days from a permanent exclusion to the end of the spell."""
GUEST_NUMBER = 89_000
LINK_NUMBER = 90_000
SUMMER_BIRTHDAYS_END = 365


@dataclass(frozen=True)
class Spell:
    """One stay on the academy's roll, both dates included."""

    entry: datetime.date
    leaving: datetime.date | None
    status: str = "C"


@dataclass
class Pupil:
    """One person, as one academy records them."""

    number: int
    upn: str
    forename: str
    surname: str
    preferred_forename: str
    date_of_birth: datetime.date
    sex: str
    ethnicity: str
    language: str
    sen: str
    sen_need: str
    is_fsm: bool
    is_fsm6: bool
    is_looked_after: bool
    is_service_child: bool
    is_young_carer: bool
    has_social_worker: bool
    rank: int
    """From the best attender (0) to the worst (999,999)."""
    chance: str
    """Whom the pupil's results go by: the same person at two academies has the same."""
    spells: list[Spell] = field(default_factory=list)
    former_upn: str = ""
    away_weekdays: tuple[int, ...] = ()
    """The weekdays on which the register here says D, because the pupil is at the other academy."""
    excluded_on: datetime.date | None = None
    """The day of a permanent exclusion; the pupil leaves some days later."""

    @property
    def is_pupil_premium(self) -> bool:
        """The school gets pupil premium for the pupil."""
        return self.is_fsm6 or self.is_looked_after or self.is_service_child

    @property
    def is_eal(self) -> bool:
        """English is an additional language."""
        return self.language not in ("ENG", "ENB", "NOT")

    def nc_year(self, year: int) -> int:
        """The year group that goes with the pupil's age in an academic year."""
        return year // 100 - cohort_of(self.date_of_birth) - 5

    def nc_text(self, year: int) -> str:
        """The year group as an export of that academic year says it: a leaver's is the last one here."""
        left = self.spells[-1].leaving
        last = left.year - (left.month < 8) if left else year // 100
        return nc_text(self.nc_year(100 * min(last, year // 100)))

    def reg_group(self, year: int) -> str:
        """The registration group: the year group and a letter, the same letter through the years."""
        return f"{self.nc_text(year)}{'ABCD'[self.number % 4]}"


def cohort_of(date_of_birth: datetime.date) -> int:
    """The calendar year in whose September the cohort's births begin."""
    return date_of_birth.year - (date_of_birth.month < 9)


def nc_text(nc_year: int) -> str:
    """The year group as the contract writes it."""
    return {-2: "N1", -1: "N2", 0: "R"}.get(nc_year, str(nc_year))


def pupils_of(plan: TrustPlan, academy: AcademyPlan) -> list[Pupil]:
    """Everybody who is ever on the academy's roll in the plan's years, in order of number: those to come after the last export too.

    So the draws do not depend on the day of the export, and a later one tells of the same people. What an export knows: `spells_known`.
    """
    pupils: list[Pupil] = []
    groups = academy.highest - academy.lowest + 1
    first, last = plan.years[0] // 100, plan.years[-1] // 100
    for cohort in range(first - academy.highest - 5, last - academy.lowest - 4):
        seats = academy.pupils // groups + (cohort % groups < academy.pupils % groups)
        for seat in range(seats):
            pupils += _seat(plan, academy, cohort, plan.dice("seat", academy.id, cohort, seat), len(pupils))
    pupils += _shared(plan, academy)
    if academy.mis != "arbor" and academy.pupils >= 50:
        pupils.append(_guest(plan, academy))
    return pupils


def spells_known(pupil: Pupil, day: datetime.date) -> list[Spell]:
    """The pupil's spells as an export of that day says them: none that begins later, no end that comes later."""
    return [
        Spell(spell.entry, spell.leaving if spell.leaving and spell.leaving <= day else None, spell.status)
        for spell in pupil.spells
        if spell.entry <= day
    ]


def _seat(plan: TrustPlan, academy: AcademyPlan, cohort: int, dice: Dice, number: int) -> list[Pupil]:
    """The pupils who sit on one seat, one after the other."""
    first_year, last_year = (cohort + 5 + nc_year for nc_year in (academy.lowest, academy.highest))
    entry = _entry_day(dice, first_year, max(first_year, plan.years[0] // 100))
    end = weekdays_in_term(time_period(last_year))[-1]
    pupils: list[Pupil] = []
    for year in plan.years:
        if not first_year <= year // 100 <= last_year or not dice.happens(LEAVES_A_YEAR):
            continue
        days = weekdays_in_term(year)
        leaves = dice.between(10, len(days) - 30)
        if entry < days[leaves]:
            leaver = _born(plan, academy, cohort, dice, number + len(pupils), [Spell(entry, days[leaves])])
            is_excluded = dice.happens(PHASES[academy.phase].exclusions * MILLION // LEAVES_A_YEAR)
            if is_excluded and entry < days[leaves - DAYS_TO_LEAVE]:
                leaver.excluded_on = days[leaves - DAYS_TO_LEAVE]
            pupils.append(leaver)
            entry = days[leaves + dice.between(3, 20)]
    pupils.append(_born(plan, academy, cohort, dice, number + len(pupils), [Spell(entry, end)]))
    return pupils


def _entry_day(dice: Dice, first_year: int, by_year: int) -> datetime.date:
    """Most came when the academy's first year group began; one in six at another time before the years we tell of."""
    year = first_year
    if by_year > first_year and dice.one(6) == 0:
        year = dice.between(first_year, by_year - 1)
        days = weekdays_in_term(time_period(year))
        return days[dice.one(len(days))]
    return weekdays_in_term(time_period(year))[0]


def _born(plan: TrustPlan, academy: AcademyPlan, cohort: int, dice: Dice, number: int, spells: list[Spell]) -> Pupil:
    pupil = person(PHASES[academy.phase], dice, cohort, upn.permanent(academy.number + 1, number), spells)
    pupil.number = number
    is_unknown_yet, has_had_another = dice.one(3) == 0, dice.one(400) == 0
    if is_unknown_yet and spells[0].entry > academy.exported_on - 60 * DAY:
        pupil.upn = upn.temporary(academy.number + 1, number)
    elif has_had_another:
        pupil.former_upn = upn.temporary(academy.number + 1, number)
    return pupil


def person(phase: Phase, dice: Dice, cohort: int, number: str, spells: list[Spell]) -> Pupil:
    """Somebody of that cohort, with the characteristics of the phase; poorer pupils attend less, as everywhere."""
    sex = "F" if dice.happens(phase.girls) else "M"
    forename, surname = full_name(dice, sex)
    rank = dice.one(1_000_000)
    is_fsm = dice.happens(phase.fsm * (400 + 1800 * (rank // 1000) ** 2 // 1_000_000) // 1000)
    ethnicity = dice.weighted(ETHNICITIES)
    speaks_another = dice.happens(phase.eal * (3 if ethnicity[0] in "AO" else 1) * (2 if ethnicity != "WBRI" else 0) // 2)
    sen = "E" if dice.happens(phase.ehcp) else "K" if dice.happens(phase.sen_support * (500 + rank // 1000) // 1000) else "N"
    return Pupil(
        number=0,
        upn=number,
        forename=forename,
        surname=surname,
        preferred_forename=forename if dice.one(12) else forename[:3],
        date_of_birth=datetime.date(cohort, 9, 1) + DAY * dice.one(SUMMER_BIRTHDAYS_END),
        sex=sex,
        ethnicity=ethnicity,
        language=dice.weighted(LANGUAGES) if speaks_another else "ENG" if dice.one(60) else "ENB",
        sen=sen,
        sen_need=dice.weighted(SEN_NEEDS) if sen != "N" else "",
        is_fsm=is_fsm,
        is_fsm6=is_fsm or dice.happens(30_000),
        is_looked_after=dice.happens(8_000),
        is_service_child=dice.happens(9_000),
        is_young_carer=dice.happens(9_000),
        has_social_worker=dice.happens(30_000),
        rank=rank,
        chance=f"{rank}|{number}",
        spells=spells,
    )


def _shared(plan: TrustPlan, academy: AcademyPlan) -> list[Pupil]:
    """The pupils of the plan's links, as this academy has them."""
    return [_linked(plan, academy, link) for link in plan.links if academy.number in (link.first, link.second)]


def _linked(plan: TrustPlan, academy: AcademyPlan, link: Link) -> Pupil:
    """Both academies make the same person from the same draws; only the dates and statuses differ."""
    dice = plan.dice("shared", link.number)
    year = plan.years[-1]
    cohort = year // 100 - link.nc_year - 5
    days = weekdays_in_term(year)
    moves = dice.between(40, len(days) - 60)
    is_first = academy.number == link.first
    first_plan = plan.academies[link.first]
    pupil = person(PHASES[first_plan.phase], dice, cohort, upn.permanent(first_plan.number + 1, LINK_NUMBER + link.number % 9_999), [])
    began = weekdays_in_term(time_period(max(cohort + 5 + academy.lowest, year // 100 - 1)))[0]
    if link.kind == "mover":
        pupil.spells = [Spell(began, days[moves])] if is_first else [Spell(days[moves + 1], None)]
    else:
        pupil.spells = [Spell(days[0], None, "M" if is_first else "S")]
        pupil.away_weekdays = (0, 1) if is_first else (2, 3, 4)
    pupil.number = LINK_NUMBER + link.number
    return pupil


def _guest(plan: TrustPlan, academy: AcademyPlan) -> Pupil:
    """A pupil of some other school who attends some lessons here."""
    dice = plan.dice("guest", academy.id)
    year = plan.years[-1]
    cohort = year // 100 - academy.highest - 5
    spell = Spell(weekdays_in_term(year)[15], None, "G")
    pupil = person(PHASES[academy.phase], dice, cohort, upn.permanent(9_000 + academy.number % 999, 1 + academy.number), [spell])
    pupil.number = GUEST_NUMBER
    return pupil
