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
        spells.source_staff_id,
        periods.time_period,
        periods.period_number,
        spells.fte,
        spells.first_day as start_date,
        greatest(spells.first_day, periods.staff_from) as first_day,
        least(spells.last_day, periods.staff_to) as last_day,
        periods.counted_to between spells.first_day and spells.last_day as is_in_post_at_end
    from periods
    inner join spells
        on periods.academy_id = spells.academy_id
        and periods.staff_to >= spells.first_day
        and periods.staff_from <= spells.last_day

),

on_school_days as (

    select
        spells_of_periods.*,
        roles.is_teacher
    from spells_of_periods
    inner join days
        on spells_of_periods.academy_id = days.academy_id
        and spells_of_periods.time_period = days.time_period
        and spells_of_periods.first_day = days.session_date
    inner join roles
        on spells_of_periods.academy_id = roles.academy_id
        and spells_of_periods.source_staff_id = roles.source_staff_id
        and spells_of_periods.time_period = roles.time_period
    where days.next_school_day <= spells_of_periods.last_day

),

posts as (

    select
        academy_id,
        staff_key,
        time_period,
        period_number,
        bool_or(is_teacher) as is_teacher,
        cast(sum(coalesce(fte, 0)) as decimal(18, 6)) as fte,
        max(start_date) as last_start_date,
        cast(sum(case when is_teacher and is_in_post_at_end then coalesce(fte, 0) else 0 end) as decimal(18, 6)) as teacher_fte_at_end
    from on_school_days
    group by all

)

select * from posts
