with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as int) as time_period,
        cast(null as string) as period_type,
        cast(null as string) as period_name,
        cast(null as date) as period_start,
        cast(null as date) as period_end,
        cast(null as date) as counted_to,
    where false

)

select * from nothing_yet
