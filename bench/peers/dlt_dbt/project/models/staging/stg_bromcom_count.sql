{{ config(enabled='bromcom_count' in var('shapes')) }}

select
    academy_id,
    cast(school_student_id as varchar) as pupil_id,
    cast(strptime(concat(year, '-', week, '-1'), '%G-%V-%u') as date) as session_date,
    'week' as session,
    attendance_code as mark,
    count as sessions,
    place
from {{ source('raw', 'bromcom_count') }}
