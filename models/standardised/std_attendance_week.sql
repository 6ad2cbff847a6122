with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as source_pupil_id,
        cast(null as date) as week_start_date,
        cast(null as string) as mark_code,
        cast(null as int) as sessions,
        cast(null as int) as time_period,
        cast(null as string) as batch_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_row,
        cast(null as timestamp) as loaded_at,
    where false

)

select * from nothing_yet
