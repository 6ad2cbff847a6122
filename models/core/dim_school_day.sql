with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as date) as session_date,
        cast(null as int) as time_period,
        cast(null as string) as half_term,
        cast(null as date) as week_start_date,
        cast(null as boolean) as is_school_day,
        cast(null as string) as calendar_source,
    where false

)

select * from nothing_yet
