"""A small trust on the canonical profile, for tests about deliveries, crashes and faults, where the figures fit in one's head.

Two academies, `ashby` and `birch` (or as many as a test names), of ten pupils each; the year starts on Monday 1 September 2025 and has one
half-term here, so that every weekday of the autumn is a school day. A test writes the registers it needs.
"""

import datetime as dt
from pathlib import Path

from tests.helpers.home import TrustHome
from tests.helpers.upn import upn

MONDAY = dt.date(2025, 9, 8)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + dt.timedelta(days=n) for n in range(1, 5))

TRUST_YML = """\
trust: {name: Small Trust}
as_of: 2025-09-30
calendar:
  202526:
    HT1: [2025-09-01, 2025-10-24]
    HT2: [2025-11-03, 2025-12-19]
    HT3: [2026-01-05, 2026-02-13]
    HT4: [2026-02-23, 2026-03-27]
    HT5: [2026-04-13, 2026-05-22]
    HT6: [2026-06-01, 2026-07-21]
academies:
"""
SECONDARY = "ashby"

TEN = tuple(f"P{n}" for n in range(10))


def pupils(*ids: str, number: int = 1) -> str:
    """The pupil file: every pupil is 12."""
    people = "".join(f"{one},{upn(f'{number:03}{int(one[1:]):09}')},2013-03-03,F,7\n" for one in ids)
    return "source_pupil_id,upn,date_of_birth,sex,nc_year\n" + people


def enrolments(*ids: str, entry: str = "2025-09-01", **entries: str) -> str:
    """The enrolment file; `P3="2025-09-04"` gives one pupil another entry date, `P3=""` none."""
    spells = "".join(f"{one},{entries.get(one, entry)}\n" for one in ids if entries.get(one, entry))
    return "source_pupil_id,entry_date\n" + spells


def marks(days: dict[dt.date, str]) -> str:
    r"""The register: for each day ten letters, P0 to P9, `/` present all day, `I` ill all day, `.` no mark."""
    lines = []
    for day, letters in days.items():
        for number, letter in enumerate(letters):
            if letter != ".":
                lines.append(f"P{number},{day},AM,{letter}")
                lines.append(f"P{number},{day},PM,{chr(92) if letter == '/' else letter}")
    return "source_pupil_id,session_date,session,mark_code\n" + "".join(f"{line}\n" for line in lines)


def named(entity: str, date: str | dt.date) -> str:
    """The file name of an entity's delivery of a date."""
    return f"matlas_{entity}_{date}.csv"


def small_home(root: Path, academies: tuple[str, ...] = ("ashby", "birch")) -> TrustHome:
    """A home with both pupil and enrolment files of 7 September and no register yet."""
    home = TrustHome(root)
    lines = "".join(
        f"  - {{id: {one}, name: {one.title()} School, phase: {'secondary' if one == SECONDARY else 'primary'}, mis: matlas}}\n"
        for one in academies
    )
    home.write_trust(TRUST_YML + lines)
    for number, academy_id in enumerate(academies, start=1):
        home.deliver(
            academy_id,
            {
                named("pupil", "2025-09-07"): pupils(*TEN, number=number),
                named("enrolment", "2025-09-07"): enrolments(*TEN),
            },
        )
    return home


ALL_HERE = "//////////"
ONE_ILL = "I/////////"
TWO_ILL = "II////////"


def rate(home: TrustHome, academy_id: str = "ashby", file: Path | None = None) -> tuple[int, int]:
    """Attending and possible sessions of the year to date, as published."""
    rows = home.query(
        "select numerator, denominator from marts.measure_value where measure_id = 'attendance_rate' and period_type = 'year_to_date'"
        f" and academy_id = '{academy_id}' and level = 'academy' and breakdown_topic = 'all' and time_period = 202526",
        file,
    )
    assert len(rows) == 1, rows
    return int(rows[0][0]), int(rows[0][1])
