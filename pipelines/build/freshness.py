"""How fresh is an academy's attendance? Its own school days between the last delivered day and the as-of date.

Here: the calendar days that academies delivered, the last delivered day, and the rule `stale_academy`. Not here: which day is a school day
(school_days.py), and missing marks.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import duckdb

from pipelines.school_days import is_school_day
from pipelines.store.records import Delivery, EntityReading
from pipelines.trust import Academy, TrustConfig, academic_year

ATTENDANCE = ("attendance_mark", "attendance_week")
STALE_AFTER_SCHOOL_DAYS = 2


class DeliveredCalendar:
    """The calendar days that academies delivered, read from the build database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        rows = connection.execute(
            """
            select academy_id, day, is_school_day
            from (
                select
                    days.academy_id,
                    try_cast(days.date as date) as day,
                    days.is_school_day = 'true' as is_school_day,
                    row_number() over (
                        partition by days.academy_id, days.date
                        order by deliveries.table_rank, deliveries.effective_date desc, deliveries.delivery_order desc, days.source_row desc
                    ) as place
                from raw.calendar_day as days
                inner join raw.delivery as deliveries
                    on days.content_id = deliveries.content_id and deliveries.entity = 'calendar_day'
                where days.is_school_day is not null
            ) as placed
            where place = 1 and day is not null
            """
        ).fetchall()
        self._days: dict[str, dict[date, bool]] = {}
        for academy_id, day, has_school in rows:
            self._days.setdefault(academy_id, {})[day] = has_school

    def of(self, academy_id: str) -> dict[date, bool]:
        """Return an academy's delivered days: is it a school day?"""
        return self._days.get(academy_id, {})


def last_delivered_on(accepted: Iterable[tuple[Delivery, EntityReading | None]]) -> date | None:
    """Return the last day of which an academy delivered attendance.

    A date in a file's name says up to when the file speaks. A file without one is known by the night that met it, and a night after
    midnight must not make the day that is only beginning a delivered one: such a file speaks up to its last row.
    """
    found = [
        delivery.effective_date if delivery.date_in_name else min(delivery.effective_date, _spoken_of(reading.entity, reading.last_date))
        for delivery, reading in accepted
        if reading and reading.entity in ATTENDANCE and reading.last_date
    ]
    return max(found, default=None)


def _spoken_of(entity: str, last_date: date) -> date:
    """Return the last day that rows dated `last_date` speak of: a row of a week speaks of all of it."""
    return last_date + timedelta(days=6 if entity == "attendance_week" else 0)


def is_stale(trust: TrustConfig, academy: Academy, delivered: dict[date, bool], last: date | None, as_of: date) -> bool:
    """Whether no attendance was accepted for over two of the academy's school days. Holidays do not count.

    An academy that is not in the trust on the as-of date is never stale; one that never delivered is counted from the day it joined, or
    from the start of the academic year.
    """
    if (academy.joined_on and academy.joined_on > as_of) or (academy.left_on and academy.left_on < as_of):
        return False
    start = date(academic_year(as_of) // 100, 8, 1) - timedelta(days=1)
    if academy.joined_on:
        start = max(start, academy.joined_on - timedelta(days=1))
    missed = 0
    for day in _days_after(last if last is not None else start, as_of):
        missed += is_school_day(trust, academy, delivered, day)
        if missed > STALE_AFTER_SCHOOL_DAYS:
            return True
    return False


def _days_after(day: date, last: date) -> Iterator[date]:
    while day < last:
        day += timedelta(days=1)
        yield day
