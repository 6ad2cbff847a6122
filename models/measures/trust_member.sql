with parameters as (

    select * from {{ source('run', 'parameter') }}

),

trust_periods as (

    select * from {{ ref('measure_period') }}
    where academy_id = 'trust' and period_type <> 'census'

),

academies as (

    select
        academy_years.academy_id,
        academy_years.time_period,
        academy_years.phase,
        coalesce(academies.joined_on, date '0001-01-01') as joined_on,
        coalesce(academies.left_on, date '9999-12-31') as left_on
    from {{ ref('dim_academy_year') }} as academy_years
    inner join {{ ref('dim_academy') }} as academies on academy_years.academy_id = academies.academy_id

),

candidates as (

    select
        academies.academy_id,
        academies.phase,
        trust_periods.time_period,
        trust_periods.period_number,
        trust_periods.counted_to between academies.joined_on and academies.left_on as is_member_then,
        parameters.as_of between academies.joined_on and academies.left_on as is_member_today
    from trust_periods
    inner join academies on trust_periods.time_period = academies.time_period
    cross join parameters

),

by_level as (

    select 'trust' as level, academy_id, phase, time_period, period_number
    from candidates
    where is_member_then
    union all
    select 'trust_like_for_like' as level, academy_id, phase, time_period, period_number
    from candidates
    where is_member_today

),

members as (

    select level, phase, academy_id, time_period, period_number from by_level
    union all
    select level, 'all' as phase, academy_id, time_period, period_number from by_level

)

select * from members
