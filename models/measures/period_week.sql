with weeks as (

    select distinct
        academy_id,
        time_period,
        week_start_date,
        half_term
    from {{ ref('measure_day') }}

),

periods as (

    select * from {{ ref('measure_period') }}
    where academy_id <> 'trust' and period_type <> 'census'

),

period_weeks as (

    select
        weeks.academy_id,
        weeks.time_period,
        weeks.week_start_date,
        weeks.half_term,
        periods.period_number
    from weeks
    inner join periods
        on weeks.academy_id = periods.academy_id
        and weeks.time_period = periods.time_period
    where
        periods.period_type = 'year_to_date'
        or (periods.period_type = 'half_term' and periods.period_name = weeks.half_term)
        or (periods.period_type = 'week' and periods.period_start = weeks.week_start_date)
        or (periods.period_type = 'same_week_last_year' and weeks.week_start_date <= periods.period_end)

)

select * from period_weeks
