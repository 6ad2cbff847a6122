{%- set most_weeks = 6 -%}
{%- set least_weeks = 3 -%}
{%- set least_similar = 5 -%}

with parameters as (

    select * from {{ source('run', 'parameter') }}

),

academies as (

    select * from {{ ref('dim_academy') }}

),

definitions as (

    select * from {{ ref('ref_measure') }}

),

-- A decision stands until its last day, or until another one on the same alert takes its place.
decisions as (

    select
        decided.*,
        coalesce(decided.breakdown_topic, 'all') as topic,
        coalesce(decided.breakdown, 'all') as pupil_group,
        lead(decided.decided_on) over (partition by decided.alert_id order by decided.intervention_id) as replaced_on
    from {{ source('run', 'intervention') }} as decided

),

described as (

    select
        decisions.*,
        least(decisions.until, coalesce({{ days_after('decisions.replaced_on', -1) }}, decisions.until)) as last_day,
        academies.academy_name,
        academies.phase,
        academies.last_delivered_on,
        definitions.domain,
        definitions.measure_name,
        definitions.unit,
        definitions.direction,
        case
            when definitions.periods like '%week%' then 'week'
            when definitions.periods like '%half_term%' then 'half_term'
            when definitions.kind = 'summative' then 'year'
        end as counted_by,
        parameters.as_of,
        parameters.suppress_below
    from decisions
    cross join parameters
    left join academies on decisions.academy_id = academies.academy_id
    left join definitions on decisions.measure_id = definitions.measure_id

),

asked as (

    select distinct
        measure_id,
        topic,
        pupil_group,
        counted_by,
        case when counted_by = 'year' then 'year_to_date' else counted_by end as period_type
    from described
    where counted_by is not null

),

-- A week with fewer than three school days is unlike the others.
school_weeks as (

    select
        academy_id,
        week_start_date,
        max(session_date) as last_day
    from {{ ref('dim_school_day') }}
    where is_school_day
    group by academy_id, week_start_date
    having count(*) >= 3

),

-- Of what was decided on, the figures of every academy, of periods that are over and delivered whole.
figures as (

    select
        asked.counted_by,
        measured.academy_id,
        measured.measure_id,
        measured.breakdown_topic,
        measured.breakdown,
        measured.period_start,
        measured.period_end,
        cast(measured.numerator as decimal(28, 6)) as numerator,
        cast(measured.denominator as decimal(28, 6)) as denominator,
        measured.numerator_people,
        measured.denominator_people,
        measured.value
    from {{ ref('measure_value') }} as measured
    inner join asked
        on measured.measure_id = asked.measure_id
        and measured.breakdown_topic = asked.topic
        and measured.breakdown = asked.pupil_group
        and measured.period_type = asked.period_type
    inner join academies on measured.academy_id = academies.academy_id
    cross join parameters
    left join school_weeks
        on measured.academy_id = school_weeks.academy_id
        and measured.period_start = school_weeks.week_start_date
    where
        measured.level = 'academy'
        and measured.value_status = 'ok'
        and coalesce(academies.joined_on <= measured.period_start, true)
        and coalesce(academies.left_on >= measured.period_end, true)
        and case asked.counted_by
            when 'week' then school_weeks.last_day <= least(parameters.as_of, academies.last_delivered_on)
            when 'half_term' then measured.period_end <= least(parameters.as_of, academies.last_delivered_on)
            else
                measured.period_end <= parameters.as_of
                and measured.period_end = {{ academic_year_end('measured.time_period') }}
        end

),

-- What lies before the decision and what after; the week, or half-term, in which it was taken is neither. Results come at a year's end, so
-- that of the year in which it was taken is after.
beside as (

    select
        described.intervention_id,
        described.counted_by,
        figures.period_start,
        figures.period_end,
        figures.numerator,
        figures.denominator,
        figures.numerator_people,
        figures.denominator_people,
        figures.value,
        case
            when figures.period_end < described.decided_on then 'before'
            when described.counted_by = 'year' then 'after'
            when figures.period_start > described.decided_on and figures.period_start <= described.last_day then 'after'
        end as side,
        abs({{ days_between('described.decided_on', 'figures.period_start') }}) as days_away
    from described
    inner join figures
        on described.academy_id = figures.academy_id
        and described.measure_id = figures.measure_id
        and described.topic = figures.breakdown_topic
        and described.pupil_group = figures.breakdown
        and described.counted_by = figures.counted_by

),

nearest as (

    select
        *,
        row_number() over (partition by intervention_id, side order by days_away) as place
    from beside
    where side is not null

),

-- Each period weighs as much as the academy itself has in it, also where the similar academies are averaged.
counted as (

    select
        *,
        cast(denominator as double) / cast(sum(denominator) over (partition by intervention_id, side) as double) as weight,
        count(*) over (partition by intervention_id) as periods,
        min(period_start) over (partition by intervention_id) as first_day,
        max(period_end) over (partition by intervention_id) as last_day
    from nearest
    where place <= case when counted_by = 'week' then {{ most_weeks }} else 1 end

),

