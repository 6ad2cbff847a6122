with loaded as (

    select
        measure_id,
        geography_level,
        geography_code,
        geography_name,
        phase,
        breakdown_topic,
        breakdown,
        time_period,
        series,
        value,
        value_status,
        source,
        published_on,
        coalesce(period, 'year') as period,
        period_end,
        1 as is_loaded,
        coalesce(published_on, cast(loaded_at as date)) as known_on,
        loaded_at
    from {{ source('raw', 'benchmark') }}

),

shipped as (

    select
        measure_id,
        geography_level,
        geography_code,
        geography_name,
        phase,
        breakdown_topic,
        breakdown,
        time_period,
        series,
        value,
        value_status,
        source,
        published_on,
        period,
        period_end,
        0 as is_loaded,
        published_on as known_on,
        cast(null as timestamp) as loaded_at
    from {{ ref('ref_benchmark_published') }}

),

figures as (

    select * from loaded
    union all
    select * from shipped

),

-- A loaded figure stands in the place of one that comes with Matlas; of two loaded ones the later published counts (where that day is not
-- known, the day of loading), then the later loaded. Periods that a newer file leaves out stay.
newest as (

    select
        *,
        row_number() over (
            partition by
                measure_id, geography_level, geography_code, phase, breakdown_topic, breakdown, time_period, series, period, period_end
            order by is_loaded desc, known_on desc nulls last, loaded_at desc nulls last
        ) as recency
    from figures

),

counted as (

    select
        measure_id,
        geography_level,
        geography_code,
        geography_name,
        phase,
        breakdown_topic,
        breakdown,
        cast(time_period as int) as time_period,
        series,
        cast(value as double) as value,
        value_status,
        source,
        published_on,
        period,
        period_end
    from newest
    where recency = 1

)

select * from counted
