-- The gap between a pupil group and all pupils of its academy over the last whole school weeks: beside the same weeks of the year before,
-- and beside the same group's gap in the trust's other academies. Positive is behind, whichever way the measure is better.
--
-- How far chance alone moves a gap is reckoned by people, and then set right by how far the gaps of all groups of all academies together
-- really lie from what they are compared with: a pupil's weeks are alike, so people say too much, and academies differ, so they say too
-- little. With fewer than 20 gaps to learn that from, people's word stands.
with measures as (

    select
        unnest($measures) as measure_id,
        unnest($least_changes) as least_change

),

topics as (

    select unnest($topics) as breakdown_topic
    union all
    select 'all' as breakdown_topic

),

last_weeks as (

    select
        school_week.academy_id,
        school_week.time_period,
        school_week.week_start_date
    from school_week
    inner join school_week as newest
        on school_week.academy_id = newest.academy_id
        and school_week.time_period = newest.time_period
    where newest.weeks_ago = 1 and school_week.weeks_ago <= $weeks

),

-- Each week beside the same week of the same half-term a year before, as the weekly trend has it.
beside as (

    select
        last_weeks.academy_id,
        measures.measure_id,
        last_weeks.time_period,
        last_weeks.week_start_date,
        trend.last_year_to
    from last_weeks
    cross join measures
    left join marts.weekly_trend as trend
        on last_weeks.academy_id = trend.academy_id
        and measures.measure_id = trend.measure_id
        and last_weeks.week_start_date = trend.period_start

),

counted as (

    select
        figures.level,
        figures.academy_id,
        figures.measure_id,
        figures.period_start,
        figures.period_end,
        figures.breakdown_topic,
        figures.breakdown,
        figures.numerator,
        figures.denominator,
        figures.numerator_people,
        figures.denominator_people
    from marts.measure_value as figures
    inner join measures on figures.measure_id = measures.measure_id
    inner join topics on figures.breakdown_topic = topics.breakdown_topic
    where
        figures.period_type = 'week'
        and figures.value_status = 'ok'
        and figures.denominator > 0
        and (figures.level = 'academy' or figures.level = 'trust' and figures.phase = 'all')
        and figures.time_period >= (select min(time_period) - 101 from last_weeks)

),

sums as (

    select
        'now' as side,
        beside.academy_id,
        counted.measure_id,
        counted.breakdown_topic,
        counted.breakdown,
        count(*) as weeks,
        sum(counted.numerator) as numerator,
        sum(counted.denominator) as denominator,
        avg(counted.denominator_people) as people,
        min(counted.denominator_people) as least_people,
        max(counted.numerator_people) as most_counted
    from beside
    inner join counted
        on beside.academy_id = counted.academy_id
        and beside.measure_id = counted.measure_id
        and beside.week_start_date = counted.period_start
    where counted.level = 'academy'
    group by all
    union all
    select
        'before' as side,
        beside.academy_id,
        counted.measure_id,
        counted.breakdown_topic,
        counted.breakdown,
        count(*) as weeks,
        sum(counted.numerator) as numerator,
        sum(counted.denominator) as denominator,
        avg(counted.denominator_people) as people,
        min(counted.denominator_people) as least_people,
        max(counted.numerator_people) as most_counted
    from beside
    inner join counted
        on beside.academy_id = counted.academy_id
        and beside.measure_id = counted.measure_id
        and beside.last_year_to = counted.period_end
    where counted.level = 'academy'
    group by all
    union all
    select
        'trust' as side,
        beside.academy_id,
        counted.measure_id,
        counted.breakdown_topic,
        counted.breakdown,
        count(*) as weeks,
        sum(counted.numerator) as numerator,
        sum(counted.denominator) as denominator,
        avg(counted.denominator_people) as people,
        min(counted.denominator_people) as least_people,
        max(counted.numerator_people) as most_counted
    from beside
    inner join counted
        on beside.measure_id = counted.measure_id
        and beside.week_start_date = counted.period_start
    where counted.level = 'trust'
    group by all

),

-- Of the trust, the academy's own part is taken out.
placed as (

    select
        sums.side,
        sums.academy_id,
        sums.measure_id,
        sums.breakdown_topic,
        sums.breakdown,
        sums.weeks,
        sums.numerator - coalesce(own.numerator, 0) as numerator,
        sums.denominator - coalesce(own.denominator, 0) as denominator,
        sums.people - coalesce(own.people, 0) as people,
        sums.least_people - coalesce(ceil(own.people), 0) as least_people,
        sums.most_counted
    from sums
    left join sums as own
        on sums.side = 'trust'
        and own.side = 'now'
        and sums.academy_id = own.academy_id
        and sums.measure_id = own.measure_id
        and sums.breakdown_topic = own.breakdown_topic
        and sums.breakdown = own.breakdown

),

