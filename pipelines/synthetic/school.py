"""One academy of the synthetic trust in memory: its pupils, and for each year its register and events.

The writers read this and nothing else. Not here: how any of it is made up (people.py, registers.py, events.py).
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.synthetic.events import Behaviour, Suspension, behaviour_of, suspended_sessions, suspensions_of
from pipelines.synthetic.people import Pupil, pupils_of
from pipelines.synthetic.plan import AcademyPlan, TrustPlan, exports_of, school_days, staff_days, weekdays_in_term
from pipelines.synthetic.registers import Register, on_roll, register_of


@dataclass
class SchoolYear:
    """What one academy recorded in one academic year, as exported on one day."""

    year: int
    exported_on: datetime.date
    register: Register
    suspensions: list[Suspension]
    behaviour: Behaviour
    term_days: tuple[datetime.date, ...]
    staff_days: tuple[datetime.date, ...]


@dataclass
class School:
    """One academy and everybody who was ever on its roll."""

    plan: TrustPlan
    academy: AcademyPlan
    pupils: list[Pupil]

    def years(self) -> Iterator[SchoolYear]:
        """Each academic year in turn; only one is in memory at a time."""
        for year, exported_on in exports_of(self.plan, self.academy):
            yield self._year(year, exported_on)

    def _year(self, year: int, exported_on: datetime.date) -> SchoolYear:
        plan, academy = self.plan, self.academy
        days = school_days(plan, academy, year)
        all_on_roll = on_roll(self.pupils, days)
        here = [row for row in range(len(self.pupils)) if all_on_roll[row].any()]
        pupils, roll = [self.pupils[row] for row in here], all_on_roll[here]
        suspensions = suspensions_of(academy, year, days, pupils, roll, plan.dice("suspensions", academy.id, year))
        suspended = suspended_sessions(suspensions, roll)
        register = register_of(academy, year, days, pupils, suspended, plan.dice("register", academy.id, year))
        behaviour = behaviour_of(register, exported_on, plan.events_per_pupil, plan.dice("behaviour", academy.id, year))
        return SchoolYear(year, exported_on, register, suspensions, behaviour, weekdays_in_term(year), staff_days(plan, academy, year))


def school_of(plan: TrustPlan, academy: AcademyPlan) -> School:
    """Everybody of one academy."""
    return School(plan, academy, pupils_of(plan, academy))
