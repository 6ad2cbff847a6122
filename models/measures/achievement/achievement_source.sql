with official as (

    select academy_id, time_period, measure_id, count(*) as official_pupils from {{ ref('official_achievement') }}
    group by all

),

own as (

    select academy_id, time_period, measure_id, count(*) as own_pupils from {{ ref('own_achievement') }}
    group by all

),

-- Where DfE's file has come, what it does not give (EBacc points after 2024/25) is our own and waits for nothing.
files as (

    select
        stage_years.academy_id,
        stage_years.time_period,
        measures.measure_id
    from {{ ref('stage_year') }} as stage_years
    inner join {{ ref('ref_official_result') }} as measures on stage_years.stage_end = measures.stage_end
    where stage_years.official_results > 0

),

members as (

    select * from {{ ref('trust_member') }}

),

year_ends as (

    select distinct time_period, period_number from {{ ref('measure_period') }}
    where period_type = 'year_to_date'

),

by_academy as (

    select
        coalesce(official.academy_id, own.academy_id) as academy_id,
        coalesce(official.time_period, own.time_period) as time_period,
        coalesce(official.measure_id, own.measure_id) as measure_id,
        coalesce(official.official_pupils, 0) as official_pupils,
        case when files.measure_id is null then coalesce(own.own_pupils, 0) else 0 end as provisional_pupils
    from official
    full outer join own
        on official.academy_id = own.academy_id
        and official.time_period = own.time_period
        and official.measure_id = own.measure_id
    left join files
        on own.academy_id = files.academy_id
        and own.time_period = files.time_period
        and own.measure_id = files.measure_id

),

by_level as (

    select
        'academy' as level,
        by_academy.academy_id,
        academy_years.phase,
        by_academy.time_period,
        by_academy.measure_id,
        by_academy.official_pupils,
        by_academy.provisional_pupils
    from by_academy
    inner join {{ ref('dim_academy_year') }} as academy_years
        on by_academy.academy_id = academy_years.academy_id
        and by_academy.time_period = academy_years.time_period
    union all
    select
        members.level,
        'trust' as academy_id,
        members.phase,
        by_academy.time_period,
        by_academy.measure_id,
        by_academy.official_pupils,
        by_academy.provisional_pupils
    from by_academy
    inner join members
        on by_academy.academy_id = members.academy_id
        and by_academy.time_period = members.time_period
    inner join year_ends
        on members.time_period = year_ends.time_period
        and members.period_number = year_ends.period_number

),

summed as (

    select
        level,
        academy_id,
        phase,
        time_period,
        measure_id,
        sum(provisional_pupils) > 0 as is_provisional,
        sum(official_pupils) > 0 as is_official,
        cast(sum(provisional_pupils) as bigint) as provisional_pupils,
        cast(sum(official_pupils) as bigint) as official_pupils
    from by_level
    group by all

)

select * from summed
