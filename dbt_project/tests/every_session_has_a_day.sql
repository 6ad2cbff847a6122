-- What is this test? Every day with a mark, and every week with counts, is in the academy's calendar of that year.
-- When does it matter? Measures find a session's week and half-term there: a day without a row would lose its marks in silence.
-- How to resolve it? Look for session dates without a row in core.dim_school_day.
with session_days as (

    select distinct academy_id, session_date from {{ ref('fct_attendance_session') }}
    union
    select distinct academy_id, week_start_date as session_date from {{ ref('fct_attendance_week') }}

),

broken as (

    select session_days.*
    from session_days
    left join {{ ref('measure_day') }} as days
        on session_days.academy_id = days.academy_id
        and session_days.session_date = days.session_date
    where days.academy_id is null

)

select * from broken
