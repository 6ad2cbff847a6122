-- A figure of the whole year, of the year so far, or of one week: what is alike differs by which of them it is.
with scorecard_figures as (

    select
        level,
        academy_id,
        phase,
        measure_id,
        time_period,
        'year_to_date' as period_type,
        case
            when is_summative or period_end >= {{ academic_year_end('time_period') }} then 'year' else 'year_to_date'
        end as period_kind,
        period_end
    from {{ ref('scorecard_cell') }}

),

weekly_figures as (

    select
        level,
        academy_id,
        phase,
        measure_id,
        time_period,
        period_type,
        'week' as period_kind,
        period_end
    from {{ ref('measure_value') }}
    where
        period_type = 'week'
        and breakdown_topic = 'all'
        and value_status = 'ok'
        and (level = 'academy' or (level = 'trust' and phase = 'all'))

),

figures as (

    select * from scorecard_figures
    union all
    select * from weekly_figures

)

select * from figures
