-- The last whole school week of a measure against the same academy's weeks before it in the same academic year: those of the year before
-- were other pupils.
--
-- A share is taken as the arcsine of its root and a count for each pupil as its root: then chance is as wide at 2 % as at 50 %, and is known
-- from the number of people alone. Sessions of one pupil hang together and weeks have their own weather, so how much wider than that the
-- weeks really lie is read from them: from the academy's own (median of the distances from its median) and from those of all academies
-- together, whichever is wider.
with measures as (

    select
        unnest($measures) as measure_id,
        unnest($least_changes) as least_change

),

weeks as (

    select
        figures.academy_id,
        figures.measure_id,
        school_week.weeks_ago,
        school_week.week_start_date,
        definitions.measure_name,
        definitions.domain,
        definitions.unit,
        definitions.direction,
        measures.least_change,
        figures.value,
        figures.numerator_people,
        figures.denominator_people,
        figures.unit_people,
        case
            when definitions.unit = '%' then asin(sqrt(least(figures.numerator / figures.denominator, 1)))
            else sqrt(figures.numerator / figures.denominator)
        end as root,
        0.5 / sqrt(figures.denominator_people) as error_of_people,
        sqrt(figures.denominator_people / greatest(figures.denominator, figures.denominator_people)) as narrowest,
        school_week.weeks_ago > 1 as is_before
    from (
        select
            *,
            case
                when numerator = numerator_people and denominator = denominator_people then denominator_people - numerator_people
            end as unit_people
        from marts.measure_value
        where
            level = 'academy'
            and period_type = 'week'
            and breakdown_topic = 'all'
            and value_status = 'ok'
            and denominator > 0
            and denominator_people >= $min_people
    ) as figures
    inner join measures on figures.measure_id = measures.measure_id
    inner join ref.measure as definitions on figures.measure_id = definitions.measure_id
    inner join school_week
        on figures.academy_id = school_week.academy_id
        and figures.period_start = school_week.week_start_date
    inner join school_week as newest
        on school_week.academy_id = newest.academy_id
        and school_week.time_period = newest.time_period
        and newest.weeks_ago = 1
    where school_week.weeks_ago <= $weeks + 1

),

patterns as (

    select
        academy_id,
        measure_id,
        median(root) as usual_root,
        count(*) as weeks_before
    from weeks
    where is_before
    group by all
    having count(*) >= $min_weeks

),

-- Weeks lie nearer to their own median than to what they vary around: n / (n - 1) makes good for it.
distances as (

    select
        weeks.academy_id,
        weeks.measure_id,
        abs(weeks.root - patterns.usual_root)
        / weeks.error_of_people
        * patterns.weeks_before
        / (patterns.weeks_before - 1) as distance
    from weeks
    inner join patterns
        on weeks.academy_id = patterns.academy_id
        and weeks.measure_id = patterns.measure_id
    where weeks.is_before

),

-- 1.4826: a median of distances as a standard deviation.
own as (

    select
        academy_id,
        measure_id,
        1.4826 * median(distance) as spread
    from distances
    group by all

),

together as (

    select
        measure_id,
        1.4826 * median(distance) as spread
    from distances
    group by all

),

-- A median of n weeks is itself not sure: its variance is pi / 2n of theirs.
looked_at as (

    select
        weeks.*,
        patterns.usual_root,
        patterns.weeks_before,
        weeks.error_of_people
        * greatest(own.spread, together.spread, weeks.narrowest)
        * sqrt(1 + 1.571 / patterns.weeks_before) as standard_error,
        normal_limit($chance / count(*) over ()) as errors
    from weeks
    inner join patterns
        on weeks.academy_id = patterns.academy_id
        and weeks.measure_id = patterns.measure_id
    inner join own
        on weeks.academy_id = own.academy_id
        and weeks.measure_id = own.measure_id
    inner join together on weeks.measure_id = together.measure_id
    where weeks.weeks_ago = 1

),

measured as (

    select
        *,
        abs(root - usual_root) / standard_error as distance,
        case when root > usual_root then 1 else -1 end as side,
        root > usual_root and direction = 'lower' or root < usual_root and direction = 'higher' as is_worse
    from looked_at

),

bounded as (

    select
        *,
        100 * case
            when unit = '%' then power(sin(least(greatest(usual_root, 0), pi() / 2)), 2)
            else power(usual_root, 2)
        end as usual_value,
        100 * case
            when unit = '%' then power(sin(least(greatest(usual_root + side * errors * standard_error, 0), pi() / 2)), 2)
            else power(greatest(usual_root + side * errors * standard_error, 0), 2)
        end as limit_value
    from measured

),

findings as (

    select
        bounded.academy_id,
        bounded.measure_id as subject,
        bounded.measure_id,
        bounded.domain,
        cast(null as varchar) as breakdown_topic,
        cast(null as varchar) as breakdown,
        bounded.value,
        bounded.limit_value,
        bounded.distance > bounded.errors and abs(bounded.value - bounded.usual_value) >= bounded.least_change as is_certain,
        bounded.is_worse,
        bounded.measure_name,
        bounded.unit,
        bounded.week_start_date,
        bounded.weeks_before,
        bounded.side
    from bounded
    cross join tonight
    where
        bounded.distance > bounded.errors * 2 / 3
        and abs(bounded.value - bounded.usual_value) >= bounded.least_change / 2
        and not coalesce(bounded.numerator_people between 1 and tonight.suppress_below - 1, false)
        and not coalesce(bounded.unit_people between 1 and tonight.suppress_below - 1, false)

)

select * from findings
order by academy_id, measure_id
