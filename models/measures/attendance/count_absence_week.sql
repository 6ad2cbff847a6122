with days as (

    select * from {{ ref('measure_day') }}

),

enrolments as (

    select * from {{ ref('fct_enrolment') }}
    where is_in_population

),

marks as (

    select
        sessions.enrolment_key,
        days.week_start_date,
        days.half_term,
        days.is_last_half_term,
        sessions.mark_code,
        count(*) as sessions
    from {{ ref('fct_attendance_session') }} as sessions
    inner join days
        on sessions.academy_id = days.academy_id
        and sessions.session_date = days.session_date
    where sessions.is_in_population and sessions.is_possible and not sessions.is_attending
    group by all

),

weeks as (

    select
        academy_id,
        time_period,
        week_start_date,
        coalesce(min(nullif(half_term, 'none')), 'none') as half_term,
        bool_or(is_last_half_term) as is_last_half_term
    from days
    group by all

),

weekly_counts as (

    select
        counts.enrolment_key,
        weeks.week_start_date,
        weeks.half_term,
        weeks.is_last_half_term,
        counts.mark_code,
        counts.sessions
    from {{ ref('fct_attendance_week') }} as counts
    inner join weeks
        on counts.academy_id = weeks.academy_id
        and counts.time_period = weeks.time_period
        and counts.week_start_date = weeks.week_start_date
    where counts.is_in_population and counts.is_possible and not counts.is_attending

),

counted as (

    select
        enrolments.academy_id,
        enrolments.pupil_key,
        enrolments.time_period,
        sources.week_start_date,
        sources.half_term,
        enrolments.age_at_year_start,
        sources.mark_code,
        cast(sum(sources.sessions) as bigint) as absent_sessions
    from (
        select * from marks
        union all
        select * from weekly_counts
    ) as sources
    inner join enrolments on sources.enrolment_key = enrolments.enrolment_key
    where not (enrolments.age_at_year_start = 15 and sources.is_last_half_term)
    group by all

)

select * from counted
