with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as source_pupil_id,
        cast(null as string) as pupil_key,
    where false

)

select * from nothing_yet
