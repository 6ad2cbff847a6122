with official as (

    select * from {{ ref('ref_benchmark') }}
    where geography_level = 'school' and period = 'year' and breakdown_topic = 'all'

),

-- A file of one publication says its own year, so it goes before one that joins several; what came with Matlas is older than either.
published as (

    select
        try_cast(geography_code as int) as urn,
        measure_id,
        time_period,
        series,
        value,
        value_status,
        source,
        published_on,
        1 as precedence,
        phase as tie_breaker,
        cast(null as timestamp) as loaded_at
    from official
    union all
    select
        urn,
        item as measure_id,
        time_period,
        series,
        value,
        value_status,
        source,
        published_on,
        2 as precedence,
        '' as tie_breaker,
        loaded_at
    from {{ source('raw', 'school_data') }}
    where item_kind = 'figure'
    union all
    select
        *,
        3 as precedence,
        '' as tie_breaker,
        cast(null as timestamp) as loaded_at
    from {{ ref('ref_school_figure_published') }}

),

newest as (

    select
        *,
        row_number() over (
            partition by urn, measure_id, time_period, series
            order by precedence, loaded_at desc, tie_breaker
        ) as recency
    from published

),

figures as (

    select
        cast(urn as int) as urn,
        cast(measure_id as string) as measure_id,
        cast(time_period as int) as time_period,
        cast(series as string) as series,
        case when value_status = 'ok' then cast(value as double) end as value,
        cast(value_status as string) as value_status,
        cast(source as string) as source,
        cast(published_on as date) as published_on
    from newest
    where recency = 1 and urn is not null

)

select * from figures
