with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as source_pupil_id,
        cast(null as string) as category_code,
        cast(null as string) as reason_codes,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        cast(null as int) as sessions,
        cast(null as int) as time_period,
        cast(null as string) as batch_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_row,
        cast(null as timestamp) as loaded_at,
    where false

)

select * from nothing_yet
