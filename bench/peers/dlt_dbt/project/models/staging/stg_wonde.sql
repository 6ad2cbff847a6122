{{ config(enabled='wonde' in var('shapes')) }}

with codes as (

    select
        academy_id,
        id,
        max_by(code, place) as code
    from {{ source('raw', 'wonde_code') }}
    group by all

)

select
    sessions.academy_id,
    sessions.student_id as pupil_id,
    cast(left(sessions.date, 10) as date) as session_date,
    sessions.session,
    codes.code as mark,
    1 as sessions,
    sessions.place
from {{ source('raw', 'wonde') }} as sessions
left join codes
    on sessions.academy_id = codes.academy_id
    and sessions.attendance_code_id = codes.id
