"""What else a school records of its pupils in a year: suspensions, permanent exclusions, behaviour.

Not here: the E marks beside a suspension (registers.py writes them from `suspended_sessions`).
"""

import datetime
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic.dice import MILLION, Dice, Whole
from pipelines.synthetic.people import Pupil
from pipelines.synthetic.phases import NEGATIVE, PHASES, POSITIVE, SUSPENSION_REASONS
from pipelines.synthetic.plan import AcademyPlan, half_terms
from pipelines.synthetic.registers import CODE, MISSING, Register

LENGTHS = {"1": 46, "2": 27, "3": 15, "5": 12}
NEGATIVE_SHARE = 170_000
ENTERED_AFTER = (0, 0, 0, 0, 0, 0, 0, 1, 1, 3)
"""School days from an event to its entry, each as likely."""


class Suspension(NamedTuple):
    """One suspension (SUSP) or permanent exclusion (PERM); `row` is the pupil's place in the year's register."""

    row: int
    category: str
    reasons: tuple[str, ...]
    first_day: int
    last_day: int
    start: datetime.date
    end: datetime.date | None
    days: int


@dataclass
class Behaviour:
    """Behaviour events of one academy and year, as columns."""

    rows: Whole
    days: Whole
    kinds: Whole
    """Indexes into POSITIVE + NEGATIVE."""
    points: Whole
    entered: Whole
    """The school day on which somebody entered it: most on the day itself. Few MIS tell."""

    def listed(self) -> list[tuple[int, int, int, int, int]]:
        """Row, day, kind, points and day of entry of each event."""
        columns = (self.rows, self.days, self.kinds, self.points, self.entered)
        return list(zip(*(column.tolist() for column in columns), strict=True))


def suspensions_of(
    academy: AcademyPlan, year: int, days: tuple[datetime.date, ...], pupils: list[Pupil], roll: NDArray[np.bool_], dice: Dice
) -> list[Suspension]:
    """At most one a half-term and pupil, each inside the pupil's spell; only what had begun by the export."""
    phase = PHASES[academy.phase]
    found: list[Suspension] = []
    terms = [[number for number, day in enumerate(days) if first <= day <= last] for first, last in half_terms(year).values()]
    for row, pupil in enumerate(pupils):
        if pupil.excluded_on in days and pupil.excluded_on <= academy.exported_on:
            found.append(_exclusion(row, days, pupil.excluded_on, roll, dice))
            continue
        is_known_for_it = dice.one(20) == 0
        for term in terms:
            chance = phase.suspensions // 6 * (1400 if is_known_for_it else 32) // 100
            if not term or not dice.happens(chance):
                continue
            suspension = _suspension(row, days, term, int(dice.weighted(LENGTHS)), dice)
            if suspension.start <= academy.exported_on and roll[row, suspension.first_day : suspension.last_day + 1].all():
                found.append(suspension)
    return found


def _suspension(row: int, days: tuple[datetime.date, ...], term: list[int], length: int, dice: Dice) -> Suspension:
    first = dice.pick(term)
    last = min(first + length - 1, len(days) - 1)
    return Suspension(row, "SUSP", _why(dice), first, last, days[first], days[last], last - first + 1)


def _exclusion(row: int, days: tuple[datetime.date, ...], on: datetime.date, roll: NDArray[np.bool_], dice: Dice) -> Suspension:
    """A permanent exclusion: E marks until the pupil leaves."""
    last = int(np.flatnonzero(roll[row])[-1])
    return Suspension(row, "PERM", _why(dice), days.index(on), last, on, None, 0)


def _why(dice: Dice) -> tuple[str, ...]:
    reasons: tuple[str, ...] = (dice.weighted(SUSPENSION_REASONS),)
    if dice.one(6) == 0 and (second := dice.weighted(SUSPENSION_REASONS)) not in reasons:
        reasons = (*reasons, second)
    return reasons


def suspended_sessions(suspensions: list[Suspension], roll: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pupil × day × session: sessions that the register marks E."""
    sessions = np.zeros((*roll.shape, 2), dtype=bool)
    for suspension in suspensions:
        sessions[suspension.row, suspension.first_day : suspension.last_day + 1] = True
    return sessions


def behaviour_of(register: Register, exported_on: datetime.date, events_per_pupil: int, dice: Dice) -> Behaviour:
    """Events of pupils who were there that morning; five in six are praise, and the blame falls on few."""
    pupils, days = register.marks.shape[:2]
    count = pupils * events_per_pupil if days else 0
    is_negative = dice.whole(MILLION, count) < NEGATIVE_SHARE
    by_rank = np.argsort(np.array([pupil.rank for pupil in register.pupils], dtype=np.int64), kind="stable")
    places = dice.whole(max(pupils, 1), count, 3)
    rows = np.where(is_negative, by_rank[places.max(axis=1)] if count else 0, places[:, 0])
    when = dice.whole(max(days, 1), count)
    kinds = np.where(is_negative, len(POSITIVE) + dice.whole(len(NEGATIVE), count), dice.whole(len(POSITIVE), count))
    points = np.where(is_negative, -1 - dice.whole(3, count), 1 + dice.whole(2, count))
    waits = np.array(ENTERED_AFTER, dtype=np.int64)[dice.whole(len(ENTERED_AFTER), count)]
    there = np.isin(register.marks[rows, when, 0] if count else np.zeros(0, dtype=np.uint8), (CODE["/"], CODE["L"], MISSING))
    past = np.array([day <= exported_on for day in register.days], dtype=bool)
    kept = np.flatnonzero(there & (past[when] if count else there))
    kept = kept[np.argsort(when[kept], kind="stable")]
    entered = np.minimum((when + waits)[kept], max(int(past.sum()) - 1, 0))
    return Behaviour(rows[kept], when[kept], kinds[kept], points[kept], entered)
