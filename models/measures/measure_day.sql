with parameters as (

    select * from {{ source('run', 'parameter') }}

),

school_days as (

    select * from {{ ref('dim_school_day') }}

),

academies as (

    select * from {{ ref('dim_academy') }}

),

calendars as (

    select
        academy_id,
        time_period,
        count(half_term) > 0 as has_half_terms
    from school_days
    group by all

),

-- Without a calendar the last half-term begins on the Monday after the late-May bank holiday, which is (or is in the week of) the last
-- Monday of May.
days as (

    select
        school_days.academy_id,
        school_days.session_date,
        school_days.time_period,
        school_days.week_start_date,
        coalesce(school_days.half_term, 'none') as half_term,
        school_days.is_school_day,
        case
            when calendars.has_half_terms then coalesce(school_days.half_term = 'HT6', false)
            else school_days.session_date >= {{ days_after(
                week_start('make_date(cast(floor(school_days.time_period / 100) as int) + 1, 5, 31)'), 7) }}
        end as is_last_half_term,
        school_days.is_school_day
        and school_days.calendar_source <> 'none'
        and school_days.session_date <= parameters.as_of
        and coalesce(school_days.session_date <= academies.last_delivered_on, false) as is_register_due
    from school_days
    inner join calendars
        on school_days.academy_id = calendars.academy_id
        and school_days.time_period = calendars.time_period
    inner join academies on school_days.academy_id = academies.academy_id
    cross join parameters

)

select * from days
