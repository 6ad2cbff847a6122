with days as (

    select * from {{ ref('attendance_day') }}

),

-- A count of a week belongs to the first half-term that the week touches.
half_term_of_day as (

    select
        days.session_date,
        days.is_week,
        min(half_term.first_day) as half_term_start
    from (select distinct session_date, is_week from days) as days
    inner join {{ source('raw', 'half_term') }} as half_term
        on days.session_date <= half_term.last_day
        and days.session_date + case when days.is_week then 6 else 0 end >= half_term.first_day
    group by all

),

periods as (

    select *, 'year_to_date' as period_type, {{ year_start('session_date') }} as period_start from days
    union all
    select days.*, 'half_term' as period_type, half_term_of_day.half_term_start as period_start
    from days
    inner join half_term_of_day
        on days.session_date = half_term_of_day.session_date
        and days.is_week = half_term_of_day.is_week
    union all
    select *, 'week' as period_type, cast(date_trunc('week', session_date) as date) as period_start from days

),

counts as (

    select
        academy_id,
        period_type,
        period_start,
        sum(case when statistical_class <> 'not_possible' then sessions else 0 end) as possible,
        sum(case when statistical_class in ('present', 'activity') then sessions else 0 end) as attending,
        sum(case when statistical_class = 'authorised' then sessions else 0 end) as authorised,
        sum(case when statistical_class = 'unauthorised' then sessions else 0 end) as unauthorised,
        sum(case when is_late then sessions else 0 end) as late
    from periods
    group by all

)

select
    academy_id,
    period_type,
    period_start,
    unnest([
        'attendance_rate', 'absence_rate', 'authorised_absence_rate', 'unauthorised_absence_rate', 'late_rate'
    ]) as measure_id,
    unnest([attending, authorised + unauthorised, authorised, unauthorised, late]) as numerator,
    possible as denominator
from counts
