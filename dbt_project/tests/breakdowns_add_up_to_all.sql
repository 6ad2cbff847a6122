-- What is this test? Each topic splits the pupils of a figure into groups without overlap or rest: numerators and denominators add up
-- to all/all.
-- When does it matter? When a pupil is in no group, or in two, of a topic. Age groups look beyond the 5 to 15 of attendance, so there
-- they need not add up;
-- a topic whose groups all have a zero denominator has no row, and a roll's denominator is 1 in every group.
-- How to resolve it? Look in core.bridge_pupil_breakdown for a pupil and year without exactly one row for the topic.
{{ config(meta={'slices': {'by': 'year'}}) }}

with figures as (

    select
        level,
        academy_id,
        phase,
        period_type,
        period_start,
        period_end,
        measure_id,
        breakdown_topic,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ ref('measure_value') }}
    where value_status = 'ok' and breakdown_topic not in ('age_group', 'reason')
    group by all

),

-- A suspension rate's numerator may stand in a group that nobody on the census-day roll is in: such a group has no rate, so its
-- suspensions have no row. An answer to a survey has a year group only where it says so. Sums of marks and scores are decimals, written as
-- doubles: less than a millionth apart is equal.
broken as (

    select topics.*
    from figures as topics
    inner join figures as everyone
        on topics.level = everyone.level
        and topics.academy_id = everyone.academy_id
        and topics.phase = everyone.phase
        and topics.period_type = everyone.period_type
        and topics.period_start = everyone.period_start
        and topics.measure_id = everyone.measure_id
        and everyone.breakdown_topic = 'all'
    inner join {{ ref('ref_measure') }} as definitions on topics.measure_id = definitions.measure_id
    where
        (definitions.domain not in ('inclusion', 'voice') and abs(topics.numerator - everyone.numerator) > 0.000001)
        or (definitions.domain in ('inclusion', 'voice') and topics.numerator > everyone.numerator)
        or (definitions.domain = 'voice' and topics.denominator > everyone.denominator)
        or (
            definitions.unit <> 'pupils' and definitions.domain <> 'voice'
            and abs(topics.denominator - everyone.denominator) > 0.000001
        )

)

select * from broken
