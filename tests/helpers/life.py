"""The life of a small invented trust over some years: who is where, what happens to them, and what is known of it on any day.

Here: the truth, as rows of the contract. Everything that nobody has changed by hand is a function of the academy, the day and the person,
so that an export of any day can be written at any time. Not here: files (life_files.py), and what becomes otherwise (happenings.py).
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.helpers.upn import upn

Row = dict[str, Any]
DAY = dt.timedelta(days=1)
ACADEMIES = {"ashby": "secondary", "birch": "primary", "cedar": "all_through", "dale": "primary"}
ARBOR, BY_THE_WEEK, EMPTY = "birch", "cedar", "dale"
FIRST_DAY = dt.date(2024, 9, 2)
YEARS = (2024, 2025, 2026)
CODES = "////////////\\\\\\\\LIIMOUGCNT#XB"
SUBJECTS = {"KS4": ("ENGLANG", "ENGLIT", "MATHS", "HISTORY", "FRENCH"), "KS2": ("READ", "MATH"), "PHONICS": ("PHONICS",)}


def half_terms(year: int) -> dict[str, tuple[dt.date, dt.date]]:
    """Half-terms of two school weeks each: few weeks make quick nights, and every border that a real year has is there."""
    starts = [(year, 9, 8), (year, 11, 3), (year + 1, 2, 2), (year + 1, 2, 23), (year + 1, 4, 20), (year + 1, 7, 6)]
    mondays = [monday(dt.date(*start)) for start in starts]
    return {f"HT{number}": (first, first + 11 * DAY) for number, first in enumerate(mondays, start=1)}


def monday(day: dt.date) -> dt.date:
    """The Monday on or after a day."""
    return day + (-day.weekday() % 7) * DAY


def starting_year(day: dt.date) -> int:
    """The year in which a day's academic year begins."""
    return day.year if day.month >= 8 else day.year - 1


def school_days(year: int) -> list[dt.date]:
    """The school days of an academic year, as the trust's calendar first says them."""
    return [first + n * DAY for first, last in half_terms(year).values() for n in range((last - first).days + 1) if n % 7 < 5]


@dataclass(frozen=True)
class Spell:
    """A time on roll."""

    entry: dt.date
    leaving: dt.date | None = None
    status: str = "C"


@dataclass
class Pupil:
    """A pupil's record at one academy; `person` is the same at another one."""

    academy: str
    number: str
    person: int
    born: dt.date
    spells: list[Spell]
    said: Row = field(default_factory=dict)

    def is_on_roll(self, day: dt.date) -> bool:
        """Whether the register of this day has them."""
        return any(spell.entry <= day and (spell.leaving is None or day <= spell.leaving) for spell in self.spells)


