-- What is this test? The people behind a number are counted, never negative, never more than the number where it counts something whole;
-- and they are there whenever it is above zero.
-- When does it matter? Small-number rules look at people: a wrong count could show a figure that should be hidden.
-- How to resolve it? Look at the people who are taken off for the trust (movers) in count_attendance or count_inclusion.
{{ config(meta={'slices': {'by': 'year'}}) }}

with broken as (

    select measured.*
    from {{ ref('measure_value') }} as measured
    inner join {{ ref('ref_measure') }} as definitions on measured.measure_id = definitions.measure_id
    where
        measured.value_status = 'ok'
        and (
            measured.numerator_people < 0
            or measured.denominator_people < 0
            or (
                (definitions.unit in ('%', 'pupils') or definitions.unit like 'per 100 %')
                and measured.numerator_people > measured.numerator
            )
            or (
                (definitions.unit = '%' or definitions.unit like 'per 100 %')
                and measured.denominator_people > measured.denominator
            )
            or (measured.numerator > 0 and measured.numerator_people = 0)
        )

)

select * from broken
