"""Whether an academy has school on a day: its own calendar says so, else the half-terms of trust.yml.

Here: that one question, for those who ask on the night itself. Not here: the school days that measures use (core.dim_school_day).
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

from pipelines.trust import Academy, TrustConfig, academic_year
from pipelines.usual_calendar import usual_half_terms

SATURDAY = 5


def is_school_day(trust: TrustConfig, academy: Academy, known: Mapping[date, bool], day: date) -> bool:
    """Whether the academy has school on a day. `known`: days of which its own calendar speaks.

    A year that trust.yml leaves out has England's usual half-terms: nobody is to be called stale in what may be the holidays.
    """
    if day in known:
        return known[day]
    if day.weekday() >= SATURDAY:
        return False
    half_terms = trust.half_terms(academy, academic_year(day)) or usual_half_terms(academic_year(day))
    return any(first <= day <= last for first, last in half_terms.values()) and day not in _bank_holidays(day.year)


@lru_cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
