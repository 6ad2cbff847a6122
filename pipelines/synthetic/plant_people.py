"""Defects in what an academy recorded: pupils, registers, the whole export. Each function is one kind, named by the check that finds it.

Not here: what daily work leaves behind (plant_work.py), broken files (plant_files.py).
"""

import datetime
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic import upn
from pipelines.synthetic.people import GUEST_NUMBER, Pupil, Spell, cohort_of, person, spells_known
from pipelines.synthetic.phases import PHASES
from pipelines.synthetic.plan import AcademyPlan, TrustPlan, half_terms, weekdays_in_term
from pipelines.synthetic.planting import Answer
from pipelines.synthetic.registers import CODE, MISSING, NOTHING
from pipelines.synthetic.school import School, SchoolYear

ORPHAN_NUMBER = 88_888
UPNS, ORPHAN_SESSIONS, OLD_MARKS, REDUNDANT_DAYS = 3, 6, 7, 5
LONG_AGO = 90


def stale_academy(plan: TrustPlan, academy: AcademyPlan) -> AcademyPlan:
    """The export has stopped: the newest files are five school days old."""
    before = [day for day in weekdays_in_term(plan.years[-1]) if day <= plan.as_of]
    return replace(academy, exported_on=before[-6] if len(before) > 5 else academy.exported_on)


def upn_invalid(school: School) -> list[Answer]:
    """Some pupils' UPNs have the next letter of the alphabet in front."""
    pupils = unremarkable(school)[:UPNS]
    for pupil in pupils:
        following = (upn.ALPHABET.index(pupil.upn[0]) + 1) % len(upn.ALPHABET)
        pupil.upn = upn.ALPHABET[following] + pupil.upn[1:]
    return found("upn_invalid", school, len(pupils))


def upn_temporary_old(school: School) -> list[Answer]:
    """Some pupils who have long been here still have the temporary UPN of their first day."""
    since = school.academy.exported_on - datetime.timedelta(days=LONG_AGO)
    pupils = [one for one in unremarkable(school)[UPNS + 2 :] if one.spells[-1].entry < since][:UPNS]
    for pupil in pupils:
        pupil.upn = upn.temporary(school.academy.number + 1, pupil.number)
    return found("upn_temporary_old", school, len(pupils))


def upn_duplicate(school: School) -> list[Answer]:
    """One pupil's record has another's UPN."""
    pupils = unremarkable(school)[UPNS : UPNS + 2]
    if len(pupils) < 2:
        return []
    pupils[1].upn = pupils[0].upn
    return found("upn_duplicate", school, 2)


