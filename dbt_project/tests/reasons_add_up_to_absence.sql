-- What is this test? The sessions of all absence codes of a period are its absence.
-- When does it matter? When a code of absence has no row among the reasons, or a code is counted in two places.
-- How to resolve it? Compare count_absence_week with count_enrolment_week for one academy and week.
{{ config(meta={'slices': {'by': 'year'}}) }}

with by_reason as (

    select
        level,
        academy_id,
        phase,
        period_type,
        period_start,
        period_end,
        sum(case when measure_id = 'absence_by_reason' then numerator else 0 end) as by_reason,
        sum(case when measure_id = 'absence_rate' and breakdown_topic = 'all' then numerator else 0 end) as absent
    from {{ ref('measure_value') }}
    where measure_id in ('absence_by_reason', 'absence_rate') and value_status = 'ok'
    group by all

),

broken as (

    select * from by_reason
    where by_reason <> absent

)

select * from broken
