with periods as (

    select * from {{ ref('staff_period') }}
    where this_november <= staff_to

),

spells as (

    select * from {{ ref('staff_spell') }}

),

roles as (

    select * from {{ ref('staff_role') }}

),

academies as (

    select
        academy_id,
        coalesce(joined_on, date '0001-01-01') as joined_on,
        coalesce(left_on, date '9999-12-31') as left_on
    from {{ ref('dim_academy') }}

),

teachers_then as (

    select
        periods.academy_id,
        spells.staff_key,
        periods.time_period,
        periods.period_number,
        periods.this_november,
        bool_or(spells.is_known_in_trust) as is_known_in_trust
    from periods
    inner join spells
        on periods.academy_id = spells.academy_id
        and periods.last_november between spells.first_day and spells.last_day
    inner join roles
        on spells.academy_id = roles.academy_id
        and spells.source_staff_id = roles.source_staff_id
        and periods.time_period - 101 = roles.time_period
    where roles.is_teacher
    group by all

),

-- A colleague of a sister academy is still of the trust if that academy belongs to it on the day.
in_post_now as (

    select
        teachers_then.academy_id,
        teachers_then.staff_key,
        teachers_then.period_number,
        count_if(spells.academy_id = teachers_then.academy_id) as posts_here,
        count_if(teachers_then.this_november between academies.joined_on and academies.left_on) as posts_in_trust
    from teachers_then
    inner join spells
        on teachers_then.staff_key = spells.staff_key
        and teachers_then.this_november between spells.first_day and spells.last_day
    inner join academies on spells.academy_id = academies.academy_id
    group by all

),

followed as (

    select
        teachers_then.*,
        case when coalesce(in_post_now.posts_here, 0) = 0 then 1 else 0 end as has_left_academy,
        case when coalesce(in_post_now.posts_in_trust, 0) = 0 then 1 else 0 end as has_left_trust
    from teachers_then
    left join in_post_now
        on teachers_then.academy_id = in_post_now.academy_id
        and teachers_then.staff_key = in_post_now.staff_key
        and teachers_then.period_number = in_post_now.period_number

),

people as (

    select
        academy_id,
        'staff' as person_kind,
        staff_key as person_key,
        time_period,
        period_number,
        'teacher_turnover_pct' as measure_id,
        cast(has_left_academy as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from followed
    union all
    select
        academy_id,
        'staff' as person_kind,
        staff_key as person_key,
        time_period,
        period_number,
        'teacher_left_trust_pct' as measure_id,
        cast(has_left_trust as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from followed
    where is_known_in_trust

)

select * from people
