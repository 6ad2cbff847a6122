with figures as (

    select * from {{ ref('ref_benchmark') }}
    where geography_level = 'school'

),

urns as (

    select * from {{ ref('academy_urn') }}

),

-- In the year in which the URN changed both may have a figure: that of the newer URN counts.
ranked as (

    select
        urns.academy_id,
        urns.urn,
        figures.measure_id,
        figures.phase,
        figures.breakdown_topic,
        figures.breakdown,
        figures.time_period,
        figures.series,
        figures.period,
        figures.period_end,
        figures.value,
        figures.value_status,
        figures.source,
        figures.published_on,
        row_number() over (
            partition by
                urns.academy_id,
                figures.measure_id,
                figures.phase,
                figures.breakdown_topic,
                figures.breakdown,
                figures.time_period,
                figures.series,
                figures.period,
                figures.period_end
            order by urns.generation
        ) as place
    from figures
    inner join urns on figures.geography_code = cast(urns.urn as string)

),

published as (

    select
        academy_id,
        urn,
        measure_id,
        phase,
        breakdown_topic,
        breakdown,
        time_period,
        series,
        period,
        period_end,
        value,
        value_status,
        source,
        published_on
    from ranked
    where place = 1

)

select * from published
