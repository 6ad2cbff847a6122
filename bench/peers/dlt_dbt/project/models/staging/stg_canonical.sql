{{ config(enabled='canonical' in var('shapes')) }}

select
    academy_id,
    source_pupil_id as pupil_id,
    cast(session_date as date) as session_date,
    session,
    mark_code as mark,
    1 as sessions,
    place
from {{ source('raw', 'canonical') }}
