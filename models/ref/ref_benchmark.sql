with nothing_loaded as (

    select
        cast(null as string) as measure_id,
        cast(null as string) as geography_level,
        cast(null as string) as geography_code,
        cast(null as string) as geography_name,
        cast(null as string) as phase,
        cast(null as string) as breakdown_topic,
        cast(null as string) as breakdown,
        cast(null as int) as time_period,
        cast(null as string) as series,
        cast(null as double) as value,
        cast(null as string) as value_status,
        cast(null as string) as source,
        cast(null as date) as published_on
    where false

)

select * from nothing_loaded
