"""Defects in the traces of daily work: what was entered late, kept twice, or changed all at once. Each function is one kind, named by the
check that finds it.

Not here: wrong numbers and marks of single pupils (plant_people.py), results and colleagues (plant_results.py), broken files
(plant_files.py).
"""

import csv
import datetime
import io
from dataclasses import replace

import numpy as np

from pipelines.synthetic.events import Suspension
from pipelines.synthetic.people import GUEST_NUMBER, spells_known
from pipelines.synthetic.plan import DAY, half_terms, weekdays_in_term
from pipelines.synthetic.plant_people import counted_sessions, found, past, unremarkable
from pipelines.synthetic.planting import Answer, Ground
from pipelines.synthetic.registers import CODE, MISSING
from pipelines.synthetic.school import School, SchoolYear

LATE_EVENTS, LATE_BY = 4, 7
FULL_WEEK = 5
SUSPENDED_DAYS = 2
LEAVE_TOGETHER = 14
"""Per cent of the roll."""
BY_HAND = 5
PEOPLE_BEHIND_A_WEEK = 30
PRESENT = (CODE["/"], CODE["\\"])


def roll_jump(school: School) -> list[Answer]:
    """Every seventh pupil was given one leaving date in the middle of the year."""
    usual = [day for day in weekdays_in_term(school.plan.years[-1]) if day.month not in (6, 7, 8, 9)]
    days = [day for day in usual if day < school.academy.exported_on - 14 * DAY]
    if not days:
        return []
    day = days[len(days) // 2]
    on_roll = {one.number for one in school.pupils if (known := spells_known(one, day)) and not known[-1].leaving}
    leaving = [one for one in unremarkable(school) if one.number in on_roll][-(len(on_roll) * LEAVE_TOGETHER // 100 + 1) :]
    if len(leaving) < 10 or len(leaving) * 9 < len(on_roll):
        return []
    for pupil in leaving:
        pupil.spells[-1] = replace(pupil.spells[-1], leaving=day)
    return found("roll_jump", school, 1)


def attendance_jump(school: School, year: SchoolYear) -> list[Answer]:
    """For one week half of the register says ill."""
    register = year.register
    weeks: dict[datetime.date, list[int]] = {}
    for number in past(year):
        weeks.setdefault(register.days[number] - DAY * register.days[number].weekday(), []).append(number)
    listed = list(weeks.values())
    has_people = [_people(year, week) >= PEOPLE_BEHIND_A_WEEK and len(week) == FULL_WEEK for week in listed]
    fit = [place for place in range(1, len(listed) - 1) if all(has_people[place - 1 : place + 2])]
    if not fit:
        return []
    week = listed[fit[len(fit) // 2]]
    marks = register.marks[::2, week]
    register.marks[::2, week] = np.where(np.isin(marks, PRESENT), np.uint8(CODE["I"]), marks)
    return found("attendance_jump", school, 2)


def suspension_register_mismatch(school: School, year: SchoolYear) -> list[Answer]:
    """One pupil was suspended and the register says present; of another the register says suspended, and nobody was told."""
    register, days = year.register, past(year)
    first = len(days) // 2
    two = days[first : first + SUSPENDED_DAYS]
    known = {one.row for one in year.suspensions}
    there = [
        row
        for row, pupil in enumerate(register.pupils)
        if row not in known and pupil.number < GUEST_NUMBER and np.isin(register.marks[row, two], PRESENT).all()
    ]
    if len(there) < 2 or len(two) < SUSPENDED_DAYS:
        return []
    start, end = (register.days[number] for number in two)
    year.suspensions.append(Suspension(there[0], "SUSP", ("DB",), two[0], two[-1], start, end, SUSPENDED_DAYS))
    register.marks[there[1], two] = CODE["E"]
    return found("suspension_register_mismatch", school, 2 * 2 * SUSPENDED_DAYS)


def recorded_late(school: School, year: SchoolYear) -> list[Answer]:
    """Some behaviour events were entered seven school days after they happened."""
    events, days = year.behaviour, year.register.days
    last = len(past(year)) - 1
    recent = [
        place
        for place, day in enumerate(events.days.tolist())
        if day + LATE_BY <= last and days[day + LATE_BY] > year.exported_on - 28 * DAY
    ][:LATE_EVENTS]
    events.entered[recent] = events.days[recent] + LATE_BY
    return found("recorded_late", school, len(recent))


def ends_before_it_starts(school: School, year: SchoolYear) -> list[Answer]:
    """An absence of a colleague ends on the day before it starts."""
    for place, one in enumerate(year.absences):
        if one.end:
            year.absences[place] = one._replace(end=one.start - DAY)
            return found("ends_before_it_starts", school, 1)
    return []


def valued_not_only_easy(school: School, year: SchoolYear) -> list[Answer]:
    """Nobody has been asked anything this half-term."""
    begins = max((first for first, _ in half_terms(year.year).values() if first <= year.exported_on), default=None)
    earlier = [one for one in year.answers if begins and one.day < begins]
    if not earlier:
        return []
    year.answers = earlier
    year.invitations = [one for one in year.invitations if begins and one.day < begins]
    return found("valued_not_only_easy", school, 1)


def group_hidden(school: School, year: SchoolYear) -> list[Answer]:
    """The girls' invitations to parents' evenings are kept in another list."""
    girls = {one.pupil.number for one in year.invitations if one.pupil.sex == "F"}
    boys = [one for one in year.invitations if one.pupil.sex != "F"]
    if len(girls) < 6 or not boys:
        return []
    year.invitations = boys
    return found("group_hidden", school, 1)


def collected_for_report(ground: Ground) -> list[Answer]:
    """Somebody typed a list of clubs for the trust, though the MIS sends it."""
    text = b"".join(ground.lines(ground.newest("CLUB_MEMBERSHIPS"))).decode()
    rows = [f"{row['STUDENT_ID']},{row['CLUB_ID']},Club,{row['START_DATE']},\r\n" for row in csv.DictReader(io.StringIO(text, newline=""))][
        :BY_HAND
    ]
    if not rows:
        return []
    name = f"matlas_club_membership_{ground.on}.csv"
    ground.write(ground.folder / name, "".join(["source_pupil_id,club_id,club_name,start_date,end_date\r\n", *rows]).encode())
    return [Answer("check_id", "collected_for_report", ground.academy.id, 1)]


def leavers_not_delivered(ground: Ground) -> list[Answer]:
    """The leavers' pages lie in the file of current pupils: nobody is lacking, but one endpoint is."""
    for leavers in sorted(ground.folder.glob("students-leaver_*")):
        current = leavers.with_name(leavers.name.replace("students-leaver", "students"))
        ground.write(current, b"".join([*ground.lines(current), *ground.lines(leavers)]))
        leavers.unlink()
    return [Answer("check_id", "leavers_not_delivered", ground.academy.id, 1)]


def characteristics_backfilled(ground: Ground) -> list[Answer]:
    """The list of pupils of an earlier year never came; its enrolments did, and are described as the next year's list has them."""
    answers: list[Answer] = []
    for year in ground.plan.years[:-1]:
        days = weekdays_in_term(year)
        next(ground.folder.glob(f"matlas_pupil_{days[-1]}*")).unlink()
        text = b"".join(ground.lines(next(ground.folder.glob(f"matlas_enrolment_{days[-1]}*")))).decode()
        spells = [
            row
            for row in csv.DictReader(io.StringIO(text, newline=""))
            if row["entry_date"] <= str(days[-1]) and (row["leaving_date"] or str(days[-1])) >= str(days[0])
        ]
        answers.append(Answer("check_id", "characteristics_backfilled", ground.academy.id, len(spells)))
    return answers


def _people(year: SchoolYear, week: list[int]) -> int:
    """Pupils with a mark in a week, of those whom attendance measures count."""
    has_mark = (year.register.marks[:, week] > MISSING).any(axis=2) & counted_sessions(year)[:, week]
    return int(has_mark.any(axis=1).sum())
