with figures as (

    select * from {{ ref('measure_value') }}
    where
        period_type = 'week'
        and breakdown_topic = 'all'
        and (level = 'academy' or level = 'trust' and phase = 'all')

),

-- The academies of the trust today, and the trust, with each measure.
cells as (

    select * from {{ ref('scorecard') }}

),

goals as (

    select * from {{ ref('goal_in_force') }}

),

half_terms as (

    select * from {{ ref('measure_period') }}
    where period_type = 'half_term'

),

weeks as (

    select distinct
        figures.academy_id,
        figures.time_period,
        figures.period_start
    from figures

),

-- Which week of which half-term it is: the week that a half-term begins in is its first.
placed as (

    select
        weeks.academy_id,
        weeks.time_period,
        weeks.period_start,
        half_terms.period_name as half_term,
        {{ days_between(week_start('half_terms.period_start'), 'weeks.period_start') }} as days_in
    from weeks
    inner join half_terms
        on weeks.academy_id = half_terms.academy_id
        and weeks.time_period = half_terms.time_period
        and weeks.period_start between {{ week_start('half_terms.period_start') }} and half_terms.period_end

),

last_weeks as (

    select
        placed.academy_id,
        placed.time_period,
        placed.period_start,
        earlier.period_start as last_period_start
    from placed
    inner join placed as earlier
        on placed.academy_id = earlier.academy_id
        and placed.time_period = earlier.time_period + 101
        and placed.half_term = earlier.half_term
        and placed.days_in = earlier.days_in

),

shown as (

    select
        figures.*,
        cells.academy_name,
        cells.domain,
        cells.measure_name,
        cells.unit,
        cells.direction
    from figures
    inner join cells
        on figures.academy_id = cells.academy_id
        and figures.phase = cells.phase
        and figures.measure_id = cells.measure_id

),

-- Everybody of a phase together; beside an academy stands that without its own part.
phase_sums as (

    select
        phase,
        measure_id,
        period_start,
        sum(cast(numerator as decimal(28, 6))) as numerator,
        sum(cast(denominator as decimal(28, 6))) as denominator
    from shown
    where level = 'academy' and value_status = 'ok' and unit <> 'pupils'
    group by all

),

nation as (

    select * from {{ ref('national_comparator') }}
    where period_kind = 'week'

),

with_comparators as (

    select
        shown.*,
        goals.target_value,
        last_year.value as last_year_value,
        last_year.period_end as last_year_to,
        case
            when shown.level = 'academy'
                then phase_sums.numerator - case when shown.value_status = 'ok' then cast(shown.numerator as decimal(28, 6)) else 0 end
        end as others_numerator,
        case
            when shown.level = 'academy'
                then phase_sums.denominator - case when shown.value_status = 'ok' then cast(shown.denominator as decimal(28, 6)) else 0 end
        end as others_denominator,
        nation.national_value,
        nation.national_period,
        nation.national_source,
        case
            when shown.value is null then null
            when nation.measure_id is null then 'England: no official figure is like this one.'
            else nation.why_no_national
        end as why_no_national
    from shown
    left join goals
        on shown.academy_id = goals.academy_id
        and shown.measure_id = goals.measure_id
        and shown.period_end between goals.first_day and goals.last_day
    left join last_weeks
        on shown.academy_id = last_weeks.academy_id
        and shown.time_period = last_weeks.time_period
        and shown.period_start = last_weeks.period_start
    left join figures as last_year
        on shown.level = last_year.level
        and shown.academy_id = last_year.academy_id
        and shown.phase = last_year.phase
        and shown.measure_id = last_year.measure_id
        and last_weeks.last_period_start = last_year.period_start
    left join phase_sums
        on shown.phase = phase_sums.phase
        and shown.measure_id = phase_sums.measure_id
        and shown.period_start = phase_sums.period_start
    left join nation
        on shown.level = nation.level
        and shown.academy_id = nation.academy_id
        and shown.measure_id = nation.measure_id
        and shown.time_period = nation.time_period
        and shown.period_end = nation.period_end

),

trend as (

    select
        academy_id,
        academy_name,
        phase,
        domain,
        measure_id,
        measure_name,
        time_period,
        period_start,
        period_end,
        numerator,
        denominator,
        value,
        value_status,
        last_year_value,
        last_year_to,
        case
            when others_denominator > 0
                then {{ per_unit('unit') }} * cast(others_numerator as double) / cast(others_denominator as double)
        end as trust_value,
        national_value,
        national_period,
        national_source,
        why_no_national,
        target_value,
        unit,
        direction
    from with_comparators
    order by academy_id, domain, measure_id, period_start

)

select * from trend
