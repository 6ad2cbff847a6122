{{ config(enabled='bromcom' in var('shapes')) }}

select
    academy_id,
    cast(student_id as varchar) as pupil_id,
    cast(left(calendar_start_date, 10) as date) as session_date,
    period_display_name as session,
    mark,
    1 as sessions,
    1000 * 2147483648 + place as place -- the register itself wins over the week's
from {{ source('raw', 'bromcom') }}
