-- What every rule stands on; no rule itself. Each statement is run before the rules, in a schema of its own in memory.

-- The largest difference, in standard errors, that chance makes but once in 1/chance (to both sides; Abramowitz and Stegun, 26.2.23).
create or replace temp macro normal_limit(chance) as (
    sqrt(-2 * ln(chance / 2))
    - (2.515517 + 0.802853 * sqrt(-2 * ln(chance / 2)) + 0.010328 * (-2 * ln(chance / 2)))
    / (
        1
        + 1.432788 * sqrt(-2 * ln(chance / 2))
        + 0.189269 * (-2 * ln(chance / 2))
        + 0.001308 * power(-2 * ln(chance / 2), 1.5)
    )
);

-- The academies that belong to the trust tonight. A week without a school day of its own is a closed one, its Saturday and Sunday with it.
create or replace temp table academy_tonight as
select
    academies.academy_id,
    academies.joined_on,
    academies.last_delivered_on,
    academies.is_stale,
    exists (
        select 1
        from core.dim_school_day as days
        where
            days.academy_id = academies.academy_id
            and days.is_school_day
            and days.week_start_date = date_trunc('week', tonight.as_of)
    ) as is_open
from core.dim_academy as academies
cross join tonight
where
    coalesce(academies.joined_on <= tonight.as_of, true)
    and coalesce(academies.left_on >= tonight.as_of, true);

create or replace temp table school_day as
select
    days.academy_id,
    days.session_date,
    days.time_period,
    days.week_start_date
from core.dim_school_day as days
inner join academy_tonight on days.academy_id = academy_tonight.academy_id
cross join tonight
where
    days.is_school_day
    and days.session_date between tonight.as_of - interval 800 day and tonight.as_of + interval 7 day;

-- Weeks that are over and delivered whole; one with fewer than three school days is unlike the others, so it is no week here.
create or replace temp table school_week as
with weeks as (

    select
        academy_id,
        time_period,
        week_start_date,
        count(*) as school_days,
        max(session_date) as last_day
    from school_day
    group by all

),

whole as (

    select
        weeks.academy_id,
        weeks.time_period,
        weeks.week_start_date,
        weeks.last_day
    from weeks
    inner join academy_tonight on weeks.academy_id = academy_tonight.academy_id
    cross join tonight
    where
        weeks.school_days >= 3
        and weeks.last_day <= tonight.as_of
        and weeks.last_day <= academy_tonight.last_delivered_on

)

select
    *,
    row_number() over (partition by academy_id order by week_start_date desc) as weeks_ago
from whole;
