with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as pupil_key,
        cast(null as string) as source_pupil_id,
        cast(null as string) as source_event_id,
        cast(null as date) as event_date,
        cast(null as string) as behaviour_type,
        cast(null as decimal(9,2)) as points,
        cast(null as string) as polarity,
        cast(null as int) as time_period,
        cast(null as string) as batch_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_row,
        cast(null as timestamp) as loaded_at,
    where false

)

select * from nothing_yet
