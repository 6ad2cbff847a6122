-- What is this test? marts.measure_value has one row per level, academy_id, phase, time_period, period_type, period_start,
-- breakdown_topic, breakdown, measure_id.
-- When does it matter? A doubled row doubles whatever a reader sums.
-- How to resolve it? Look for a join in the model whose other side has more than one row for these columns.
{{ config(meta={'slices': {'by': 'year'}}) }}

with doubled as (

    select level, academy_id, phase, time_period, period_type, period_start, breakdown_topic, breakdown, measure_id
    from {{ ref('measure_value') }}
    group by all
    having count(*) > 1

)

select * from doubled
