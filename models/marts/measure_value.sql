with measures as (

    select * from {{ ref('measure_figure') }}
    where period_type in ('year_to_date', 'half_term', 'week')

),

-- Rows that are asked for together lie together.
ordered as (

    select
        level,
        academy_id,
        phase,
        time_period,
        period_type,
        period_start,
        period_end,
        breakdown_topic,
        breakdown,
        measure_id,
        numerator,
        denominator,
        numerator_people,
        denominator_people,
        value,
        value_status
    from measures
    order by level, academy_id, period_number

)

select * from ordered
