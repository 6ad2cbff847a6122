with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as int) as time_period,
    where false

)

select * from nothing_yet
