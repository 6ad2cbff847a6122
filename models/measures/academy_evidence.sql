with delivered as (

    select distinct
        academy_id,
        time_period,
        entity as evidence
    from {{ source('raw', 'delivery') }}

),

dated as (

    select distinct academy_id, time_period, 'attendance_mark' as evidence from {{ ref('fct_attendance_session') }}
    union all
    select distinct academy_id, time_period, 'attendance_week' as evidence from {{ ref('fct_attendance_week') }}
    union all
    select distinct academy_id, time_period, 'suspension' as evidence from {{ ref('fct_suspension') }}
    union all
    select distinct academy_id, time_period, 'behaviour_event' as evidence from {{ ref('fct_behaviour_event') }}
    union all
    select distinct academy_id, time_period, 'enrolment' as evidence from {{ ref('fct_enrolment') }}
    union all
    select distinct academy_id, time_period, 'school_day' as evidence from {{ ref('measure_day') }}
    where is_register_due

),

known as (

    select academy_id, time_period, evidence from delivered
    union
    select academy_id, time_period, evidence from dated

),

-- Marks or weekly counts: either is evidence of attendance.
attendance as (

    select distinct academy_id, time_period, 'attendance' as evidence from known
    where evidence in ('attendance_mark', 'attendance_week')

),

every_kind as (

    select academy_id, time_period, evidence from known
    union all
    select academy_id, time_period, evidence from attendance

),

by_academy_year as (

    select academy_years.academy_id, academy_years.time_period, every_kind.evidence
    from {{ ref('dim_academy_year') }} as academy_years
    inner join every_kind
        on academy_years.academy_id = every_kind.academy_id
        and academy_years.time_period = every_kind.time_period

)

select * from by_academy_year
