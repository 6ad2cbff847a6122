-- What is this test? A value is null exactly where its status is not ok, percentages lie between 0 and 100, and a figure without a
-- value stands for all pupils only.
-- When does it matter? "Not applicable" is not 0, and a rate over 100 % is a numerator that is not part of its denominator.
-- How to resolve it? Look at measures.measure_figure for the status, at the measure's own model for the counts.
{{ config(meta={'slices': {'by': 'year'}}) }}

with broken as (

    select measured.*
    from {{ ref('measure_value') }} as measured
    inner join {{ ref('ref_measure') }} as definitions on measured.measure_id = definitions.measure_id
    where
        (measured.value is null) = (measured.value_status = 'ok')
        or (measured.value_status <> 'ok' and measured.breakdown_topic <> 'all')
        or (definitions.unit = '%' and measured.value < 0)
        or (definitions.domain <> 'inclusion' and definitions.unit = '%' and measured.value > 100)

)

select * from broken
