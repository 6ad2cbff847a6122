with parameters as (

    select
        as_of,
        {{ academic_year('as_of') }} as time_period,
        {{ academic_year('as_of') }} - 101 as last_time_period,
        suppress_below
    from {{ source('run', 'parameter') }}

),

measures as (

    select * from {{ ref('measure_headline') }}

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

-- A result of a stage is shown until the next one is in: the latest year that has one. Everything else is of this year to date.
latest_results as (

    select
        measures.level,
        measures.academy_id,
        measures.phase,
        measures.measure_id,
        max(measures.time_period) as time_period
    from measures
    inner join definitions on measures.measure_id = definitions.measure_id
    inner join parameters on measures.time_period <= parameters.time_period
    where definitions.kind = 'summative' and measures.period_type = 'year_to_date' and measures.value_status = 'ok'
    group by all

),

cells as (

    select
        units.*,
        definitions.domain,
        definitions.measure_id,
        definitions.measure_name,
        definitions.unit,
        definitions.direction,
        definitions.kind = 'summative' as is_summative,
        coalesce(latest_results.time_period, parameters.time_period) as time_period,
        coalesce(latest_results.time_period, parameters.time_period) - 101 as last_time_period,
        case when definitions.kind = 'summative' then 'year_to_date' else 'same_week_last_year' end as last_period_type,
        coalesce(latest_results.time_period < parameters.time_period, false) as is_of_an_earlier_year,
        parameters.time_period as as_of_time_period,
        parameters.as_of,
        parameters.suppress_below
    from units
    cross join definitions
    cross join parameters
    left join latest_results
        on units.level = latest_results.level
        and units.academy_id = latest_results.academy_id
        and units.phase = latest_results.phase
        and definitions.measure_id = latest_results.measure_id

),

-- Everybody of a phase together; beside an academy stands that without its own part.
phase_sums as (

    select
        units.phase,
        measures.measure_id,
        measures.time_period,
        sum(cast(measures.numerator as decimal(28, 6))) as numerator,
        sum(cast(measures.denominator as decimal(28, 6))) as denominator
    from measures
    inner join units
        on measures.level = units.level
        and measures.academy_id = units.academy_id
        and measures.phase = units.phase
    where units.level = 'academy' and measures.period_type = 'year_to_date' and measures.value_status = 'ok'
    group by all

),

years_without as (

    select
        'progress8' as measure_id,
        time_period,
        reason
    from {{ ref('ref_year_without_progress8') }}

),

with_comparators as (

    select
        cells.*,
        shown.period_number,
        coalesce(shown.period_start, {{ academic_year_start('cells.time_period') }}) as period_start,
        coalesce(shown.period_end, cells.as_of) as period_end,
        shown.numerator,
        shown.denominator,
        shown.numerator_people,
        shown.denominator_people,
        shown.value,
        coalesce(shown.value_status, 'x') as value_status,
        last_year.value as last_year_value,
        last_year.value_status as last_year_status,
        last_year.period_end as last_year_to,
        case
            when cells.level = 'academy' and cells.unit <> 'pupils'
                then
                    phase_sums.numerator - case when shown.value_status = 'ok' then cast(shown.numerator as decimal(28, 6)) else 0 end
        end as others_numerator,
        case
            when cells.level = 'academy' and cells.unit <> 'pupils'
                then
                    phase_sums.denominator - case when shown.value_status = 'ok' then cast(shown.denominator as decimal(28, 6)) else 0 end
        end as others_denominator,
        years_without.reason as why_not_this_year,
        coalesce(sources.is_provisional, false) as is_provisional,
        cells.domain = 'context' and cells.unit <> 'pupils' and coalesce(backfilled_units.is_this_year, false) as is_backfilled,
        cells.domain = 'context' and cells.unit <> 'pupils' and coalesce(backfilled_units.is_last_year, false) as is_last_backfilled
    from cells
    left join measures as shown
        on cells.level = shown.level
        and cells.academy_id = shown.academy_id
        and cells.phase = shown.phase
        and cells.measure_id = shown.measure_id
        and cells.time_period = shown.time_period
        and shown.period_type = 'year_to_date'
    left join measures as last_year
        on cells.level = last_year.level
        and cells.academy_id = last_year.academy_id
        and cells.phase = last_year.phase
        and cells.measure_id = last_year.measure_id
        and cells.last_time_period = last_year.time_period
        and cells.last_period_type = last_year.period_type
    left join phase_sums
        on cells.phase = phase_sums.phase
        and cells.measure_id = phase_sums.measure_id
        and cells.time_period = phase_sums.time_period
    left join years_without
        on cells.measure_id = years_without.measure_id
        and cells.as_of_time_period = years_without.time_period
    left join {{ ref('achievement_source') }} as sources
        on cells.level = sources.level
        and cells.academy_id = sources.academy_id
        and cells.phase = sources.phase
        and cells.measure_id = sources.measure_id
        and cells.time_period = sources.time_period
    left join backfilled_units on cells.academy_id = backfilled_units.academy_id

),

-- Few people: in what it is counted out of, in what is counted or, where each of both is one person, in the rest.
sized as (

    select
        *,
        value_status = 'ok' and (
            coalesce(denominator_people between 1 and suppress_below - 1, false)
            or coalesce(numerator_people between 1 and suppress_below - 1, false)
            or coalesce(
                unit = '%'
                and numerator = numerator_people
                and denominator = denominator_people
                and denominator_people - numerator_people between 1 and suppress_below - 1,
                false
            )
        ) as is_small
    from with_comparators

),

typed as (

    select
        level,
        academy_id,
        academy_name,
        phase,
        is_stale,
        last_delivered_on,
        domain,
        measure_id,
        measure_name,
        unit,
        direction,
        is_summative,
        cast(time_period as int) as time_period,
        cast(last_time_period as int) as last_time_period,
        is_of_an_earlier_year,
        cast(period_number as int) as period_number,
        period_start,
        period_end,
        numerator,
        denominator,
        value,
        value_status,
        is_small,
        last_year_value,
        last_year_status,
        last_year_to,
        case
            when others_denominator > 0
                then {{ per_unit('unit') }} * cast(others_numerator as double) / cast(others_denominator as double)
        end as trust_value,
        why_not_this_year,
        is_provisional,
        is_backfilled,
        is_last_backfilled
    from sized

)

select * from typed
