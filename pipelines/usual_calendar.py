"""England's usual half-terms, for a trust that has not given its own.

Not here: any trust's or academy's real calendar (trust.yml, the MIS). What this says is a guess by rule, and a run that uses it says so.
"""

import datetime

from dateutil.easter import easter

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(weeks=1)
MONDAY, TUESDAY, FRIDAY = 0, 1, 4


def usual_half_terms(time_period: int) -> dict[str, tuple[datetime.date, datetime.date]]:
    """First and last school day of the six half-terms of an academic year (202526), near to what most local authorities set.

    The year begins on the first Tuesday of September and ends on the Tuesday from 19 July. The breaks are: the week with the last Monday
    of October; from the Friday by 22 December, two weeks; the week with the Monday nearest 15 February; Easter's two weeks; and the week
    with the last Monday of May.
    """
    year = time_period // 100
    autumn_break = _last(year, 10, MONDAY)
    christmas_friday = _on_or_before(datetime.date(year, 12, 22), FRIDAY)
    february_break = _on_or_after(datetime.date(year + 1, 2, 12), MONDAY)
    easter_break = _easter_break(year + 1)
    may_break = _last(year + 1, 5, MONDAY)
    return {
        "HT1": (_on_or_after(datetime.date(year, 9, 1), TUESDAY), autumn_break - 3 * DAY),
        "HT2": (autumn_break + WEEK, christmas_friday),
        "HT3": (christmas_friday + 17 * DAY, february_break - 3 * DAY),
        "HT4": (february_break + WEEK, easter_break - 3 * DAY),
        "HT5": (easter_break + 2 * WEEK, may_break - 3 * DAY),
        "HT6": (may_break + WEEK, _on_or_after(datetime.date(year + 1, 7, 19), TUESDAY)),
    }


def _easter_break(year: int) -> datetime.date:
    """The Monday on which two weeks of Easter holiday begin: after an early Easter, around an early-April one, before a late one."""
    sunday: datetime.date = easter(year)
    if sunday <= datetime.date(year, 4, 1):
        return sunday + DAY
    return sunday - (6 if sunday <= datetime.date(year, 4, 12) else 13) * DAY


def _on_or_after(day: datetime.date, weekday: int) -> datetime.date:
    return day + (weekday - day.weekday()) % 7 * DAY


def _on_or_before(day: datetime.date, weekday: int) -> datetime.date:
    return day - (day.weekday() - weekday) % 7 * DAY


def _last(year: int, month: int, weekday: int) -> datetime.date:
    first_of_next = datetime.date(year + month // 12, month % 12 + 1, 1)
    return _on_or_before(first_of_next - DAY, weekday)
