"""When it is quiet: the school days of each academy, and of the trust.

Here: reading core.dim_school_day of the published file, and counting. Where it does not speak of a day (a year of which nothing has been
delivered yet, no published file) the academy's half-terms in trust.yml decide. Not here: what follows from a day (whom.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from pipelines.school_days import is_school_day
from pipelines.store.home import Home
from pipelines.trust import TrustConfig

LOOKS_BACK = timedelta(days=400)


@dataclass(frozen=True)
class Calendars:
    """The school days of a trust's academies. `known`: by academy, the days of which its published calendar speaks."""

    trust: TrustConfig
    known: Mapping[str, Mapping[date, bool]]

    def is_open(self, academy_id: str, day: date) -> bool:
        """Whether a day is a school day of an academy; of the trust, and of an academy that it no longer has, where it is one of any."""
        academies = [each for each in self.trust.academies if each.id == academy_id] or self.trust.academies
        return any(is_school_day(self.trust, each, self.known.get(each.id, {}), day) for each in academies)

    def school_days(self, academy_id: str, after: date, until: date) -> int:
        """How many school days an academy has had after one day, until another and with it."""
        days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
        return sum(self.is_open(academy_id, each) for each in days)


def calendars_of(home: Home, trust: TrustConfig, day: date) -> Calendars:
    """The calendars as they are published. Raises duckdb.Error where the file cannot be read."""
    known: dict[str, dict[date, bool]] = {}
    if home.published_file.exists():
        with duckdb.connect(str(home.published_file), read_only=True) as connection:
            # Written into the text: DuckDB imports pandas to bind a parameter.
            rows = connection.execute(
                "select academy_id, session_date, is_school_day from core.dim_school_day "
                f"where session_date between date '{day - LOOKS_BACK:%Y-%m-%d}' and date '{day:%Y-%m-%d}'"
            ).fetchall()
        for academy_id, session_date, has_school in rows:
            known.setdefault(academy_id, {})[session_date] = has_school
    return Calendars(trust, known)
