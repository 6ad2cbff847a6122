with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as int) as time_period,
        cast(null as string) as phase,
    where false

)

select * from nothing_yet
