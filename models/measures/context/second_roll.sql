with census_days as (

    select distinct period_number from {{ ref('measure_period') }}
    where period_type = 'census'

),

pupils as (

    select
        rolls.*,
        census_days.period_number is not null as is_census
    from {{ ref('count_pupil_roll') }} as rolls
    left join census_days on rolls.period_number = census_days.period_number

),

members as (

    select * from {{ ref('trust_member') }}
    where phase = 'all'

),

shared as (

    select
        pupil_key,
        time_period
    from pupils
    group by all
    having count(distinct academy_id) > 1

),

-- Census-day rolls are the denominator of every period of the year, each with the academies that the trust had then.
rolls as (

    select
        pupils.*,
        members.level,
        members.period_number as member_period_number
    from pupils
    inner join shared
        on pupils.pupil_key = shared.pupil_key
        and pupils.time_period = shared.time_period
    inner join members
        on pupils.academy_id = members.academy_id
        and pupils.time_period = members.time_period
        and (pupils.is_census or pupils.period_number = members.period_number)

),

kinds as (

    select 'roll' as roll_kind, * from rolls
    where not is_census and roll = 1
    union all
    select 'ever_on_roll' as roll_kind, * from rolls
    where not is_census and ever_on_roll = 1
    union all
    select 'census' as roll_kind, * from rolls
    where is_census and roll = 1

),

ranked as (

    select
        roll_kind,
        level,
        academy_id,
        pupil_key,
        time_period,
        member_period_number as period_number,
        row_number() over (
            partition by roll_kind, level, pupil_key, time_period, member_period_number
            order by roll_order, last_entry_date desc, academy_id
        ) as place
    from kinds

),

second_rolls as (

    select roll_kind, level, academy_id, pupil_key, time_period, period_number
    from ranked
    where place > 1

)

select * from second_rolls
