with parameters as (

    select
        as_of,
        {{ academic_year('as_of') }} as time_period,
        {{ academic_year('as_of') }} - 101 as last_time_period
    from {{ source('run', 'parameter') }}

),

measures as (

    select * from {{ ref('measure_figure') }}
    where breakdown_topic = 'all' and level in ('academy', 'trust')

),

this_year as (

    select measures.*
    from measures
    inner join parameters on measures.time_period = parameters.time_period
    where measures.period_type = 'year_to_date'

),

same_weeks_last_year as (

    select measures.*
    from measures
    inner join parameters on measures.time_period = parameters.last_time_period
    where measures.period_type = 'same_week_last_year'

),

-- Reasons of absence are a list, not one figure: they stay in measure_value.
definitions as (

    select * from {{ ref('ref_measure') }}
    where measure_id <> 'absence_by_reason'

),

units as (

    select
        'academy' as level,
        academies.academy_id,
        academies.academy_name,
        academies.phase,
        academies.is_stale,
        academies.last_delivered_on
    from {{ ref('dim_academy') }} as academies
    cross join parameters
    where
        coalesce(academies.joined_on <= parameters.as_of, true)
        and coalesce(academies.left_on >= parameters.as_of, true)
    union all
    select
        'trust' as level,
        'trust' as academy_id,
        'Trust' as academy_name,
        'all' as phase,
        count_if(academies.is_stale) > 0 as is_stale,
        min(case when academies.is_stale then academies.last_delivered_on end) as last_delivered_on
    from {{ ref('dim_academy') }} as academies
    cross join parameters
    where
        coalesce(academies.joined_on <= parameters.as_of, true)
        and coalesce(academies.left_on >= parameters.as_of, true)
    group by all

),

backfilled as (

    select
        enrolments.academy_id,
        bool_or(enrolments.time_period = parameters.time_period) as is_this_year,
        bool_or(enrolments.time_period = parameters.last_time_period) as is_last_year
    from {{ ref('fct_enrolment') }} as enrolments
    cross join parameters
    where enrolments.is_backfilled
    group by all

),

backfilled_units as (

    select academy_id, is_this_year, is_last_year from backfilled
    union all
    select 'trust' as academy_id, bool_or(is_this_year) as is_this_year, bool_or(is_last_year) as is_last_year from backfilled
    group by all

),

-- The other academies of the phase: the phase's sum without the academy's own part. A roll is a total, so it has no such comparator.
with_comparators as (

    select
        units.level,
        units.academy_id,
        units.academy_name,
        units.phase,
        definitions.domain,
        definitions.measure_id,
        definitions.measure_name,
        definitions.unit,
        definitions.direction,
        coalesce(this_year.time_period, parameters.time_period) as time_period,
        coalesce(this_year.period_start, {{ academic_year_start('parameters.time_period') }}) as period_start,
        coalesce(this_year.period_end, parameters.as_of) as period_end,
        this_year.numerator,
        this_year.denominator,
        this_year.value,
        coalesce(this_year.value_status, 'x') as value_status,
        last_year.value as last_year_value,
        last_year.value_status as last_year_status,
        last_year.period_end as last_year_to,
        case
            when units.level = 'academy' and definitions.unit <> 'pupils'
                then
                    sum(case when this_year.value_status = 'ok' then this_year.numerator else 0 end)
                        over (partition by units.level, units.phase, definitions.measure_id)
                    - case when this_year.value_status = 'ok' then this_year.numerator else 0 end
        end as others_numerator,
        case
            when units.level = 'academy' and definitions.unit <> 'pupils'
                then
                    sum(case when this_year.value_status = 'ok' then this_year.denominator else 0 end)
                        over (partition by units.level, units.phase, definitions.measure_id)
                    - case when this_year.value_status = 'ok' then this_year.denominator else 0 end
        end as others_denominator,
        units.is_stale,
        units.last_delivered_on,
        definitions.domain = 'context' and definitions.unit <> 'pupils' and coalesce(backfilled_units.is_this_year, false) as is_backfilled,
        definitions.domain = 'context'
        and definitions.unit <> 'pupils'
        and coalesce(backfilled_units.is_last_year, false) as is_last_backfilled
    from units
    cross join definitions
    cross join parameters
    left join this_year
        on units.level = this_year.level
        and units.academy_id = this_year.academy_id
        and units.phase = this_year.phase
        and definitions.measure_id = this_year.measure_id
    left join same_weeks_last_year as last_year
        on units.level = last_year.level
        and units.academy_id = last_year.academy_id
        and units.phase = last_year.phase
        and definitions.measure_id = last_year.measure_id
    left join backfilled_units on units.academy_id = backfilled_units.academy_id

),

scorecard as (

    select
        academy_id,
        academy_name,
        phase,
        domain,
        measure_id,
        measure_name,
        cast(time_period as int) as time_period,
        period_start,
        period_end,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        value,
        value_status,
        last_year_value,
        case
            when others_denominator > 0
                then case when unit = 'pupils' then 1 else 100 end * cast(others_numerator as double) / others_denominator
        end as trust_value,
        unit,
        direction,
        nullif(concat_ws(
            ' ',
            case
                when value_status = 'x' then 'Not available: what this needs was not delivered this year.'
                when value_status = 'z' then 'Not applicable: there is nobody or nothing to count yet.'
            end,
            case
                when not is_stale then null
                when academy_id = 'trust' then 'Some academies have sent no new attendance for over two school days.'
                when last_delivered_on is null then 'No attendance has been delivered yet.'
                else concat('No new attendance since ', cast(last_delivered_on as string), ': this may be out of date.')
            end,
            case when is_backfilled and value is not null then 'Some pupils are described as another year''s export had them.' end,
            case
                when last_year_value is not null then concat('Last year is up to ', cast(last_year_to as string), '.')
                when last_year_status is null then 'No last year beside it: there is no data, or no half-term dates, of the same week.'
                when last_year_status = 'x' then 'No last year beside it: what this needs was not delivered that year.'
                else 'No last year beside it: there was nobody or nothing to count.'
            end,
            case when is_last_backfilled and last_year_value is not null then 'Last year with characteristics as of today.' end
        ), '') as caveat
    from with_comparators

),

ordered as (

    select * from scorecard
    order by academy_id, domain, measure_id

)

select * from ordered
