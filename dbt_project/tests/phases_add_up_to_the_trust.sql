-- What is this test? The phases of the trust add up to the trust.
-- When does it matter? When a person or an academy counts in no phase, or in two. A person on two rolls counts in the phase of the one
-- that counts.
-- (Sums of marks and hours are decimals, written as doubles: less than a millionth apart is equal.)
-- How to resolve it? Look at measures.trust_member and measures.second_roll for the period.
{{ config(meta={'slices': {'by': 'year'}}) }}

with figures as (

    select
        level,
        period_type,
        period_start,
        period_end,
        measure_id,
        sum(case when phase = 'all' then numerator else 0 end) as trust_numerator,
        sum(case when phase = 'all' then 0 else numerator end) as phases_numerator
    from {{ ref('measure_value') }}
    where academy_id = 'trust' and breakdown_topic = 'all' and numerator is not null
    group by all

),

broken as (

    select * from figures
    where abs(trust_numerator - phases_numerator) > 0.000001

)

select * from broken
