with loaded as (

    select * from {{ source('raw', 'benchmark') }}

),

-- A newer file of a series repeats figures of an older one: the one loaded last counts, and periods that it leaves out stay.
newest as (

    select
        *,
        row_number() over (
            partition by
                measure_id, geography_level, geography_code, phase, breakdown_topic, breakdown, time_period, series
            order by loaded_at desc
        ) as recency
    from loaded

),

figures as (

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
        published_on
    from newest
    where recency = 1

)

select * from figures
