with measures as (

    select * from {{ ref('measure') }}
    where period_type in ('year_to_date', 'half_term', 'week')

),

-- In the order that people ask: an academy's year first, all pupils before groups.
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
    order by level, academy_id, period_type desc, time_period, breakdown_topic, measure_id, phase, period_start, breakdown

)

select * from ordered
