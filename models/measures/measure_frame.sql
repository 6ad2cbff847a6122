with definitions as (

    select * from {{ ref('ref_measure') }}

),

periods as (

    select * from {{ ref('measure_period') }}
    where period_type <> 'census'

),

academy_years as (

    select * from {{ ref('dim_academy_year') }}

),

members as (

    select * from {{ ref('trust_member') }}

),

available as (

    select * from {{ ref('measure_available') }}

),

academy_frames as (

    select
        'academy' as level,
        periods.academy_id,
        academy_years.phase,
        periods.time_period,
        periods.period_number,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        available.measure_id,
        available.is_available
    from periods
    inner join academy_years
        on periods.academy_id = academy_years.academy_id
        and periods.time_period = academy_years.time_period
    inner join available
        on periods.academy_id = available.academy_id
        and periods.time_period = available.time_period

),

trust_frames as (

    select
        members.level,
        'trust' as academy_id,
        members.phase,
        periods.time_period,
        periods.period_number,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        available.measure_id,
        bool_or(available.is_available) as is_available
    from members
    inner join periods
        on periods.academy_id = 'trust'
        and members.time_period = periods.time_period
        and members.period_number = periods.period_number
    inner join available
        on members.academy_id = available.academy_id
        and members.time_period = available.time_period
    group by all

),

frames as (

    select
        levels.*,
        definitions.unit,
        levels.period_end >= coalesce(definitions.valid_from, date '0001-01-01')
        and levels.period_start <= coalesce(definitions.valid_to, date '9999-12-31') as is_defined
    from (
        select * from academy_frames
        union all
        select * from trust_frames
    ) as levels
    inner join definitions on levels.measure_id = definitions.measure_id
    where
        definitions.periods like concat('%', levels.period_type, '%')
        or (levels.period_type = 'same_week_last_year' and definitions.periods like '%year_to_date%')

)

select * from frames
