with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as int) as urn,
        cast(null as string) as laestab,
        cast(null as string) as academy_name,
        cast(null as string) as phase,
        cast(null as string) as region,
        cast(null as string) as mis,
        cast(null as date) as joined_on,
        cast(null as date) as left_on,
        cast(null as timestamp) as last_good_load_at,
        cast(null as date) as last_delivered_on,
        cast(null as boolean) as is_stale,
    where false

)

select * from nothing_yet
