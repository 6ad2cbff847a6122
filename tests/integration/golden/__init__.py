"""The golden trust: five academies on five systems, written out by hand from spec/sources.md, with every quirk listed there.

Each module holds one academy twice: the files as its MIS exports them (`files`), and what is so (`tell`, the truth behind the files). Who
changes one changes the other by hand; nothing here is made from the other or by the package. All pupils are invented.

The week W is Monday 8 to Friday 12 September 2025; a register is written as ten marks from Monday AM to Friday PM, `.` = no mark.
"""

import datetime as dt

from tests.helpers.reckoner import Academy, Event, HalfTerms, Pupil, Spell, Suspension, Truth, Week

AS_OF = dt.date(2026, 6, 12)
W = dt.date(2025, 9, 8)
DATE_IN_NAMES = "2026-06-12"

TERMS: dict[int, HalfTerms] = {
    202425: {
        "HT1": (dt.date(2024, 9, 3), dt.date(2024, 10, 25)),
        "HT2": (dt.date(2024, 11, 4), dt.date(2024, 12, 20)),
        "HT3": (dt.date(2025, 1, 6), dt.date(2025, 2, 14)),
        "HT4": (dt.date(2025, 2, 24), dt.date(2025, 4, 4)),
        "HT5": (dt.date(2025, 4, 22), dt.date(2025, 5, 23)),
        "HT6": (dt.date(2025, 6, 2), dt.date(2025, 7, 22)),
    },
    202526: {
        "HT1": (dt.date(2025, 9, 2), dt.date(2025, 10, 24)),
        "HT2": (dt.date(2025, 11, 3), dt.date(2025, 12, 19)),
        "HT3": (dt.date(2026, 1, 5), dt.date(2026, 2, 13)),
        "HT4": (dt.date(2026, 2, 23), dt.date(2026, 3, 27)),
        "HT5": (dt.date(2026, 4, 13), dt.date(2026, 5, 22)),
        "HT6": (dt.date(2026, 6, 1), dt.date(2026, 7, 21)),
    },
}
# Those that fall on weekdays inside the half-terms above: the May days.
BANK_HOLIDAYS = {dt.date(2025, 5, 5), dt.date(2026, 5, 4)}

TRUST_YML = """\
trust:
  name: Golden Trust
  timezone: Europe/London
as_of: 2026-06-12
calendar:                      # none for 2023/24: that year is computed without half-terms
  202425:
    HT1: [2024-09-03, 2024-10-25]
    HT2: [2024-11-04, 2024-12-20]
    HT3: [2025-01-06, 2025-02-14]
    HT4: [2025-02-24, 2025-04-04]
    HT5: [2025-04-22, 2025-05-23]
    HT6: [2025-06-02, 2025-07-22]
  202526:
    HT1: [2025-09-02, 2025-10-24]
    HT2: [2025-11-03, 2025-12-19]
    HT3: [2026-01-05, 2026-02-13]
    HT4: [2026-02-23, 2026-03-27]
    HT5: [2026-04-13, 2026-05-22]
    HT6: [2026-06-01, 2026-07-21]
limits: {max_rejected_pct: 40}   # the files are tiny: one bad row is already over 5 %
delegation: [{decision: term dates, decided_by: academy, academies: [birch]}]
academies:
  - {id: ashby, name: Ashby Academy, phase: secondary, mis: arbor, joined_on: 2019-09-01}
  - id: birch
    name: Birch Primary
    phase: primary
    mis: bromcom
    joined_on: 2019-09-01
    calendar:                  # its February half-term is a week later than the trust's
      202526:
        HT1: [2025-09-02, 2025-10-24]
        HT2: [2025-11-03, 2025-12-19]
        HT3: [2026-01-05, 2026-02-20]
        HT4: [2026-03-02, 2026-03-27]
        HT5: [2026-04-13, 2026-05-22]
        HT6: [2026-06-01, 2026-07-21]
  - {id: cedar, name: Cedar School, phase: secondary, mis: wonde, joined_on: 2019-09-01}
  - {id: dale, name: Dale All-Through, phase: all_through, mis: sims, joined_on: 2019-09-01}
  - {id: elm, name: Elm Special School, phase: special, mis: matlas, joined_on: 2025-09-01}
"""

PLAIN = {
    "fsm": "no",
    "fsm6": "no",
    "pupil_premium": "no",
    "disadvantaged": "no",
    "looked_after": "no",
    "social_worker": "no",
    "sen": "none",
    "eal": "no",
    "ethnicity": "white",
    "ethnicity_code": "WBRI",
}


class Teller:
    """Tells the truth of one academy, in the shorthand of the registers."""

    def __init__(self, truth: Truth, academy: Academy) -> None:
        self.truth = truth
        self.academy = academy
        truth.academies.append(academy)

    def pupil(self, pupil: str, person: str, born: str, sex: str, year_group: str, **traits: str) -> None:
        told = {**PLAIN, "sex": sex, "year_group": year_group, **traits}
        self.truth.pupils.append(Pupil(self.academy.id, pupil, person, dt.date.fromisoformat(born), told))

    def spell(self, pupil: str, entry: str, leaving: str | None = None, status: str = "C") -> None:
        left = dt.date.fromisoformat(leaving) if leaving else None
        self.truth.spells.append(Spell(self.academy.id, pupil, dt.date.fromisoformat(entry), left, status))

    def register(self, pupil: str, monday: dt.date, marks: str) -> None:
        for index, mark in enumerate(marks.split()):
            if mark != ".":
                self.mark(pupil, monday + dt.timedelta(days=index // 2), "AM" if index % 2 == 0 else "PM", mark)

    def mark(self, pupil: str, day: dt.date, session: str, mark: str) -> None:
        self.truth.marks[self.academy.id, pupil, day, session] = mark

    def counts(self, pupil: str, monday: dt.date, counts: dict[str, int]) -> None:
        for code, sessions in counts.items():
            self.truth.weeks.append(Week(self.academy.id, pupil, monday, code, sessions))

    def suspension(self, pupil: str, category: str, start: str, sessions: int = 0) -> None:
        self.truth.suspensions.append(Suspension(self.academy.id, pupil, category, dt.date.fromisoformat(start), sessions))

    def events(self, pupil: str, day: str, polarity: str, times: int = 1) -> None:
        self.truth.events += [Event(self.academy.id, pupil, dt.date.fromisoformat(day), polarity)] * times


def sessions_of(monday: dt.date, marks: str) -> list[tuple[dt.date, str, str]]:
    """Return (day, session, mark) of a register's ten marks, the empty ones left out: for the files in long shape."""
    return [
        (monday + dt.timedelta(days=index // 2), "AM" if index % 2 == 0 else "PM", mark)
        for index, mark in enumerate(marks.split())
        if mark != "."
    ]
