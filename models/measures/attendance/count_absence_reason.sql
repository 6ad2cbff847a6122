with weeks as (

    select * from {{ ref('count_absence_week') }}
    where age_at_year_start between 5 and 15

),

members as (

    select * from {{ ref('trust_member') }}

),

pupils as (

    select
        weeks.academy_id,
        weeks.pupil_key,
        weeks.time_period,
        period_weeks.period_number,
        weeks.mark_code,
        sum(weeks.absent_sessions) as absent_sessions
    from weeks
    inner join {{ ref('period_week') }} as period_weeks
        on weeks.academy_id = period_weeks.academy_id
        and weeks.time_period = period_weeks.time_period
        and weeks.week_start_date = period_weeks.week_start_date
        and weeks.half_term = period_weeks.half_term
    group by all

),

academy_counts as (

    select
        academy_id,
        time_period,
        period_number,
        mark_code,
        cast(sum(absent_sessions) as bigint) as absent_sessions,
        cast(count(*) as bigint) as people
    from pupils
    group by all

),

movers as (

    select pupil_key from pupils
    group by pupil_key
    having count(distinct academy_id) > 1

),

movers_counted_again as (

    select
        members.level,
        members.phase,
        pupils.time_period,
        pupils.period_number,
        pupils.mark_code,
        pupils.pupil_key,
        count(*) - 1 as people
    from pupils
    inner join movers on pupils.pupil_key = movers.pupil_key
    inner join members
        on pupils.academy_id = members.academy_id
        and pupils.time_period = members.time_period
        and pupils.period_number = members.period_number
    group by all

),

trust_parts as (

    {{ trust_parts_of_academies(['mark_code'], ['absent_sessions', 'people']) }}
    union all
    select level, phase, time_period, period_number, mark_code, 0 as absent_sessions, -people as people
    from movers_counted_again

),

{{ all_levels(['mark_code'], ['absent_sessions', 'people']) }}

select * from all_levels
