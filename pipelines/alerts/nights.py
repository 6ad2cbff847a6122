"""Each academy's calendar as the life of alerts needs it: is its week open, which school days has it had, on which nights was it current.

Here: reading it from the tables that the rules stand on (rules/ground.sql). Not here: what follows from it (life.py).
"""

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb

from pipelines.alerts.life import Place

TRUST = "trust"


def places(connection: duckdb.DuckDBPyConnection, day: date, nights: Mapping[str, Iterable[date]]) -> dict[str, Place]:
    """Every academy of tonight and the trust, by id. `nights`: the earlier nights on which each was current, from the manifest.

    The trust is open where one academy is, and current where no open academy is stale: its figures are those of all.
    """
    academies = connection.execute("select academy_id, is_open, is_stale from academy_tonight order by academy_id").fetchall()
    school_days: dict[str, list[date]] = {}
    rows = connection.execute(
        "select academy_id, session_date from school_day cross join tonight where session_date <= as_of order by all"
    ).fetchall()
    for academy_id, session_date in rows:
        school_days.setdefault(academy_id, []).append(session_date)
    open_ones = [(academy_id, is_stale) for academy_id, is_open, is_stale in academies if is_open]
    stand = {academy_id: (is_open, is_open and not is_stale) for academy_id, is_open, is_stale in academies}
    stand[TRUST] = (bool(open_ones), bool(open_ones) and not any(is_stale for _, is_stale in open_ones))
    school_days[TRUST] = sorted({each for days in school_days.values() for each in days})
    return {
        academy_id: Place(
            is_open, tuple(school_days.get(academy_id, ())), frozenset(nights.get(academy_id, ())) | ({day} if is_current else set())
        )
        for academy_id, (is_open, is_current) in stand.items()
    }


def current_tonight(found: Mapping[str, Place], day: date) -> list[str]:
    """The places that were current tonight: what the manifest is told of this night."""
    return sorted(academy_id for academy_id, place in found.items() if day in place.current_nights)
