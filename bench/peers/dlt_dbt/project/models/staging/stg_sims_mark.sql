{{ config(enabled='sims_mark' in var('shapes')) }}

select
    academy_id,
    adno as pupil_id,
    cast(strptime(mark_date, '%d/%m/%Y') as date) as session_date,
    session,
    mark,
    1 as sessions,
    place
from {{ source('raw', 'sims_mark') }}