def orphan_fact(school: School, year: SchoolYear) -> list[Answer]:
    """The register has marks of a pupil whom the pupil list lacks."""
    days = past(year)[:ORPHAN_SESSIONS]
    if not days:
        return []
    dice = school.plan.dice("orphan", school.academy.id)
    stranger = person(PHASES[school.academy.phase], dice, year.year // 100 - 12, "", [Spell(year.register.days[0], None)])
    stranger.number = ORPHAN_NUMBER
    register = year.register
    register.pupils = [*register.pupils, stranger]
    register.marks = np.concatenate([register.marks, np.zeros((1, *register.marks.shape[1:]), dtype=np.uint8)])
    register.minutes = np.concatenate([register.minutes, np.zeros((1, register.minutes.shape[1]), dtype=np.uint8)])
    register.marks[-1, days, 0] = CODE["/"]
    return found("orphan_fact", school, len(days))


def redundant_mark(school: School, year: SchoolYear) -> list[Answer]:
    """The register goes on for some days after a pupil has left."""
    register = year.register
    days = past(year)
    for row, pupil in enumerate(register.pupils):
        left = pupil.spells[-1].leaving
        after = [number for number in days if left and register.days[number] > left][:REDUNDANT_DAYS]
        if len(after) == REDUNDANT_DAYS:
            register.marks[row, after] = (CODE["/"], CODE["\\"])
            return found("redundant_mark", school, 2 * REDUNDANT_DAYS)
    return []


def code_out_of_date(school: School, year: SchoolYear) -> list[Answer]:
    """Some marks have H, which was withdrawn in August 2024."""
    marks = year.register.marks
    ill = np.argwhere(marks == CODE["I"])
    ill = ill[np.isin(ill[:, 1], past(year))][:OLD_MARKS]
    marks[ill[:, 0], ill[:, 1], ill[:, 2]] = CODE["H"]
    return found("code_out_of_date", school, len(ill))


def missing_marks(school: School, year: SchoolYear) -> list[Answer]:
    """No registers were taken on one day in twenty."""
    register = year.register
    days = past(year)[::20]
    register.marks[:, days] = np.where(register.marks[:, days] == NOTHING, np.uint8(NOTHING), np.uint8(MISSING))
    missing = (register.marks == MISSING) & counted_sessions(year)[:, :, None]
    return found("missing_marks", school, int(missing.sum()))


def all_present(school: School, year: SchoolYear) -> list[Answer]:
    """One week says present for everybody: the feed fills in what nobody took. Nobody was suspended in it."""
    register = year.register
    mondays = [number for number in past(year) if register.days[number].weekday() == 0]
    if not mondays:
        return []
    first = register.days[mondays[len(mondays) // 2]]
    week = [number for number, day in enumerate(register.days) if 0 <= (day - first).days < 5]
    present = np.array([CODE["/"], CODE["\\"]], dtype=np.uint8)
    for one in year.suspensions:
        if one.last_day >= week[0] and one.first_day <= week[-1]:
            days = slice(one.first_day, one.last_day + 1)
            register.marks[one.row, days] = np.where(register.marks[one.row, days] == CODE["E"], present, register.marks[one.row, days])
    year.suspensions = [one for one in year.suspensions if one.last_day < week[0] or one.first_day > week[-1]]
    register.marks[:, week] = np.where(register.marks[:, week] == NOTHING, np.uint8(NOTHING), present)
    register.minutes[:, week] = 0
    return found("all_present", school, 1)


def found(check_id: str, school: School, failed: int) -> list[Answer]:
    """The answer of a check about this academy, if anything could be planted."""
    return [Answer("check_id", check_id, school.academy.id, failed)] if failed else []


def unremarkable(school: School) -> list[Pupil]:
    """Pupils of this academy alone who are still here, with a permanent UPN."""
    day = school.academy.exported_on
    return [
        pupil
        for pupil in school.pupils
        if pupil.number < GUEST_NUMBER and pupil.upn[-1].isdigit() and (spells := spells_known(pupil, day)) and not spells[-1].leaving
    ]


def past(year: SchoolYear) -> list[int]:
    """The places of the register's days up to the export."""
    return [number for number, day in enumerate(year.register.days) if day <= year.exported_on]


def counted_sessions(year: SchoolYear) -> NDArray[np.bool_]:
    """Pupil × day up to the export: whom attendance measures count, 5 to 15 on 31 August, without the oldest pupils' last half-term."""
    register, last_half_term = year.register, half_terms(year.year)["HT6"]
    age = np.array([year.year // 100 - cohort_of(pupil.date_of_birth) - 1 for pupil in register.pupils], dtype=np.int64)
    is_guest = np.array([pupil.spells[-1].status == "G" for pupil in register.pupils], dtype=bool)
    is_past = np.array([day <= year.exported_on for day in register.days], dtype=bool)
    counted: NDArray[np.bool_] = ((age >= 5) & (age <= 15) & ~is_guest)[:, None] & is_past[None, :]
    leaves_out = [number for number, day in enumerate(register.days) if _within(day, last_half_term)]
    counted[np.ix_(age == 15, leaves_out)] = False
    return counted


def _within(day: datetime.date, term: tuple[datetime.date, datetime.date]) -> bool:
    return term[0] <= day <= term[1]