own as (

    select
        intervention_id,
        count_if(side = 'before') as n_before,
        count_if(side = 'after') as n_after,
        min(case when side = 'before' then period_start end) as before_from,
        max(case when side = 'before' then period_end end) as before_to,
        min(case when side = 'after' then period_start end) as after_from,
        max(case when side = 'after' then period_end end) as after_to,
        min(denominator_people) as fewest_people,
        sum(numerator_people) as counted_people,
        cast(sum(case when side = 'before' then numerator end) as double)
        / cast(sum(case when side = 'before' then denominator end) as double) as ratio_before,
        cast(sum(case when side = 'after' then numerator end) as double)
        / cast(sum(case when side = 'after' then denominator end) as double) as ratio_after
    from counted
    group by intervention_id

),

-- Where another decision on the same measure stood in these weeks, an academy is no comparison.
decided_too as (

    select distinct
        counted.intervention_id,
        others.academy_id
    from counted
    inner join described on counted.intervention_id = described.intervention_id
    inner join described as others
        on described.measure_id = others.measure_id
        and counted.last_day >= others.decided_on
        and counted.first_day <= others.last_day

),

-- Half-terms need not begin on the same day everywhere.
alike as (

    select
        counted.intervention_id,
        counted.side,
        counted.period_start,
        counted.periods,
        counted.weight,
        counted.value as own_value,
        figures.academy_id,
        figures.value
    from counted
    inner join described on counted.intervention_id = described.intervention_id
    inner join academies
        on described.phase = academies.phase
        and described.academy_id <> academies.academy_id
    inner join figures
        on academies.academy_id = figures.academy_id
        and described.measure_id = figures.measure_id
        and described.topic = figures.breakdown_topic
        and described.pupil_group = figures.breakdown
        and described.counted_by = figures.counted_by
        and abs({{ days_between('counted.period_start', 'figures.period_start') }})
        <= case when counted.counted_by = 'half_term' then 21 else 0 end
    left join decided_too
        on counted.intervention_id = decided_too.intervention_id
        and academies.academy_id = decided_too.academy_id
    where figures.denominator_people >= described.suppress_below and decided_too.academy_id is null

),

-- A similar academy has a figure of each of these periods: the average is then of the same academies in every one.
similar_academies as (

    select
        intervention_id,
        academy_id,
        cast(sum(cast(case when side = 'before' then weight * value end as decimal(28, 12))) as double) as value_before,
        cast(sum(cast(case when side = 'after' then weight * value end as decimal(28, 12))) as double) as value_after
    from alike
    group by intervention_id, academy_id
    having count(*) = max(periods)

),

similar_mean as (

    select
        intervention_id,
        count(*) as n_similar,
        cast(sum(cast(value_before as decimal(28, 12))) as double) / count(*) as similar_before,
        cast(sum(cast(value_after as decimal(28, 12))) as double) / count(*) as similar_after
    from similar_academies
    group by intervention_id

),

-- How far the similar academies' own changes lie apart: what an academy's figure does where nobody decided anything.
similar_spread as (

    select
        similar_academies.intervention_id,
        max(means.n_similar) as n_similar,
        cast(
            sum(
                cast(
                    power(similar_academies.value_after - similar_academies.value_before - (means.similar_after - means.similar_before), 2)
                    as decimal(28, 12)
                )
            ) as double
        ) as squares
    from similar_academies
    inner join similar_mean as means on similar_academies.intervention_id = means.intervention_id
    group by similar_academies.intervention_id

),

-- Week by week, how far the academy lies from the similar ones: what moves all of them in the same week, as illness does, falls away.
gaps as (

    select
        alike.intervention_id,
        alike.side,
        alike.period_start,
        max(alike.weight) as weight,
        max(alike.own_value) - cast(sum(cast(alike.value as decimal(28, 12))) as double) / count(*) as gap
    from alike
    inner join similar_academies
        on alike.intervention_id = similar_academies.intervention_id
        and alike.academy_id = similar_academies.academy_id
    group by alike.intervention_id, alike.side, alike.period_start

),

gap_means as (

    select
        intervention_id,
        side,
        count(*) as periods,
        cast(sum(cast(weight * gap as decimal(28, 12))) as double) as mean_gap
    from gaps
    group by intervention_id, side

),

gap_errors as (

    select
        gaps.intervention_id,
        gaps.side,
        max(means.periods) as periods,
        cast(sum(cast(power(gaps.weight * (gaps.gap - means.mean_gap), 2) as decimal(28, 12))) as double)
        * max(means.periods) / nullif(max(means.periods) - 1, 0) as variance
    from gaps
    inner join gap_means as means
        on gaps.intervention_id = means.intervention_id
        and gaps.side = means.side
    group by gaps.intervention_id, gaps.side

),

