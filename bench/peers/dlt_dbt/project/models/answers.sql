{{ config(materialized='external', location=env_var('PEER_ANSWERS')) }}

with measures as (

    select * from {{ ref('session_measure') }}
    union all
    select * from {{ ref('pupil_measure') }}

)

select
    academy_id,
    measure_id,
    period_type,
    period_start,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator
from measures
