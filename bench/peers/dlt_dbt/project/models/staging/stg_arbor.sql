{{ config(enabled='arbor' in var('shapes')) }}

select
    academy_id,
    student_id as pupil_id,
    cast(date as date) as session_date,
    period as session,
    coalesce(nullif(mark_code, ''), raw_mark) as mark,
    1 as sessions,
    place
from {{ source('raw', 'arbor') }}
