-- A figure of the whole year, of the year so far, or of one week: what is alike differs by which of them it is.
with scorecard_figures as (

    select
        level,
        academy_id,
        phase,
        measure_id,
        time_period,
        period_number,
        case
            when is_summative or period_end >= {{ academic_year_end('time_period') }} then 'year' else 'year_to_date'
        end as period_kind,
        period_end
    from {{ ref('scorecard_cell') }}

),

units as (

    select distinct
        level,
        academy_id,
        phase
    from scorecard_figures

),

weekly_measures as (

    select measure_id from {{ ref('ref_measure_series') }}
    where period_kind = 'week'

),

weekly_figures as (

    select
        units.level,
        units.academy_id,
        units.phase,
        weekly_measures.measure_id,
        periods.time_period,
        periods.period_number,
        'week' as period_kind,
        periods.period_end
    from {{ ref('measure_period') }} as periods
    inner join units on periods.academy_id = units.academy_id
    cross join weekly_measures
    where periods.period_type = 'week'

),

figures as (

    select * from scorecard_figures
    union all
    select * from weekly_figures

)

select * from figures
