with every_row as (

    select * from {{ ref('person_personal_development') }}
    union all
    select * from {{ ref('person_voice') }}
    union all
    select * from {{ ref('person_staff') }}
    union all
    select * from {{ ref('person_achievement') }}
    union all
    select * from {{ ref('person_progress') }}

),

available as (

    select * from {{ ref('measure_available') }}

),

-- Nobody of an academy that did not deliver what a measure needs: a denominator without its numerators would make the trust's figure wrong.
-- A measure that ref.measure does not know goes on, so that a test finds it.
people as (

    select every_row.*
    from every_row
    left join available
        on every_row.academy_id = available.academy_id
        and every_row.time_period = available.time_period
        and every_row.measure_id = available.measure_id
    where coalesce(available.is_available, true)

)

select * from people
