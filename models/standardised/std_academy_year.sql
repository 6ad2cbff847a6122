with parameters as (

    select
        as_of,
        {{ academic_year('as_of') }} as as_of_time_period
    from {{ source('run', 'parameter') }}

),

academies as (

    select academy_id from {{ source('run', 'academy') }}

),

snapshots as (

    select distinct
        delivery.academy_id,
        least(delivery.time_period, parameters.as_of_time_period) as time_period
    from {{ source('raw', 'delivery') }} as delivery
    cross join parameters
    where delivery.entity in ('pupil', 'enrolment')

),

facts as (

    select distinct academy_id, session_date as fact_date, time_period from {{ ref('std_attendance_mark') }}
    union all
    select distinct academy_id, week_start_date as fact_date, time_period from {{ ref('std_attendance_week') }}
    union all
    select distinct academy_id, start_date as fact_date, time_period from {{ ref('std_suspension') }}
    union all
    select distinct academy_id, event_date as fact_date, time_period from {{ ref('std_behaviour_event') }}

),

facts_so_far as (

    select distinct
        facts.academy_id,
        facts.time_period
    from facts
    cross join parameters
    where facts.fact_date <= parameters.as_of

),

years as (

    select academy_id, time_period from snapshots
    union distinct
    select academy_id, time_period from facts_so_far

),

years_of_academies as (

    select
        years.academy_id,
        years.time_period
    from years
    inner join academies on years.academy_id = academies.academy_id

)

select * from years_of_academies
