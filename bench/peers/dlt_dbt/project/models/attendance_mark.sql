{{ config(materialized='table') }}

with delivered as (

    {%- for shape in var('shapes') %}
    select * from {{ ref('stg_' ~ shape) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- Padded by some, and numbered by kind (I01) by some.
coded as (

    select
        * exclude (mark),
        case when regexp_matches(mark, '^[A-Z][0-9][0-9] *$') then left(mark, 1) else rtrim(mark) end as mark_code
    from delivered
    where rtrim(mark) not in ('', '-')

),

-- A week's counts stand one beside the other, a code each.
latest as (

    select
        academy_id,
        pupil_id,
        session_date,
        session,
        case when session = 'week' then mark_code end as counted_code,
        max_by(mark_code, file_place) as mark_code,
        max_by(sessions, file_place) as sessions
    from coded
    group by all

)

select
    latest.academy_id,
    latest.pupil_id,
    latest.session_date,
    latest.session,
    latest.mark_code,
    codes.statistical_class,
    cast(codes.is_late as boolean) as is_late,
    cast(latest.sessions as utinyint) as sessions
from latest
inner join {{ source('raw', 'attendance_code') }} as codes on latest.mark_code = codes.mark_code