-- The smaller number of weeks of the two sides, less one, says how sure the spread of the weeks itself is.
week_margins as (

    select
        intervention_id,
        {{ t95('min(periods) - 1') }} * sqrt(sum(variance)) as margin
    from gap_errors
    where variance is not null
    group by intervention_id
    having count(*) = 2 and sum(variance) > 0.000000001

),

similar_margins as (

    select
        intervention_id,
        {{ t95('n_similar - 1') }} * sqrt(squares / (n_similar - 1) * (1 + 1.0 / n_similar)) as margin
    from similar_spread
    where n_similar >= {{ least_similar }} and squares > 0.000000001

),

-- The wider of the two counts: weeks that follow one another are more alike than chance would have it.
compared as (

    select
        described.*,
        own.before_from,
        own.before_to,
        own.after_from,
        own.after_to,
        own.fewest_people,
        own.counted_people,
        coalesce(own.n_before, 0) as n_before,
        coalesce(own.n_after, 0) as n_after,
        {{ per_unit('described.unit') }} * own.ratio_before as value_before,
        {{ per_unit('described.unit') }} * own.ratio_after as value_after,
        coalesce(means.n_similar, 0) as n_similar,
        means.similar_before,
        means.similar_after,
        case when described.counted_by = 'week' then {{ least_weeks }} else 1 end as least_periods,
        case described.counted_by when 'week' then 6 when 'half_term' then 60 else 365 end as days_of_a_period,
        case
            when described.counted_by = 'week'
                then greatest(week_margins.margin, coalesce(similar_margins.margin, week_margins.margin))
            else similar_margins.margin
        end as margin
    from described
    left join own on described.intervention_id = own.intervention_id
    left join similar_mean as means on described.intervention_id = means.intervention_id
    left join week_margins on described.intervention_id = week_margins.intervention_id
    left join similar_margins on described.intervention_id = similar_margins.intervention_id

),

differing as (

    select
        *,
        value_after - value_before - (similar_after - similar_before) as difference,
        case
            when measure_id is null then 'The alert is about no measure.'
            when academy_id = 'trust' then 'It is about the whole trust: there is no other to set it beside.'
            when phase is null or direction is null then 'The academy or the measure is no longer known.'
            when direction = 'context' then 'The measure is better neither high nor low.'
            when counted_by is null then 'The measure is counted over a whole year only, and weeks of both sides are in it.'
            when n_before < least_periods
                then
                    case counted_by
                        when 'week' then 'There are fewer than {{ least_weeks }} whole school weeks with a figure before it.'
                        else 'There is no figure before it.'
                    end
            when
                n_after < least_periods
                and least(as_of, last_delivered_on) > {{ days_after('last_day', 'days_of_a_period') }}
                then
                    case counted_by
                        when 'week' then 'There are fewer than {{ least_weeks }} whole school weeks with a figure between it and its end.'
                        else 'There is no figure between it and its end.'
                    end
            when n_after < least_periods then null
            when n_similar = 0 then 'No other academy of its phase has these figures and no decision of its own on the measure.'
            when margin is null and counted_by = 'week' then 'The weeks are too much alike to say what chance does to them.'
            when margin is null
                then 'It has one figure before and one after: what chance does to them takes {{ least_similar }} similar academies to say.'
        end as why_it_cannot_be_said
    from compared

),

judged as (

    select
        *,
        difference - margin as ci_low,
        difference + margin as ci_high,
        case
            when fewest_people < suppress_below or counted_people < suppress_below then 'too few pupils to say'
            when why_it_cannot_be_said is not null then 'it cannot be said'
            when n_after < least_periods then 'too early to say'
            when difference - margin <= 0 and difference + margin >= 0 then 'no difference that chance would not make'
            when (difference > 0) = (direction = 'higher') then 'better than at similar academies'
            else 'worse than at similar academies'
        end as what_it_shows
    from differing

),

shown as (

    select
        intervention_id,
        alert_id,
        academy_id,
        academy_name,
        domain,
        measure_id,
        measure_name,
        unit,
        direction,
        breakdown_topic,
        breakdown,
        decision,
        decided_on,
        until,
        replaced_on,
        what_it_shows,
        case when what_it_shows = 'it cannot be said' then why_it_cannot_be_said end as why_it_cannot_be_said,
        counted_by,
        before_from,
        before_to,
        after_from,
        after_to,
        value_before,
        value_after,
        value_after - value_before as change,
        similar_before,
        similar_after,
        similar_after - similar_before as similar_change,
        case when what_it_shows like '%similar%' or what_it_shows like '%chance%' then difference end as difference,
        case when what_it_shows like '%similar%' or what_it_shows like '%chance%' then ci_low end as ci_low,
        case when what_it_shows like '%similar%' or what_it_shows like '%chance%' then ci_high end as ci_high,
        cast(case when counted_by = 'week' then n_before end as int) as n_weeks_before,
        cast(case when counted_by = 'week' then n_after end as int) as n_weeks_after,
        cast(n_similar as int) as n_similar,
        decided_by,
        typed_by,
        why
    from judged
    order by academy_id, decided_on, intervention_id

)

select * from shown
