-- A figure of the year to date (of a stage: of its latest results) that is worse than its red limit. Certain where the limit lies outside
-- an interval as wide as chance reaches when all figures with a red limit are looked at, and enough of the year has been counted.
with figures as (

    select
        cards.academy_id,
        cards.measure_id,
        cards.measure_name,
        cards.domain,
        cards.unit,
        cards.direction,
        cards.value,
        cards.time_period,
        goals.red,
        case when cards.direction = 'higher' then cards.ci_high - cards.value else cards.value - cards.ci_low end / 1.96 as standard_error,
        case when cards.direction = 'higher' then goals.red - cards.value else cards.value - goals.red end as distance,
        measures.kind = 'summative' as is_summative
    from marts.scorecard as cards
    inner join marts.goal_year as goals
        on cards.academy_id = goals.academy_id
        and cards.measure_id = goals.measure_id
        and cards.time_period = goals.time_period
        and goals.level in ('academy', 'trust')
    inner join ref.measure as measures on cards.measure_id = measures.measure_id
    where
        cards.value_status = 'ok'
        and not cards.is_small
        and cards.ci_low is not null
        and goals.red is not null

),

allowed as (

    select normal_limit($chance / greatest(count(*), 1)) as errors
    from figures

),

counted_days as (

    select
        school_day.academy_id,
        school_day.time_period,
        count(*) as school_days
    from school_day
    inner join academy_tonight on school_day.academy_id = academy_tonight.academy_id
    cross join tonight
    where school_day.session_date <= least(tonight.as_of, academy_tonight.last_delivered_on)
    group by all

),

counted as (

    select * from counted_days
    union all
    select
        'trust' as academy_id,
        time_period,
        max(school_days) as school_days
    from counted_days
    group by all

),

findings as (

    select
        figures.academy_id,
        figures.measure_id as subject,
        figures.measure_id,
        figures.domain,
        cast(null as varchar) as breakdown_topic,
        cast(null as varchar) as breakdown,
        figures.value,
        figures.red as limit_value,
        figures.distance > allowed.errors * figures.standard_error
        and (figures.is_summative or coalesce(counted.school_days, 0) >= $min_school_days) as is_certain,
        true as is_worse,
        figures.measure_name,
        figures.unit,
        figures.direction,
        figures.is_summative,
        figures.time_period
    from figures
    cross join allowed
    left join counted
        on figures.academy_id = counted.academy_id
        and figures.time_period = counted.time_period
    where figures.distance > 0

)

select * from findings
order by academy_id, measure_id
