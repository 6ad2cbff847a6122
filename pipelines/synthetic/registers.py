"""The registers of one academy and year: a mark for every pupil, school day and session, by array arithmetic.

Absence comes in spells: a pupil's chance to begin one depends on the pupil, the weekday and the time of year; once away, the pupil is
likely to stay away. Not here: who the pupils are (people.py) and suspensions (events.py decides them; here they become E marks).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic.dice import MILLION, Dice, Whole
from pipelines.synthetic.people import Pupil, cohort_of
from pipelines.synthetic.phases import REASONS, Attendance, attendance_of
from pipelines.synthetic.plan import AcademyPlan, half_terms

CODES = (
    "",
    "-",
    "/",
    "\\",
    "L",
    "B",
    "K",
    "P",
    "V",
    "W",
    "C",
    "C2",
    "E",
    "I",
    "M",
    "R",
    "S",
    "T",
    "G",
    "N",
    "O",
    "U",
    "D",
    "X",
    "Y4",
    "Y",
    "H",
)
"""Index 0: no session of the pupil's. Index 1: a session without a mark (each MIS leaves it blank in its own way)."""
CODE = {code: index for index, code in enumerate(CODES)}
NOTHING, MISSING = 0, 1
PLANNED = tuple(CODE[code] for code in ("C", "E", "D", "M"))
CODES_OF_2024 = datetime.date(2024, 8, 19)
BLANKS = 1_500
WEEKDAY = (1080, 960, 930, 960, 1070)  # chance to begin an absence, per thousand
MONTH = {9: 830, 10: 950, 11: 1080, 12: 1230, 1: 1130, 2: 1080, 3: 1010, 4: 960, 5: 940, 6: 960, 7: 1000}
LAST_WEEK = 1130

Marks = NDArray[np.uint8]


@dataclass
class Register:
    """One academy's marks of one academic year."""

    year: int
    days: tuple[datetime.date, ...]
    pupils: list[Pupil]
    marks: Marks
    """Pupil × day × session (AM, PM): indexes into CODES."""
    minutes: Marks
    """Pupil × day: minutes late where the AM mark is L, else 0."""

    def on(self, day: datetime.date) -> "Register":
        """The register of one day of the year; of none, where the academy took no register on it."""
        there = [number for number, one in enumerate(self.days) if one == day]
        return replace(self, days=tuple(self.days[number] for number in there), marks=self.marks[:, there], minutes=self.minutes[:, there])


def register_of(
    academy: AcademyPlan, year: int, days: tuple[datetime.date, ...], pupils: list[Pupil], suspended: NDArray[np.bool_], dice: Dice
) -> Register:
    """Marks of every session in the pupils' spells up to the last export; after it only what an MIS holds ahead."""
    shape = len(pupils), len(days)
    inside = on_roll(pupils, days, by=academy.exported_on)
    marks = np.zeros((*shape, 2), dtype=np.uint8)
    minutes = np.zeros(shape, dtype=np.uint8)
    for attendance, rows in _by_attendance(academy, pupils, year):
        marks[rows], minutes[rows] = _attended(attendance, [pupils[row] for row in rows], days, dice)
    _arranged(marks, pupils, days, year, dice)
    marks[suspended] = CODE["E"]
    _dual(marks, pupils, days)
    marks[dice.whole(MILLION, *marks.shape) < BLANKS] = MISSING
    _unresolved(marks, days, academy.exported_on, dice)
    _before_2024(marks, days)
    marks[~inside] = NOTHING
    minutes[marks[:, :, 0] != CODE["L"]] = 0
    _ahead(marks, days, academy.exported_on)
    return Register(year, days, pupils, marks, minutes)


def on_roll(pupils: list[Pupil], days: Sequence[datetime.date], by: datetime.date = datetime.date.max) -> NDArray[np.bool_]:
    """Pupil × day: whether the day lies in a spell of the pupil's that had begun `by` then."""
    numbers = np.array([day.toordinal() for day in days], dtype=np.int64)
    inside = np.zeros((len(pupils), len(days)), dtype=bool)
    for row, pupil in enumerate(pupils):
        for spell in pupil.spells:
            if spell.entry > by:
                continue
            last = spell.leaving or datetime.date.max
            inside[row] |= (numbers >= spell.entry.toordinal()) & (numbers <= last.toordinal())
    return inside


