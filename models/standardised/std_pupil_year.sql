with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as source_pupil_id,
        cast(null as int) as time_period,
        cast(null as int) as described_by,
        cast(null as boolean) as is_backfilled,
    where false

)

select * from nothing_yet
