"""Tables that several checks begin with, worked out once a night: what is counted from every mark is not counted once for each check.

Here: what each of them holds. A check names it `shared.<name>`, and it is made before the first such check is run
(pipelines/quality/findings.py). Not here: any rule of a check. They are sums, so they are small, whatever the number of marks.
"""

from expectations.parts import DELIVERED_MARK

_FLAGS = "is_possible, is_attending, is_authorised_absence, is_unauthorised_absence, is_late"

# Delivered sessions by academy, code and day (or week).
_MARK_DAY = f"""
        with {DELIVERED_MARK}
        select academy_id, mark_code, first_day, last_day, sum(sessions) as sessions from mark group by all
    """

# Counted rows of the registers by everything that says how a session counts.
_SESSION_KIND = f"""
        with session as (
            select academy_id, time_period, mark_code, statistical_class, {_FLAGS} from core.fct_attendance_session
            union all
            select academy_id, time_period, mark_code, statistical_class, {_FLAGS} from core.fct_attendance_week
        )
        select *, count(*) as session_rows from session group by all
    """

# Published figures of attendance side by side: one row for each place, period and group.
_ATTENDANCE_CELL = """
        select
            academy_id,
            level,
            phase,
            time_period,
            period_type,
            period_start,
            breakdown_topic,
            breakdown,
            max(case when measure_id = 'attendance_rate' then numerator end) as attending,
            max(case when measure_id = 'attendance_rate' then denominator end) as possible,
            max(case when measure_id = 'absence_rate' then numerator end) as absence,
            max(case when measure_id = 'absence_rate' then denominator end) as possible_of_absence,
            max(case when measure_id = 'authorised_absence_rate' then numerator end) as authorised,
            max(case when measure_id = 'unauthorised_absence_rate' then numerator end) as unauthorised,
            max(case when measure_id = 'late_rate' then numerator end) as late,
        from marts.measure_value
        where measure_id in ('attendance_rate', 'absence_rate', 'authorised_absence_rate', 'unauthorised_absence_rate', 'late_rate')
        group by all
        having coalesce(max(numerator), max(denominator)) is not null
    """

SHARED = {"mark_day": _MARK_DAY, "session_kind": _SESSION_KIND, "attendance_cell": _ATTENDANCE_CELL}
