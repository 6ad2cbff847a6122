"""What the synthetic trust is before anybody is born into it: its academies, years, calendar, and the pupils two academies share.

Not here: people (people.py), files (the writers), the date on which anything was really run.
"""

import datetime
from dataclasses import dataclass, field, replace
from functools import cache

import holidays

from pipelines.synthetic.dice import Dice
from pipelines.synthetic.names import academy_name
from pipelines.synthetic.phases import CYCLE, PHASES
from pipelines.usual_calendar import usual_half_terms

DAY = datetime.timedelta(days=1)
AS_OF = datetime.date(2026, 7, 17)
TRUST_NAME = "Fennimoor and Vale Learning Trust"
REGIONS = ("South West", "East Midlands", "North East", "South East")
MISES = ("arbor", "bromcom", "wonde", "sims", "matlas")
PACKINGS = ("gz", "parts", "plain", "zip")


@dataclass(frozen=True)
class Link:
    """One person in two academies of the trust: a mover, or a pupil with a main and a subsidiary registration."""

    number: int
    kind: str
    first: int
    second: int
    nc_year: int


@dataclass(frozen=True)
class AcademyPlan:
    """One academy to be: a row of trust.yml and the way its MIS delivers."""

    number: int
    id: str
    name: str
    phase: str
    mis: str
    region: str
    pupils: int
    exported_on: datetime.date
    packing: str = "plain"
    variant: int = 0
    """Which academy of its MIS it is, counted from 0: MIS that can deliver one thing in several shapes take turns."""

    @property
    def lowest(self) -> int:
        """The first year group (Reception is 0, the nursery year before it −1)."""
        return -1 if self.phase == "primary" and self.number % 5 == 0 else PHASES[self.phase].lowest

    @property
    def highest(self) -> int:
        """The last year group: every second secondary academy has a sixth form."""
        return 13 if self.phase == "secondary" and self.number % 4 == 1 else PHASES[self.phase].highest

    @property
    def urn(self) -> int:
        """A URN that GIAS has not given to anybody."""
        return 900_001 + self.number

    @property
    def laestab(self) -> str:
        """Seven digits of a local authority that does not exist."""
        return f"930{4001 + self.number % 5999:04d}"


@dataclass(frozen=True)
class TrustPlan:
    """The whole trust to be."""

    academies: tuple[AcademyPlan, ...]
    years: tuple[int, ...]
    seed: int
    as_of: datetime.date
    events_per_pupil: int = 11
    links: tuple[Link, ...] = field(default=())

    def dice(self, *labels: str | int) -> Dice:
        """The draws for one purpose."""
        return Dice(self.seed, *labels)


def plan_trust(academies: int, pupils: int, years: int, seed: int, as_of: datetime.date = AS_OF) -> TrustPlan:
    """Academies of every phase and MIS in turn, for that many academic years up to the one of `as_of`."""
    if min(academies, pupils, years) < 1:
        raise ValueError("A trust has at least one academy, one pupil and one year.")
    last = as_of.year - (as_of.month < 8)
    plan = TrustPlan(
        academies=tuple(_academy(number, pupils, as_of) for number in range(academies)),
        years=tuple(time_period(year) for year in range(last - years + 1, last + 1)),
        seed=seed,
        as_of=as_of,
    )
    return linked(plan)


def linked(plan: TrustPlan) -> TrustPlan:
    """The plan with its shared pupils: movers between neighbours, and dual registrations where the MIS can tell them."""
    links: list[Link] = []
    for first in plan.academies:
        second = plan.academies[(first.number + 1) % len(plan.academies)]
        shared = range(max(first.lowest, second.lowest, 0), min(first.highest, second.highest, 11) + 1)
        if first == second or not shared:
            continue
        kinds = ["mover"] * (1 + min(first.pupils, second.pupils) // 250)
        if "arbor" not in (first.mis, second.mis) and min(first.pupils, second.pupils) >= 20:
            kinds.append("dual")
        for kind in kinds:
            dice = plan.dice("link", len(links))
            links.append(Link(len(links), kind, first.number, second.number, dice.pick(shared)))
    return replace(plan, links=tuple(links))


def time_period(start: int) -> int:
    """The academic year that starts in that calendar year, as DfE writes it."""
    return start * 100 + (start + 1) % 100


@cache
def half_terms(year: int) -> dict[str, tuple[datetime.date, datetime.date]]:
    """First and last school day of each half-term of an academic year."""
    days = weekdays_in_term(year)
    inside = {name: [day for day in days if first <= day <= last] for name, (first, last) in usual_half_terms(year).items()}
    return {name: (of_term[0], of_term[-1]) for name, of_term in inside.items()}


@cache
def weekdays_in_term(year: int) -> tuple[datetime.date, ...]:
    """The weekdays of the half-terms that are not bank holidays."""
    free = holidays.country_holidays("GB", subdiv="ENG", years=(year // 100, year // 100 + 1))
    days: list[datetime.date] = []
    for first, last in usual_half_terms(year).values():
        days += [first + DAY * step for step in range((last - first).days + 1)]
    return tuple(day for day in days if day.weekday() < 5 and day not in free)


def staff_days(plan: TrustPlan, academy: AcademyPlan, year: int) -> tuple[datetime.date, ...]:
    """Weekdays in term on which the academy is closed to pupils: none, one or two, told in its calendar."""
    dice = plan.dice("staff days", academy.id, year)
    days = weekdays_in_term(year)
    return tuple(sorted({days[dice.between(60, len(days) - 30)] for _ in range(academy.number % 3)}))


def school_days(plan: TrustPlan, academy: AcademyPlan, year: int) -> tuple[datetime.date, ...]:
    """The days of the year on which the academy takes registers."""
    closed = staff_days(plan, academy, year)
    return tuple(day for day in weekdays_in_term(year) if day not in closed)


def exports_of(plan: TrustPlan, academy: AcademyPlan) -> list[tuple[int, datetime.date]]:
    """Each academic year and the day on which its files were exported: closed years on their last day, this one lately."""
    days = [(year, weekdays_in_term(year)[-1]) for year in plan.years[:-1]]
    return [*days, (plan.years[-1], academy.exported_on)]


def _academy(number: int, pupils: int, as_of: datetime.date) -> AcademyPlan:
    phase = CYCLE[number % len(CYCLE)]
    identifier, name = academy_name(number, phase)
    return AcademyPlan(
        number=number,
        id=identifier,
        name=name,
        phase=phase,
        mis=MISES[number % len(MISES)],
        region=REGIONS[number % len(REGIONS)],
        pupils=pupils,
        exported_on=as_of,
        packing=PACKINGS[(number + number // len(MISES)) % len(PACKINGS)],
        variant=number // len(MISES),
    )
