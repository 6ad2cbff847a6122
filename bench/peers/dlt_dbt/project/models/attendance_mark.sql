{{ config(materialized='table') }}

with delivered as (

    select
        pupil.pupil_number,
        delivered.session_date,
        delivered.session,
        code.code_number,
        delivered.sessions,
        delivered.place
    from {{ ref('delivered_mark') }} as delivered
    inner join {{ ref('pupil') }} as pupil
        on delivered.academy_id = pupil.academy_id
        and delivered.pupil_id = pupil.pupil_id
    inner join {{ ref('code') }} as code on delivered.mark_code = code.mark_code

),

-- One number says which session it is (a week's counts stand beside each other, a code each), another what the last file says of it.
latest as (

    select
        pupil_number,
        session_date,
        case session when 'AM' then -1 when 'PM' then -2 else code_number end as place_in_day,
        max((place * 256 + code_number) * 256 + sessions) as said
    from delivered
    group by all

)

select
    pupil.academy_id,
    pupil.pupil_id,
    latest.session_date,
    case latest.place_in_day when -1 then 'AM' when -2 then 'PM' else 'week' end as session,
    code.mark_code,
    code.statistical_class,
    code.is_late,
    cast(latest.said % 256 as utinyint) as sessions
from latest
inner join {{ ref('pupil') }} as pupil on latest.pupil_number = pupil.pupil_number
inner join {{ ref('code') }} as code on latest.said // 256 % 256 = code.code_number
