with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

periods as (

    select * from {{ ref('measure_period') }}
    where academy_id <> 'trust' and period_type in ('year_to_date', 'same_week_last_year')

),

-- A year of staff begins a month later than one of pupils and ends a month later.
staff_periods as (

    select
        periods.academy_id,
        periods.time_period,
        periods.period_number,
        {{ staff_year_start('periods.time_period') }} as staff_from,
        case
            when periods.period_type = 'year_to_date' then least({{ staff_year_end('periods.time_period') }}, parameters.as_of)
            else periods.counted_to
        end as staff_to,
        periods.counted_to,
        {{ first_thursday_of_november('periods.time_period - 101') }} as last_november,
        {{ first_thursday_of_november('periods.time_period') }} as this_november
    from periods
    cross join parameters

),

begun as (

    select * from staff_periods
    where staff_from <= staff_to

)

select * from begun
