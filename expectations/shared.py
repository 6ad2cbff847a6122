"""Tables that several checks begin with, worked out once a night: what is counted from every mark is not counted once for each check.

Here: what each of them holds: sums, and the sides of a comparison. They are small, whatever the number of marks. A check names one
`shared.<name>`, and it is made before the first such check is run (pipelines/quality/findings.py). Not here: what a check finds wrong.
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

# Suspensions and the register as the academy itself delivered them, up to the day before its newest list of suspensions of that year: what
# happened on the day of an export may be in the register first.
_TOLD = """
        told as (
            select academy_id, time_period, max(effective_date) as told_on
            from raw.delivery
            where entity = 'suspension'
            group by all
        )"""

# Each suspension with the sessions that the register should have as such and has. Only the first five school days are judged (from the
# sixth the pupil is taught elsewhere, with another code), and only sessions that have a mark of a possible session.
_SUSPENSION_MARKED = f"""
        with {_TOLD},
        school_day as (
            select days.academy_id, days.session_date, days.time_period
            from core.dim_school_day as days
            inner join told using (academy_id, time_period)
            where days.is_school_day and days.session_date < told.told_on
        ),
        day_of_suspension as (
            select
                suspensions.academy_id,
                suspensions.source_pupil_id,
                suspensions.start_date,
                suspensions.end_date,
                suspensions.sessions,
                school_day.session_date,
                school_day.time_period,
                row_number() over (
                    partition by suspensions.academy_id, suspensions.source_pupil_id, suspensions.start_date
                    order by school_day.session_date
                ) as place,
            from core.fct_suspension as suspensions
            inner join school_day
                on suspensions.academy_id = school_day.academy_id
                and school_day.session_date between suspensions.start_date and suspensions.end_date
            where suspensions.category_code = 'SUSP'
        ),
        first_days as (
            select *, 2 * count(*) over (partition by academy_id, source_pupil_id, start_date) as sessions_of_days
            from day_of_suspension
            where place <= 5
        )
        select
            first_days.academy_id,
            first_days.source_pupil_id,
            first_days.start_date,
            first_days.end_date,
            least(coalesce(first_days.sessions, first_days.sessions_of_days), first_days.sessions_of_days)
            - (first_days.sessions_of_days - count(*)) as expected,
            count(case when marks.mark_code = 'E' then 1 end) as as_suspended,
        from first_days
        inner join core.fct_enrolment as spells using (academy_id, source_pupil_id, time_period)
        inner join core.fct_attendance_session as marks
            on spells.enrolment_key = marks.enrolment_key
            and first_days.session_date = marks.session_date
        where marks.is_possible
        group by
            first_days.academy_id, first_days.source_pupil_id, first_days.start_date, first_days.end_date, first_days.sessions,
            first_days.sessions_of_days
    """

# Sessions with code E that no suspension or exclusion covers.
_E_UNEXPLAINED = f"""
        with {_TOLD},
        e_mark as (
            select spells.academy_id, spells.source_pupil_id, marks.session_date, marks.time_period
            from core.fct_attendance_session as marks
            inner join core.fct_enrolment as spells on marks.enrolment_key = spells.enrolment_key
            inner join told on marks.academy_id = told.academy_id and marks.time_period = told.time_period
            where marks.mark_code = 'E' and marks.session_date < told.told_on
        )
        select e_mark.*
        from e_mark
        anti join core.fct_suspension as suspensions
            on e_mark.academy_id = suspensions.academy_id
            and e_mark.source_pupil_id = suspensions.source_pupil_id
            and e_mark.session_date >= suspensions.start_date
            and e_mark.session_date <= coalesce(suspensions.end_date, e_mark.session_date)
    """

SHARED = {
    "mark_day": _MARK_DAY,
    "session_kind": _SESSION_KIND,
    "attendance_cell": _ATTENDANCE_CELL,
    "suspension_marked": _SUSPENSION_MARKED,
    "e_unexplained": _E_UNEXPLAINED,
}
