with nothing_yet as (

    select
        cast(null as string) as enrolment_key,
        cast(null as string) as academy_id,
        cast(null as string) as source_pupil_id,
        cast(null as int) as time_period,
        cast(null as date) as first_day,
        cast(null as date) as last_day,
    where false

)

select * from nothing_yet
