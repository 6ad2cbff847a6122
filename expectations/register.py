"""Integrated: the register and the list of suspensions tell of the same days.

Here: suspensions that the register does not know, and the other way round. Not here: what a suspension counts for (models/measures).
"""

from expectations.check import Check, Severity

# Both sides as the academy itself delivered them, up to the day before its newest list of suspensions of that year: what happened on the
# day of an export may be in the register first. Of a suspension only the first five school days are judged (from the sixth the pupil is
# taught elsewhere, with another code), and only sessions that have a mark of a possible session.
_SUSPENDED = """
        told as (
            select academy_id, time_period, max(effective_date) as told_on
            from raw.delivery
            where entity = 'suspension'
            group by all
        ),
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
        ),
        marked as (
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
        ),
        e_mark as (
            select spells.academy_id, spells.source_pupil_id, marks.session_date, marks.time_period
            from core.fct_attendance_session as marks
            inner join core.fct_enrolment as spells on marks.enrolment_key = spells.enrolment_key
            inner join told on marks.academy_id = told.academy_id and marks.time_period = told.time_period
            where marks.mark_code = 'E' and marks.session_date < told.told_on
        ),
        unexplained as (
            select e_mark.*
            from e_mark
            anti join core.fct_suspension as suspensions
                on e_mark.academy_id = suspensions.academy_id
                and e_mark.source_pupil_id = suspensions.source_pupil_id
                and e_mark.session_date >= suspensions.start_date
                and e_mark.session_date <= coalesce(suspensions.end_date, e_mark.session_date)
        )"""

SUSPENSION_REGISTER_MISMATCH = Check(
    id="suspension_register_mismatch",
    principle="integrated",
    severity=Severity.WARN,
    what=(
        "A session in which a pupil was suspended and the register has another code than E, or a session with code E outside every "
        "suspension or exclusion of the pupil."
    ),
    when=(
        "Always: either absence or suspensions are miscounted, and the two returns that the school makes to DfE contradict each other. A "
        "session without a mark, and what comes after the fifth school day of a suspension, is not judged."
    ),
    how=(
        "Open the pupil's suspensions beside the register of those days. Correct the dates of the suspension or record the one that is "
        "lacking (exclusions screen), or correct the marks (edit marks): E only for a suspended or excluded pupil who is not taught "
        "elsewhere."
    ),
    affects=("attendance", "inclusion"),
    at="built",
    not_applicable="No suspensions were delivered, no session has a mark of its own day, or nobody was suspended.",
    checked=f"""
        with {_SUSPENDED}
        select academy_id, greatest(expected, 0) as checked from marked
        union all
        select academy_id, count(*) as checked from unexplained group by all
    """,
    sql=f"""
        with {_SUSPENDED}
        select
            academy_id,
            source_pupil_id,
            'suspension of ' || start_date as subject,
            'suspended from ' || start_date || ' to ' || end_date || ', but ' || expected - as_suspended || ' of ' || expected
            || ' sessions have another code than E in the register' as what,
            expected - as_suspended as failed,
        from marked
        where expected > as_suspended
        union all
        select
            academy_id,
            source_pupil_id,
            'E in ' || time_period as subject,
            count(*) || ' sessions of ' || time_period || ' have code E, ' || min(session_date) || ' to ' || max(session_date)
            || ', and no suspension or exclusion covers them' as what,
            count(*) as failed,
        from unexplained
        group by academy_id, source_pupil_id, time_period
    """,
)
