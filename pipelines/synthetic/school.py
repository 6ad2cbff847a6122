"""One academy of the synthetic trust in memory: its pupils, and for each year its register and events.

The writers read this and nothing else. Not here: how any of it is made up (people.py, registers.py, events.py).
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.synthetic.colleagues import Absence, Colleague, Training, absences_of, colleagues_of, known_colleagues, training_of
from pipelines.synthetic.community import Answer, Invitation, Membership, answers_of, invitations_of, memberships_of
from pipelines.synthetic.events import Behaviour, Suspension, behaviour_of, suspended_sessions, suspensions_of
from pipelines.synthetic.formative import judgements
from pipelines.synthetic.people import Pupil, pupils_of
from pipelines.synthetic.plan import AcademyPlan, TrustPlan, exports_of, school_days, staff_days, weekdays_in_term
from pipelines.synthetic.registers import Register, on_roll, register_of
from pipelines.synthetic.stages import Result, StageResult, gcse_results, stage_results


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
    colleagues: list[Colleague]
    absences: list[Absence]
    training: list[Training]
    results: list[Result]
    """What the MIS's own list of results has: judgements of this year, GCSEs of the last one's leavers."""
    stage_results: list[StageResult]
    memberships: list[Membership]
    answers: list[Answer]
    invitations: list[Invitation]


@dataclass
class School:
    """One academy and everybody who was ever on its roll."""

    plan: TrustPlan
    academy: AcademyPlan
    pupils: list[Pupil]
    colleagues: list[Colleague]

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
        known = known_colleagues(self.colleagues, exported_on)
        last_year = year - 101
        gcses = gcse_results(self.pupils, last_year, exported_on) if last_year in plan.years else ()
        return SchoolYear(
            year=year,
            exported_on=exported_on,
            register=register,
            suspensions=suspensions,
            behaviour=behaviour,
            term_days=weekdays_in_term(year),
            staff_days=staff_days(plan, academy, year),
            colleagues=known,
            absences=absences_of(self.colleagues, year, exported_on, plan.dice("absences", academy.id, year)),
            training=training_of(self.colleagues, year, exported_on, plan.dice("training", academy.id, year)),
            results=[*judgements(academy, pupils, year, exported_on), *gcses],
            stage_results=list(stage_results(pupils, year, exported_on)),
            memberships=memberships_of(pupils, year, exported_on, plan.dice("clubs", academy.id, year)),
            answers=answers_of(pupils, self.colleagues, year, exported_on, plan.dice("answers", academy.id, year)),
            invitations=invitations_of(pupils, year, exported_on, plan.dice("evenings", academy.id, year)),
        )


def school_of(plan: TrustPlan, academy: AcademyPlan) -> School:
    """Everybody of one academy."""
    return School(plan, academy, pupils_of(plan, academy), colleagues_of(plan, academy))
