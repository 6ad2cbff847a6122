{{ config(enabled='bromcom_week' in var('shapes')) }}

with sessions as (

    select
        academy_id,
        cast(student_id as varchar) as pupil_id,
        cast(left(start_date, 10) as date) as monday,
        unnest([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]) as days_after,
        unnest(['AM', 'PM', 'AM', 'PM', 'AM', 'PM', 'AM', 'PM', 'AM', 'PM']) as session,
        unnest([mon_am, mon_pm, tue_am, tue_pm, wed_am, wed_pm, thu_am, thu_pm, fri_am, fri_pm]) as mark,
        place
    from {{ source('raw', 'bromcom_week') }}

)

select
    academy_id,
    pupil_id,
    monday + days_after as session_date,
    session,
    mark,
    1 as sessions,
    place
from sessions
