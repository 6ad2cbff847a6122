"""What teachers write down in the year: three times, in the core subjects, each academy on a scale of its own.

Not here: results at the end of a stage (stages.py).
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.synthetic.attainment import normal, subject_standing
from pipelines.synthetic.people import Pupil, spells_known
from pipelines.synthetic.plan import AcademyPlan, half_terms, weekdays_in_term
from pipelines.synthetic.stages import Result

ON_TRACK = -650
"""Three pupils in four stand here or above: they are where their teachers want them to be."""
STEPS_APART = 900
CHANGE = 250
"""How far a judgement wanders from one term to the next, in thousandths."""
PRIMARY_SUBJECTS = {"Reading": "READ", "Writing": "WRIT", "Mathematics": "MATHS"}
SECONDARY_SUBJECTS = {"English": "ENGLISH", "Mathematics": "MATHS", "Science": "SCIE"}
COLLECTIONS = (("Autumn", "HT2", 14), ("Spring", "HT4", 8), ("Summer", "HT6", 14))
"""Term, its second half, and the school day of that half on which judgements are due."""


@dataclass(frozen=True)
class Scale:
    """An academy's own words for how a pupil is doing, from the lowest; `expected` is the place of the one that is hoped for."""

    name: str
    grades: tuple[str, ...]
    expected: int

    def grade(self, reached: int) -> tuple[str, int]:
        """The grade of somebody who stands there, and its points (its place, counted from 1)."""
        place = min(max(self.expected + (reached - ON_TRACK) // STEPS_APART, 0), len(self.grades) - 1)
        return self.grades[place], place + 1


STEPS = Scale("STEPS", ("Emerging", "Developing", "Secure", "Mastering"), 2)
KEY_STAGE = Scale("WTS/EXS/GDS", ("PK5", "WTS", "EXS", "GDS"), 2)
THREE_WORDS = Scale("Below/Expected/Above", ("Below", "Expected", "Above"), 1)
GRADES = Scale("GCSE 9-1", tuple("123456789"), 3)
PRIMARY_SCALES, SECONDARY_SCALES = (STEPS, KEY_STAGE, THREE_WORDS), (GRADES, THREE_WORDS)
"""STEPS is an academy's own and stands in trust.yml; the others are Matlas's common ones, and there only named."""


def scale_of(academy: AcademyPlan) -> Scale:
    """Neighbours keep different scales."""
    if academy.phase in ("secondary", "all_through"):
        return SECONDARY_SCALES[academy.number // 2 % len(SECONDARY_SCALES)]
    return PRIMARY_SCALES[academy.number // 4 % len(PRIMARY_SCALES)]


def judgements(academy: AcademyPlan, pupils: Iterable[Pupil], year: int, by: datetime.date) -> Iterator[Result]:
    """Every judgement of the year that was written down by that day, of Reception to Year 11."""
    scale = scale_of(academy)
    days = {term: _day(year, half_term, number) for term, half_term, number in COLLECTIONS}
    for pupil in pupils:
        nc_year = pupil.nc_year(year)
        if not 0 <= nc_year <= 11:
            continue
        subjects = PRIMARY_SUBJECTS if nc_year <= 6 else SECONDARY_SUBJECTS
        for term, day in days.items():
            if day > by or not _is_here(pupil, day):
                continue
            for subject, of_standing in subjects.items():
                words = f"{pupil.chance}|{year}|{term}|{subject}"
                if _is_missing(pupil, words):
                    continue
                grade, points = scale.grade(subject_standing(pupil, of_standing) + CHANGE * normal(words) // 1000)
                yield Result(pupil, subject, "Teacher assessment", f"{term} {day.year}", day, grade, str(points), scale.name)


def _day(year: int, half_term: str, number: int) -> datetime.date:
    first, last = half_terms(year)[half_term]
    days = [day for day in weekdays_in_term(year) if first <= day <= last]
    return days[min(number, len(days) - 1)]


def _is_here(pupil: Pupil, day: datetime.date) -> bool:
    return any(not spell.leaving and spell.status != "G" for spell in spells_known(pupil, day))


def _is_missing(pupil: Pupil, words: str) -> bool:
    """Three in a hundred of the best attenders' judgements, and more of those who are often away."""
    return normal(f"{words}|missing") > 1_900 - 700 * pupil.rank // 1_000_000 * (pupil.rank > 800_000)