-- The rest is all pupils without the group: the two overlap nowhere, so their variances may be added.
parted as (

    select
        parts.side,
        parts.academy_id,
        parts.measure_id,
        parts.breakdown_topic,
        parts.breakdown,
        parts.people as group_people,
        everybody.people - parts.people as rest_people,
        everybody.people as all_people,
        everybody.denominator as all_denominator,
        parts.least_people,
        parts.most_counted,
        parts.numerator / parts.denominator as group_share,
        everybody.numerator / everybody.denominator as all_share,
        (parts.numerator + 0.5) / (parts.denominator + 1) as group_guess,
        (everybody.numerator - parts.numerator + 0.5) / (everybody.denominator - parts.denominator + 1) as rest_guess
    from placed as parts
    inner join placed as everybody
        on parts.side = everybody.side
        and parts.academy_id = everybody.academy_id
        and parts.measure_id = everybody.measure_id
    where
        parts.breakdown_topic <> 'all'
        and parts.breakdown <> 'unknown'
        and everybody.breakdown_topic = 'all'
        and parts.weeks = $weeks
        and everybody.weeks = $weeks
        and parts.denominator > 0
        and everybody.denominator > parts.denominator
        and parts.least_people >= $min_people
        and everybody.least_people - parts.people >= $min_people

),

gaps as (

    select
        parted.side,
        parted.academy_id,
        parted.measure_id,
        parted.breakdown_topic,
        parted.breakdown,
        parted.least_people,
        parted.most_counted,
        parted.all_people / greatest(parted.all_denominator, parted.all_people) as narrowest,
        100 * case when definitions.direction = 'higher' then 1 else -1 end * (parted.all_share - parted.group_share) as gap,
        10000 * power(parted.rest_people / parted.all_people, 2) * (
            parted.group_guess * greatest(1 - parted.group_guess, 0.01) / parted.group_people
            + parted.rest_guess * greatest(1 - parted.rest_guess, 0.01) / parted.rest_people
        ) as variance_of_people
    from parted
    inner join ref.measure as definitions on parted.measure_id = definitions.measure_id

),

compared as (

    select
        own.academy_id,
        own.measure_id,
        own.breakdown_topic,
        own.breakdown,
        own.least_people,
        own.most_counted,
        others.side as beside,
        own.gap,
        others.gap as gap_beside,
        own.gap - others.gap as wider,
        own.narrowest,
        sqrt(own.variance_of_people + others.variance_of_people) as error_of_people
    from gaps as own
    inner join gaps as others
        on own.academy_id = others.academy_id
        and own.measure_id = others.measure_id
        and own.breakdown_topic = others.breakdown_topic
        and own.breakdown = others.breakdown
    where own.side = 'now' and others.side <> 'now'

),

spreads as (

    select
        measure_id,
        beside,
        case when count(*) >= 20 then 1.4826 * median(abs(wider) / error_of_people) else 1 end as spread
    from compared
    group by all

),

looked_at as (

    select
        compared.*,
        measures.least_change,
        compared.wider / (compared.error_of_people * greatest(spreads.spread, sqrt(compared.narrowest))) as distance,
        normal_limit($chance / count(*) over ()) as errors
    from compared
    inner join measures on compared.measure_id = measures.measure_id
    inner join spreads
        on compared.measure_id = spreads.measure_id
        and compared.beside = spreads.beside

),

-- Where it is wider than both, the clearer of the two is said.
chosen as (

    select
        *,
        distance > errors and wider >= least_change as is_certain,
        row_number() over (
            partition by academy_id, measure_id, breakdown_topic, breakdown
            order by distance > errors and wider >= least_change desc, distance desc, beside
        ) as place
    from looked_at
    where distance > errors / 2 and wider >= least_change / 2

),

findings as (

    select
        chosen.academy_id,
        concat(chosen.measure_id, '/', chosen.breakdown_topic, '/', chosen.breakdown) as subject,
        chosen.measure_id,
        definitions.domain,
        chosen.breakdown_topic,
        chosen.breakdown,
        chosen.gap as value,
        chosen.gap_beside as limit_value,
        chosen.is_certain,
        true as is_worse,
        definitions.measure_name,
        definitions.unit,
        chosen.beside
    from chosen
    inner join ref.measure as definitions on chosen.measure_id = definitions.measure_id
    cross join tonight
    where
        chosen.place = 1
        and chosen.least_people >= tonight.suppress_below
        and coalesce(chosen.most_counted, tonight.suppress_below) >= tonight.suppress_below

)

select * from findings
order by academy_id, subject
