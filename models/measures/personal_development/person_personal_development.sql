with periods as (

    select * from {{ ref('measure_period') }}
    where period_type in ('year_to_date', 'half_term', 'same_week_last_year')

),

on_roll as (

    select * from {{ ref('count_pupil_roll') }}
    where roll = 1

),

memberships as (

    select * from {{ ref('fct_club_membership') }}

),

-- A membership touches a period if it had begun by its last day that counts and had not ended before its first.
members as (

    select distinct
        memberships.academy_id,
        memberships.pupil_key,
        periods.time_period,
        periods.period_number
    from memberships
    inner join periods
        on memberships.academy_id = periods.academy_id
        and memberships.start_date <= periods.counted_to
        and (memberships.end_date is null or memberships.end_date >= periods.period_start)

),

people as (

    select
        on_roll.academy_id,
        'pupil' as person_kind,
        on_roll.pupil_key as person_key,
        on_roll.time_period,
        on_roll.period_number,
        'enrichment_pct' as measure_id,
        cast(case when members.pupil_key is null then 0 else 1 end as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from on_roll
    inner join periods
        on on_roll.academy_id = periods.academy_id
        and on_roll.time_period = periods.time_period
        and on_roll.period_number = periods.period_number
    left join members
        on on_roll.academy_id = members.academy_id
        and on_roll.pupil_key = members.pupil_key
        and on_roll.time_period = members.time_period
        and on_roll.period_number = members.period_number

)

select * from people
