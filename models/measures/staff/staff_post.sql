with periods as (

    select * from {{ ref('staff_period') }}

),

spells as (

    select * from {{ ref('staff_spell') }}

),

roles as (

    select * from {{ ref('staff_role') }}

),

-- The next school day from each day on: a spell is of a period if it reaches the first one after it begins.
days as (

    select
        academy_id,
        time_period,
        session_date,
        min(case when is_school_day then session_date end) over (
            partition by academy_id, time_period
            order by session_date desc
        ) as next_school_day
    from {{ ref('measure_day') }}

),

spells_of_periods as (

    select
        periods.academy_id,
        spells.staff_key,
        periods.time_period,
        periods.period_number,
        roles.is_teacher,
        spells.fte,
        periods.counted_to between spells.first_day and spells.last_day as is_in_post_at_end
    from periods
    inner join spells
        on periods.academy_id = spells.academy_id
        and spells.first_day <= periods.staff_to
        and spells.last_day >= periods.staff_from
    inner join days
        on periods.academy_id = days.academy_id
        and periods.time_period = days.time_period
        and greatest(spells.first_day, periods.staff_from) = days.session_date
    inner join roles
        on spells.academy_id = roles.academy_id
        and spells.source_staff_id = roles.source_staff_id
        and periods.time_period = roles.time_period
    where days.next_school_day <= least(spells.last_day, periods.staff_to)

),

posts as (

    select
        academy_id,
        staff_key,
        time_period,
        period_number,
        bool_or(is_teacher) as is_teacher,
        cast(sum(coalesce(fte, 0)) as decimal(18, 6)) as fte,
        cast(sum(case when is_teacher and is_in_post_at_end then coalesce(fte, 0) else 0 end) as decimal(18, 6)) as teacher_fte_at_end
    from spells_of_periods
    group by all

)

select * from posts
