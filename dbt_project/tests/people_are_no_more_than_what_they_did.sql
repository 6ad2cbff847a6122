-- What is this test? The people behind a number are counted, never negative, never more than the number; and they are there whenever it
-- is above zero.
-- When does it matter? Small-number rules look at people: a wrong count could show a figure that should be hidden.
-- How to resolve it? Look at the people who are taken off for the trust (movers) in count_attendance or count_inclusion.
with broken as (

    select * from {{ ref('measure_value') }}
    where
        value_status = 'ok'
        and (
            numerator_people < 0
            or denominator_people < 0
            or numerator_people > numerator
            or (denominator_people > denominator and measure_id not in ('roll', 'roll_subsidiary'))
            or (numerator > 0 and numerator_people = 0)
        )

)

select * from broken
