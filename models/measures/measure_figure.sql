-- A view: the mart writes these rows, and the scorecard reads a few of them; writing them twice costs more than saying them again.
{{ config(materialized='view') }}

with frames as (

    select * from {{ ref('measure_frame') }}

),

with_value as (

    select
        frames.level,
        frames.academy_id,
        frames.phase,
        frames.time_period,
        frames.period_number,
        frames.period_type,
        frames.period_start,
        frames.period_end,
        measured.breakdown_topic,
        measured.breakdown,
        frames.measure_id,
        measured.numerator,
        measured.denominator,
        measured.numerator_people,
        measured.denominator_people,
        {{ per_unit('frames.unit') }} * measured.numerator / measured.denominator as value,
        'ok' as value_status
    from {{ ref('measure_counted') }} as measured
    inner join frames
        on measured.level = frames.level
        and measured.academy_id = frames.academy_id
        and measured.phase = frames.phase
        and measured.time_period = frames.time_period
        and measured.period_number = frames.period_number
        and measured.measure_id = frames.measure_id
    where frames.is_defined and frames.is_available and measured.denominator > 0

),

-- Every group is part of all, but those two that look beyond: what is given for a group is given for all, or for one of these.
given as (

    select distinct level, academy_id, phase, time_period, period_number, measure_id
    from {{ ref('measure_counted') }}
    where denominator > 0 and breakdown_topic in ('all', 'age_group', 'reason')

),

-- A figure that cannot be given still has its row, once, for all pupils: z where there is nobody to count, x where what it needs was
-- not delivered.
without_value as (

    select
        frames.level,
        frames.academy_id,
        frames.phase,
        frames.time_period,
        frames.period_number,
        frames.period_type,
        frames.period_start,
        frames.period_end,
        'all' as breakdown_topic,
        'all' as breakdown,
        frames.measure_id,
        case when frames.is_available then coalesce(case when frames.is_defined then measured.numerator end, 0) end as numerator,
        case when frames.is_available then cast(0 as double) end as denominator,
        case
            when frames.is_available then coalesce(case when frames.is_defined then measured.numerator_people end, 0)
        end as numerator_people,
        case when frames.is_available then 0 end as denominator_people,
        cast(null as double) as value,
        case when frames.is_available or not frames.is_defined then 'z' else 'x' end as value_status
    from frames
    left join given
        on frames.level = given.level
        and frames.academy_id = given.academy_id
        and frames.phase = given.phase
        and frames.time_period = given.time_period
        and frames.period_number = given.period_number
        and frames.measure_id = given.measure_id
    left join {{ ref('measure_counted') }} as measured
        on frames.level = measured.level
        and frames.academy_id = measured.academy_id
        and frames.phase = measured.phase
        and frames.time_period = measured.time_period
        and frames.period_number = measured.period_number
        and frames.measure_id = measured.measure_id
        and measured.breakdown_topic = 'all'
    where given.measure_id is null or not frames.is_defined or not frames.is_available

),

every_measure as (

    select * from with_value
    union all
    select * from without_value

)

select * from every_measure
