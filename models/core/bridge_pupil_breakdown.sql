with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as pupil_key,
        cast(null as int) as time_period,
        cast(null as string) as breakdown_topic,
        cast(null as string) as breakdown,
    where false

)

select * from nothing_yet
