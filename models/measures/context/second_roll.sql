with pupils as (

    select * from {{ ref('count_pupil_roll') }}

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
        members.period_type as member_period_type,
        members.period_name as member_period_name
    from pupils
    inner join shared
        on pupils.pupil_key = shared.pupil_key
        and pupils.time_period = shared.time_period
    inner join members
        on pupils.academy_id = members.academy_id
        and pupils.time_period = members.time_period
        and (
            pupils.period_type = 'census'
            or (pupils.period_type = members.period_type and pupils.period_name = members.period_name)
        )

),

kinds as (

    select 'roll' as roll_kind, * from rolls
    where period_type <> 'census' and roll = 1
    union all
    select 'ever_on_roll' as roll_kind, * from rolls
    where period_type <> 'census' and ever_on_roll = 1
    union all
    select 'census' as roll_kind, * from rolls
    where period_type = 'census' and roll = 1

),

ranked as (

    select
        roll_kind,
        level,
        academy_id,
        pupil_key,
        time_period,
        member_period_type as period_type,
        member_period_name as period_name,
        row_number() over (
            partition by roll_kind, level, pupil_key, time_period, member_period_type, member_period_name
            order by roll_order, last_entry_date desc, academy_id
        ) as place
    from kinds

),

second_rolls as (

    select roll_kind, level, academy_id, pupil_key, time_period, period_type, period_name
    from ranked
    where place > 1

)

select * from second_rolls
