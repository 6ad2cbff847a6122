{{ config(enabled='sims_day' in var('shapes')) }}

select
    academy_id,
    adno as pupil_id,
    cast(strptime(date, '%d/%m/%Y') as date) as session_date,
    unnest(['AM', 'PM']) as session,
    unnest([am, pm]) as mark,
    1 as sessions,
    place
from {{ source('raw', 'sims_day') }}
