with suspensions as (

    select * from {{ ref('fct_suspension') }}

),

events as (

    select * from {{ ref('fct_behaviour_event') }}

),

dated as (

    select
        academy_id,
        pupil_key,
        start_date as event_date,
        count_if(category_code = 'SUSP') as suspensions,
        sum(case when category_code = 'SUSP' then coalesce(sessions, 0) else 0 end) as suspended_sessions,
        count_if(category_code = 'PERM') as exclusions,
        0 as positive_events,
        0 as behaviour_events
    from suspensions
    group by all
    union all
    select
        academy_id,
        pupil_key,
        event_date,
        0 as suspensions,
        0 as suspended_sessions,
        0 as exclusions,
        count_if(coalesce(polarity, '') = 'positive') as positive_events,
        count(*) as behaviour_events
    from events
    group by all

),

pupils as (

    select
        dated.academy_id,
        dated.pupil_key,
        days.time_period,
        period_weeks.period_number,
        cast(sum(dated.suspensions) as bigint) as suspensions,
        cast(sum(dated.suspended_sessions) as bigint) as suspended_sessions,
        cast(sum(dated.exclusions) as bigint) as exclusions,
        cast(sum(dated.positive_events) as bigint) as positive_events,
        cast(sum(dated.behaviour_events) as bigint) as behaviour_events,
        max(case when dated.suspensions > 0 then dated.event_date end) as last_suspended_on
    from dated
    inner join {{ ref('measure_day') }} as days
        on dated.academy_id = days.academy_id
        and dated.event_date = days.session_date
    inner join {{ ref('period_week') }} as period_weeks
        on days.academy_id = period_weeks.academy_id
        and days.time_period = period_weeks.time_period
        and days.week_start_date = period_weeks.week_start_date
        and days.half_term = period_weeks.half_term
    group by all

)

select * from pupils
