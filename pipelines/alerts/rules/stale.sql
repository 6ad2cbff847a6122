-- An academy that has delivered no attendance for so many of its own school days, and a feed that pauses for longer than its own pace.
with accepted as (

    select academy_id from dq.check_decision
    where check_id = 'stale_academy' and is_current

),

-- One that never delivered is counted from the day it joined, else from the beginning of the academic year.
begun as (

    select
        academy_id,
        coalesce(
            last_delivered_on,
            joined_on - interval 1 day,
            cast(date_trunc('year', tonight.as_of - interval 7 month) + interval 7 month - interval 1 day as date)
        ) as delivered_to,
        last_delivered_on
    from academy_tonight
    cross join tonight

),

late_academies as (

    select
        begun.academy_id,
        begun.last_delivered_on,
        count(*) as school_days
    from begun
    inner join school_day
        on begun.academy_id = school_day.academy_id
        and begun.delivered_to < school_day.session_date
    cross join tonight
    where school_day.session_date <= tonight.as_of
    group by all
    having count(*) >= $school_days

),

deliveries as (

    select distinct
        batches.academy_id,
        batches.table_name,
        batches.effective_date
    from dq.batch as batches
    cross join tonight
    where batches.effective_date between tonight.as_of - interval 400 day and tonight.as_of

),

-- Each delivery, and tonight itself, by how many of the academy's school days there have been up to it.
numbered_days as (

    select
        academy_id,
        session_date,
        row_number() over (partition by academy_id order by session_date) as day_number
    from school_day
    cross join tonight
    where session_date <= tonight.as_of

),

placed as (

    select
        deliveries.academy_id,
        deliveries.table_name,
        deliveries.effective_date,
        numbered_days.day_number
    from deliveries
    asof left join numbered_days
        on deliveries.academy_id = numbered_days.academy_id
        and deliveries.effective_date >= numbered_days.session_date

),

paced as (

    select
        academy_id,
        table_name,
        effective_date,
        day_number,
        day_number - lag(day_number) over (partition by academy_id, table_name order by effective_date) as pause,
        row_number() over (partition by academy_id, table_name order by effective_date desc) as place
    from placed

),

feeds as (

    select
        academy_id,
        table_name,
        max(effective_date) as last_delivered_on,
        max(day_number) as day_number,
        max(pause) as longest_pause
    from paced
    where place <= $feed_deliveries
    group by all
    having count(pause) >= $feed_deliveries - 1

),

today as (

    select
        academy_id,
        max(day_number) as day_number
    from numbered_days
    group by all

),

late_feeds as (

    select
        feeds.academy_id,
        feeds.table_name,
        feeds.last_delivered_on,
        today.day_number - feeds.day_number as school_days
    from feeds
    inner join today on feeds.academy_id = today.academy_id
    anti join late_academies on feeds.academy_id = late_academies.academy_id
    where today.day_number - feeds.day_number > greatest($feed_school_days, 2 * feeds.longest_pause)

),

late as (

    select
        academy_id,
        'attendance' as subject,
        last_delivered_on,
        school_days,
        false as is_feed,
        $school_days as limit_value
    from late_academies
    anti join accepted on late_academies.academy_id = accepted.academy_id
    union all
    select
        academy_id,
        table_name as subject,
        last_delivered_on,
        school_days,
        true as is_feed,
        $feed_school_days as limit_value
    from late_feeds

),

findings as (

    select
        academy_id,
        subject,
        cast(null as varchar) as measure_id,
        cast(null as varchar) as domain,
        cast(null as varchar) as breakdown_topic,
        cast(null as varchar) as breakdown,
        school_days as value,
        limit_value,
        true as is_certain,
        true as is_worse,
        last_delivered_on,
        is_feed
    from late

)

select * from findings
order by academy_id, subject
