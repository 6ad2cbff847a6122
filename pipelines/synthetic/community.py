"""What an academy knows of its pupils' life beside lessons and of what people think of it: clubs, surveys, parents' evenings.

Who is often away or has been poor is in fewer clubs, and fewer parents come. Not here: training of colleagues (colleagues.py).
"""

import datetime
from typing import NamedTuple

from pipelines.synthetic.colleagues import Colleague
from pipelines.synthetic.dice import Dice
from pipelines.synthetic.people import Pupil, nc_text, spells_known
from pipelines.synthetic.plan import half_terms, weekdays_in_term

CLUBS = ("Chess", "Choir", "Football", "Art", "Coding", "Drama", "Gardening", "Netball")
IN_A_CLUB = {True: 560_000, False: 470_000}
"""Of a million pupils; True for those of primary age."""
IN_A_SECOND = 250_000
LEAVES_AT_CHRISTMAS = 180_000
LESS = {"club": 450_000, "evening": 260_000}
"""How much lower it is for the pupil who is away most often; a quarter of it again for one who has been poor."""
COMES_TO_AN_EVENING = {True: 960_000, False: 850_000}
QUESTIONS = ("SAFE", "ENJOY", "LEARN", "LISTENED", "BELONG", "RECOMMEND")
ANSWERS = {
    "pupil": {"5": 28, "4": 40, "3": 18, "2": 9, "1": 5},
    "parent": {"5": 36, "4": 42, "3": 12, "2": 6, "1": 4},
    "staff": {"5": 30, "4": 41, "3": 15, "2": 9, "1": 5},
}
ANSWER_RATE = {"pupil": 720_000, "parent": 280_000, "staff": 640_000}
SURVEYS = (("staff", "HT1", 15, 2), ("pupil", "HT2", 8, 6), ("staff", "HT3", 10, 6), ("parent", "HT3", 20, 6), ("pupil", "HT4", 2, 2),
           ("parent", "HT5", 3, 2), ("pupil", "HT6", 2, 2))  # fmt: skip
"""Whom, the half-term, the school day in it, and how many of the questions: all of them once a year, a few every half-term."""
EVENINGS = (("HT2", 12), ("HT4", 4))


class Membership(NamedTuple):
    """One pupil's time in one club."""

    pupil: Pupil
    club: int
    """Place in CLUBS."""
    start: datetime.date
    end: datetime.date | None


class Answer(NamedTuple):
    """One person's answer to one question; who it was stays unknown, but for a pupil's year group."""

    response: str
    respondent: str
    day: datetime.date
    question: str
    score: str
    nc_year: str


class Invitation(NamedTuple):
    """A pupil whose parents were asked to come."""

    event: str
    day: datetime.date
    pupil: Pupil
    is_attended: bool


def memberships_of(pupils: list[Pupil], year: int, by: datetime.date, dice: Dice) -> list[Membership]:
    """Who joined a club in September; some leave at Christmas."""
    starts = [weekdays_in_term(year)[7 + number % 5] for number in range(len(CLUBS))]
    christmas = half_terms(year)["HT2"][1]
    found: list[Membership] = []
    for pupil in pupils:
        first, is_in = dice.one(len(CLUBS)), dice.happens(_likely("club", IN_A_CLUB[pupil.nc_year(year) <= 6], pupil))
        clubs = [first, (first + 3) % len(CLUBS)] if dice.happens(IN_A_SECOND) else [first]
        for club in clubs if is_in else ():
            leaves = dice.happens(LEAVES_AT_CHRISTMAS)
            if starts[club] <= by and _is_here(pupil, starts[club]):
                found.append(Membership(pupil, club, starts[club], christmas if leaves and christmas <= by else None))
    return found


def answers_of(pupils: list[Pupil], colleagues: list[Colleague], year: int, by: datetime.date, dice: Dice) -> list[Answer]:
    """Somebody is asked every half-term."""
    found: list[Answer] = []
    for respondent, half_term, number, questions in SURVEYS:
        day = _day(year, half_term, number)
        asked = [nc_text(pupil.nc_year(year)) for pupil in pupils if _is_here(pupil, day)]
        if respondent == "staff":
            asked = ["" for one in colleagues if one.start <= day and not (one.end and one.end < day)]
        answers = [score for score, weight in ANSWERS[respondent].items() for _ in range(weight)]
        taste = dice.between(-6, 6)
        for place, nc_year in enumerate(asked):
            is_answered = dice.happens(ANSWER_RATE[respondent])
            scores = dice.whole(len(answers), questions).tolist() if is_answered and day <= by else ()
            for question, score in zip(QUESTIONS, scores, strict=False):
                drawn = answers[min(max(score + taste, 0), len(answers) - 1)]
                found.append(
                    Answer(
                        f"{respondent}{year}{half_term}{place:05d}",
                        respondent,
                        day,
                        question,
                        drawn,
                        nc_year if respondent == "pupil" else "",
                    )
                )
    return found


def invitations_of(pupils: list[Pupil], year: int, by: datetime.date, dice: Dice) -> list[Invitation]:
    """Two parents' evenings a year, to which the parents of every pupil are asked."""
    found: list[Invitation] = []
    for number, (half_term, place) in enumerate(EVENINGS, start=1):
        day = _day(year, half_term, place)
        comes = [dice.happens(_likely("evening", COMES_TO_AN_EVENING[pupil.nc_year(year) <= 6], pupil)) for pupil in pupils]
        if day <= by:
            found += [
                Invitation(f"PE{year}{number}", day, pupil, came) for pupil, came in zip(pupils, comes, strict=True) if _is_here(pupil, day)
            ]
    return found


def _likely(what: str, usual: int, pupil: Pupil) -> int:
    less = LESS[what] * pupil.rank // 1_000_000 + LESS[what] // 4 * pupil.is_fsm6
    return usual - less * usual // 1_000_000


def _day(year: int, half_term: str, number: int) -> datetime.date:
    first, last = half_terms(year)[half_term]
    days = [day for day in weekdays_in_term(year) if first <= day <= last]
    return days[min(number, len(days) - 1)]


def _is_here(pupil: Pupil, day: datetime.date) -> bool:
    return any(not spell.leaving and spell.status != "G" for spell in spells_known(pupil, day))
