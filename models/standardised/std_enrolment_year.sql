with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as source_pupil_id,
        cast(null as date) as entry_date,
        cast(null as int) as time_period,
        cast(null as string) as enrolment_status_code,
        cast(null as string) as nc_year,
        cast(null as decimal(6,4)) as fte,
    where false

)

select * from nothing_yet