def _by_attendance(academy: AcademyPlan, pupils: list[Pupil], year: int) -> list[tuple[Attendance, list[int]]]:
    rows: dict[int, tuple[Attendance, list[int]]] = {}
    for row, pupil in enumerate(pupils):
        attendance = attendance_of(academy.phase, pupil.nc_year(year))
        rows.setdefault(id(attendance), (attendance, []))[1].append(row)
    return list(rows.values())


def _attended(attendance: Attendance, pupils: list[Pupil], days: Sequence[datetime.date], dice: Dice) -> tuple[Marks, Marks]:
    """Marks as if every pupil were on roll all year."""
    ranks = np.array([pupil.rank for pupil in pupils], dtype=np.int64)
    ranks = np.clip(ranks + dice.whole(80_000, len(pupils)) - 40_000, 0, MILLION - 1)
    reason = _absences(attendance, ranks, days, dice)
    morning, afternoon, minutes = _half_days(attendance, ranks, len(days), dice)
    trips = _trips(attendance, pupils, len(days), dice)
    marks = np.stack([morning, afternoon], axis=2)
    marks[trips] = CODE["V"]
    away = reason > 0
    marks[away] = reason[away][:, None]
    part_time = (dice.whole(MILLION, len(pupils)) < attendance.part_time * (400 + 1200 * ranks // MILLION) // 1000)[:, None]
    begins = dice.whole(max(1, len(days) - 40), len(pupils))[:, None]
    day = np.arange(len(days))[None, :]
    stays_home = part_time & (day >= begins) & (day < begins + 40) & ~away
    marks[:, :, 1][stays_home] = CODE["C2"]
    return marks, minutes


def _absences(attendance: Attendance, ranks: Whole, days: Sequence[datetime.date], dice: Dice) -> Marks:
    """Pupil × day: the code of a whole day's absence, or 0."""
    knots, rates = zip(*attendance.absence, strict=True)
    rate = np.rint(np.interp(ranks, knots, rates)).astype(np.int64)
    stays = 280_000 + rate * 62 // 100
    begins = rate * (MILLION - stays) // (MILLION - rate)
    group = (ranks >= 870_000).astype(np.int64) + (rate >= 480_000)
    draw = dice.whole(MILLION, len(ranks), len(days))
    codes = _reasons(attendance, group, dice.whole(1000, len(ranks), len(days)))
    reason = np.zeros(draw.shape, dtype=np.uint8)
    yesterday = np.zeros(len(ranks), dtype=np.uint8)
    for number, factor in enumerate(_season(days)):
        is_away = draw[:, number] < np.where(yesterday > 0, stays, begins * factor // 1000)
        today = np.where(yesterday > 0, yesterday, codes[:, number])
        yesterday = np.where(is_away, today, 0).astype(np.uint8)
        reason[:, number] = yesterday
    return reason


def _reasons(attendance: Attendance, group: Whole, draw: Whole) -> Marks:
    codes = np.array([CODE[code] for code in REASONS], dtype=np.uint8)
    picked = np.zeros(draw.shape, dtype=np.uint8)
    for number, weights in enumerate(attendance.reasons):
        rows = group == number
        picked[rows] = codes[np.minimum(np.searchsorted(np.cumsum(weights), draw[rows], side="right"), len(codes) - 1)]
    return picked


def _season(days: Sequence[datetime.date]) -> list[int]:
    """How likely an absence is to begin on each day, per thousand of the usual: weekday, month, the week before a holiday."""
    factors: list[int] = []
    for number, day in enumerate(days):
        soon = days[min(number + 5, len(days) - 1)]
        is_last_week = (soon - day).days > 9
        factors.append(WEEKDAY[day.weekday()] * MONTH[day.month] // 1000 * (LAST_WEEK if is_last_week else 1000) // 1000)
    return factors


def _half_days(attendance: Attendance, ranks: Whole, days: int, dice: Dice) -> tuple[Marks, Marks, Marks]:
    """AM and PM marks of a pupil who is there that day, and minutes late."""
    shape = len(ranks), days
    scale = (400 + 1200 * ranks // MILLION)[:, None]
    morning = np.full(shape, CODE["/"], dtype=np.uint8)
    afternoon = np.full(shape, CODE["\\"], dtype=np.uint8)
    chance = dice.whole(MILLION, *shape) * 1000 // scale
    edge = 0
    for rate, code, halves in (
        (attendance.late, "L", "A"),
        (attendance.late // 6, "L", "P"),
        (attendance.late_unauthorised, "U", "A"),
        (attendance.appointment * 6 // 10, "M", "A"),
        (attendance.appointment * 4 // 10, "M", "P"),
        (attendance.sent_home, "I", "P"),
        (attendance.off_site, "B", "AP"),
        (attendance.off_site // 10, "K", "AP"),
        (attendance.sport, "P", "P"),
    ):
        hit = (chance >= edge) & (chance < edge + rate)
        edge += rate
        if "A" in halves:
            morning[hit] = CODE[code]
        if "P" in halves:
            afternoon[hit] = CODE[code]
    return morning, afternoon, (1 + dice.whole(25, *shape)).astype(np.uint8)


def _trips(attendance: Attendance, pupils: list[Pupil], days: int, dice: Dice) -> NDArray[np.bool_]:
    """Whole year groups go on a trip together."""
    trips = np.zeros((len(pupils), days), dtype=bool)
    cohorts = np.array([cohort_of(pupil.date_of_birth) for pupil in pupils], dtype=np.int64)
    for cohort in sorted(set(cohorts.tolist())):
        for _ in range(attendance.trip_days if days else 0):
            trips[cohorts == cohort, dice.one(days)] = True
    return trips


def _arranged(marks: Marks, pupils: list[Pupil], days: Sequence[datetime.date], year: int, dice: Dice) -> None:
    """What the timetable or the weather arranges for a whole group: study leave, part-time hours, work experience, a closed day."""
    summer = half_terms(year)["HT6"][0]
    nc_years = np.array([pupil.nc_year(year) for pupil in pupils], dtype=np.int64)
    here = marks[:, :, 1] == CODE["\\"]
    for number, day in enumerate(days):
        if day >= summer:
            marks[np.isin(nc_years, (11, 13)), number] = CODE["S"]
        elif day.weekday() == 2:
            marks[(nc_years >= 12) & here[:, number], number, 1] = CODE["X"]
        marks[(nc_years < 0) & here[:, number], number, 1] = CODE["X"]
    winter = [number for number, day in enumerate(days) if day.month == 1]
    if winter and dice.one(4) == 0:
        marks[:, dice.pick(winter)] = CODE["Y4"]
    late_june = [number for number, day in enumerate(days) if day.month == 6 and day.day > 20]
    placed = (marks[:, late_june[:5], :] == CODE["/"]) | (marks[:, late_june[:5], :] == CODE["\\"])
    marks[:, late_june[:5], :] = np.where(placed & (nc_years == 10)[:, None, None], CODE["W"], marks[:, late_june[:5], :])


def _dual(marks: Marks, pupils: list[Pupil], days: Sequence[datetime.date]) -> None:
    for row, pupil in enumerate(pupils):
        if pupil.away_weekdays:
            marks[row, [number for number, day in enumerate(days) if day.weekday() in pupil.away_weekdays]] = CODE["D"]


def _unresolved(marks: Marks, days: Sequence[datetime.date], exported_on: datetime.date, dice: Dice) -> None:
    """In the last three days before an export some reasons are not yet known."""
    recent = [number for number, day in enumerate(days) if day <= exported_on][-3:]
    for number in recent if days and days[-1] >= exported_on else []:
        unknown = (marks[:, number] == CODE["O"]) & (dice.whole(100, marks.shape[0]) < 60)[:, None]
        marks[:, number][unknown] = CODE["N"]


def _before_2024(marks: Marks, days: Sequence[datetime.date]) -> None:
    """Registers before 19 August 2024 know only the codes of their time."""
    old = [number for number, day in enumerate(days) if day < CODES_OF_2024]
    for now, then in (("C2", "C"), ("K", "B"), ("Y4", "Y")):
        marks[:, old] = np.where(marks[:, old] == CODE[now], np.uint8(CODE[then]), marks[:, old])


def _ahead(marks: Marks, days: Sequence[datetime.date], exported_on: datetime.date) -> None:
    """An MIS holds agreed leave, suspensions, appointments and dual registration a fortnight ahead, and nothing else of the future."""
    for number, day in enumerate(days):
        if day > exported_on:
            keep = np.isin(marks[:, number], PLANNED) & ((day - exported_on).days <= 14)
            marks[:, number] = np.where(keep, marks[:, number], np.uint8(NOTHING))