class Life:
    """Everything that is so in the trust, and the day that it is."""

    def __init__(self) -> None:
        self.today = FIRST_DAY
        self.pupils: list[Pupil] = []
        self.marks: dict[tuple[str, str, dt.date], str] = {}
        self.added: dict[tuple[str, str], list[Row]] = {}
        self.left: set[tuple[str, str]] = set()
        self.trust = first_trust()
        for place, academy in enumerate(one for one in ACADEMIES if one != EMPTY):
            for number in range(5):
                self.new_pupil(academy, entered=FIRST_DAY, person=10 * place + number)

    def new_pupil(self, academy: str, entered: dt.date, person: int, status: str = "C") -> Pupil:
        """A record at an academy, of a person who may have one elsewhere."""
        ages = {"secondary": (11, 15), "primary": (4, 10), "all_through": (5, 15)}[ACADEMIES[academy]]
        age = ages[0] + person * 3 % (ages[1] - ages[0] + 1)
        known = next((pupil for pupil in self.pupils if pupil.person == person), None)
        born = known.born if known else dt.date(2024 - age - 1, 9, 1) + person * 29 % 365 * DAY
        pupil = Pupil(academy, f"{academy[0]}{len(self.of(academy)) + 1}", person, born, [Spell(entered, None, status)])
        self.pupils.append(pupil)
        return pupil

    def of(self, academy: str) -> list[Pupil]:
        """The records of an academy."""
        return [pupil for pupil in self.pupils if pupil.academy == academy]

    def add(self, academy: str, entity: str, **row: object) -> None:
        """Something that happened beside the usual; a row with the same key replaces the usual one where it is exported."""
        self.added.setdefault((academy, entity), []).append(dict(row))

    def rows(self, academy: str, entity: str, day: dt.date) -> list[Row]:
        """What the academy's system says of an entity in an export of this day: the whole academic year up to it."""
        found = list(getattr(self, f"_{entity}")(academy, day))
        extra = [row for row in self.added.get((academy, entity), []) if _is_of_year(row, day)]
        return found + extra

    # --- who there is

    def _pupil(self, academy: str, day: dt.date) -> Iterator[Row]:
        for pupil in self._exported(academy, day):
            luck = random.Random(f"{pupil.person}")
            age = starting_year(day) - pupil.born.year - (1 if pupil.born.month > 8 else 0)
            yield {
                "source_pupil_id": pupil.number,
                "upn": upn(f"7770000{pupil.person:05}"),
                "date_of_birth": pupil.born,
                "sex": luck.choice("MF"),
                "ethnicity_code": luck.choice(["WBRI", "AIND"]),
                "first_language_code": luck.choice(["ENG", "POL"]),
                "nc_year": "R" if age == 4 else str(max(min(age - 4, 13), 1)),
                "sen_provision_code": luck.choice("NNK"),
                "is_fsm": luck.choice(["true", "false"]),
                **pupil.said,
            }

    def _enrolment(self, academy: str, day: dt.date) -> Iterator[Row]:
        for pupil in self._exported(academy, day):
            for spell in pupil.spells:
                if spell.entry <= day:
                    leaving = spell.leaving if spell.leaving and spell.leaving <= day else None
                    status = {"enrolment_status_code": spell.status}
                    yield {"source_pupil_id": pupil.number, "entry_date": spell.entry, "leaving_date": leaving, **status}

    def _exported(self, academy: str, day: dt.date) -> list[Pupil]:
        return [pupil for pupil in self.of(academy) if (academy, pupil.number) not in self.left and pupil.spells[0].entry <= day]

    def _staff(self, academy: str, day: dt.date) -> Iterator[Row]:
        for number in range(3):
            yield {
                "source_staff_id": f"S{number}",
                "trust_staff_ref": self._reference(academy, number),
                "is_teacher": str(number < 2).lower(),
            }

    def _reference(self, academy: str, number: int) -> str:
        """The last colleague of every academy is one and the same."""
        return "9000" if number == 2 else f"{list(ACADEMIES).index(academy)}{number}00"

    def _staff_contract(self, academy: str, day: dt.date) -> Iterator[Row]:
        for number in range(3):
            start = dt.date(2021 + number, 9, 1)
            yield {"source_staff_id": f"S{number}", "source_contract_id": f"C{number}", "fte": 1 - number / 5, "start_date": start}

    # --- what happens

    def _attendance_mark(self, academy: str, day: dt.date) -> Iterator[Row]:
        for pupil in self.of(academy):
            for date in school_days(starting_year(day)):
                if date <= day and pupil.is_on_roll(date):
                    for session in ("AM", "PM"):
                        yield {
                            "source_pupil_id": pupil.number,
                            "session_date": date,
                            "session": session,
                            "mark_code": self.mark(pupil, date, session),
                        }

    def mark(self, pupil: Pupil, date: dt.date, session: str) -> str:
        """The mark of a session: as corrected, else always the same."""
        usual = random.Random(f"{pupil.academy} {pupil.number} {date} {session}").choice(CODES)
        return self.marks.get((pupil.academy, pupil.number, date), usual)

    def _attendance_week(self, academy: str, day: dt.date) -> Iterator[Row]:
        counts: dict[tuple[str, dt.date, str], int] = {}
        for row in self._attendance_mark(academy, day):
            week = row["session_date"] - row["session_date"].weekday() * DAY
            key = (row["source_pupil_id"], week, row["mark_code"])
            counts[key] = counts.get(key, 0) + 1
        for (number, week, code), sessions in counts.items():
            yield {"source_pupil_id": number, "week_start_date": week, "mark_code": code, "sessions": sessions}

    def _days(self, academy: str, day: dt.date, every: int) -> Iterator[tuple[dt.date, Pupil, random.Random]]:
        """Every so many school days something happens to somebody on roll."""
        for date in school_days(starting_year(day))[every - 1 :: every]:
            luck = random.Random(f"{academy} {date} {every}")
            present = [pupil for pupil in self.of(academy) if pupil.is_on_roll(date)]
            if present and date <= day:
                yield date, luck.choice(present), luck

    def _behaviour_event(self, academy: str, day: dt.date) -> Iterator[Row]:
        for date, pupil, luck in self._days(academy, day, 2):
            polarity = luck.choice(["positive", "negative"])
            points = 1 if polarity == "positive" else -1
            event = {"source_event_id": f"B{date:%y%m%d}", "behaviour_type": "Seen", "points": points, "polarity": polarity}
            yield {**event, "source_pupil_id": pupil.number, "event_date": date}

    def _suspension(self, academy: str, day: dt.date) -> Iterator[Row]:
        for date, pupil, luck in self._days(academy, day, 14):
            who = {"source_pupil_id": pupil.number, "category_code": "SUSP", "reason_codes": "PA"}
            yield {**who, "start_date": date, "end_date": date + DAY, "sessions": luck.choice([2, 4])}

    def _assessment_result(self, academy: str, day: dt.date) -> Iterator[Row]:
        for date, pupil, luck in self._days(academy, day, 3):
            result = {"kind": "formative", "stage": "in_year", "subject_code": luck.choice(["READ", "MATH"]), "assessment_name": "Termly"}
            grade = luck.choice(["Emerging", "Secure", "Mastering"])
            yield {"source_pupil_id": pupil.number, **result, "result_date": date, "result": grade, "scale": "STEPS"}
        if day >= dt.date(starting_year(day) + 1, 7, 8):
            yield from self._stage_results(academy, dt.date(starting_year(day) + 1, 7, 8))

    def _stage_results(self, academy: str, date: dt.date) -> Iterator[Row]:
        stages = {"1": "PHONICS", "2": "PHONICS", "6": "KS2", "11": "KS4"}
        for pupil in self._pupil(academy, date):
            stage = stages.get(pupil["nc_year"])
            for subject in SUBJECTS.get(stage or "", ()):
                luck = random.Random(f"{pupil['upn']} {subject} {date}")
                result = {
                    "PHONICS": luck.choice(["WA", "WT"]),
                    "KS2": str(luck.randrange(90, 115)),
                    "KS4": str(luck.randrange(2, 10)),
                }
                component = {"PHONICS": "OUTCOME", "KS2": "TEST"}.get(stage or "", "")
                about = {"kind": "summative", "stage": stage, "subject_code": subject, "component": component, "assessment_name": "Summer"}
                yield {"source_pupil_id": pupil["source_pupil_id"], **about, "result_date": date, "result": result[stage or ""]}

    def _club_membership(self, academy: str, day: dt.date) -> Iterator[Row]:
        for date, pupil, luck in self._days(academy, day, 11):
            ends = luck.choice([None, date + 200 * DAY, date + 20 * DAY])
            club = luck.choice(["41", "42"])
            yield {"source_pupil_id": pupil.number, "club_id": club, "club_name": f"Club {club}", "start_date": date, "end_date": ends}

    def _survey_response(self, academy: str, day: dt.date) -> Iterator[Row]:
        for date, pupil, luck in self._days(academy, day, 9):
            who = luck.choice(["pupil", "parent", "staff"])
            for question in ("SAFE", "ENJOY"):
                score = {"question_code": question, "score": luck.randrange(1, 6), "nc_year": "5" if who == "pupil" else ""}
                yield {"response_id": f"R{pupil.number}{date:%y%m%d}", "respondent": who, "survey_date": date, **score}

    def _parent_event(self, academy: str, day: dt.date) -> Iterator[Row]:
        for date, pupil, luck in self._days(academy, day, 13):
            came = luck.choice(["yes", "no"])
            yield {"event_id": f"E{date:%y%m%d}", "event_date": date, "source_pupil_id": pupil.number, "is_attended": came}

    def _staff_absence(self, academy: str, day: dt.date) -> Iterator[Row]:
        for date, _, luck in self._days(academy, day, 17):
            absence = {"source_absence_id": f"A{date:%y%m%d}", "source_staff_id": "S1", "category_code": "SIC", "start_date": date}
            yield {**absence, "end_date": luck.choice([None, date + 3 * DAY])}

    def _cpd_record(self, academy: str, day: dt.date) -> Iterator[Row]:
        for date, _, luck in self._days(academy, day, 19):
            yield {"source_staff_id": "S0", "activity": "Reading", "activity_date": date, "hours": luck.choice([1, 2.5])}

    def _calendar_day(self, academy: str, day: dt.date) -> Iterator[Row]:
        """No calendar but what happenings add to it."""
        yield from ()

    def leave(self, pupil: Pupil, on: dt.date) -> None:
        """End a pupil's last spell."""
        pupil.spells[-1] = replace(pupil.spells[-1], leaving=on)


def _is_of_year(row: Row, day: dt.date) -> bool:
    """Added rows are exported with the year they are dated in, and not before their day; a planned day of the calendar is."""
    dates = [value for name, value in row.items() if isinstance(value, dt.date) and name != "end_date"]
    return not dates or (starting_year(dates[0]) == starting_year(day) and (dates[0] <= day or "is_school_day" in row))


def first_trust() -> dict[str, Any]:
    """trust.yml of the first night."""
    calendar = {year * 100 + (year + 1) % 100: {name: list(dates) for name, dates in half_terms(year).items()} for year in (2023, *YEARS)}
    academies = [
        {
            "id": academy,
            "name": f"{academy.title()} School",
            "phase": phase,
            "mis": "arbor" if academy == ARBOR else "matlas",
            "joined_on": dt.date(2019, 9, 1),
            "urn": 130001 + number,
        }
        for number, (academy, phase) in enumerate(ACADEMIES.items())
    ]
    scales = {"STEPS": {"below": ["Emerging"], "expected": ["Secure"], "above": ["Mastering"]}}
    return {"trust": {"name": "Invented Trust"}, "calendar": calendar, "scales": scales, "academies": academies}
