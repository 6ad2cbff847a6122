with published as (

    select
        urn,
        item as measure_id,
        time_period,
        series,
        value,
        value_status,
        source,
        published_on,
        loaded_at
    from {{ source('raw', 'school_data') }}
    where item_kind = 'figure'
    union all
    -- What came with Matlas is older than anything loaded.
    select
        *,
        timestamp '1970-01-01 00:00:00' as loaded_at
    from {{ ref('ref_school_figure_published') }}

),

newest as (

    select
        *,
        row_number() over (partition by urn, measure_id, time_period, series order by loaded_at desc) as recency
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
    where recency = 1

)

select * from figures
