with parameters as (

    select * from {{ source('run', 'parameter') }}

),

academies as (

    select * from {{ ref('dim_academy') }}

),

schools as (

    select
        schools.urn,
        schools.phase,
        figures.measure_id,
        figures.time_period,
        figures.series,
        figures.value
    from {{ ref('ref_school_figure') }} as figures
    inner join {{ ref('ref_school') }} as schools on figures.urn = schools.urn
    where figures.value_status = 'ok'

),

-- What is published is of whole years: a year that still runs is not like it.
urns as (

    select * from {{ ref('academy_urn') }}

),

own as (

    select
        figures.academy_id,
        academies.phase,
        figures.measure_id,
        figures.time_period,
        figures.value
    from {{ ref('measure_headline') }} as figures
    inner join academies on figures.academy_id = academies.academy_id
    cross join parameters
    where
        figures.level = 'academy'
        and figures.period_type = 'year_to_date'
        and figures.value_status = 'ok'
        and {{ academic_year_end('figures.time_period') }} <= parameters.as_of

),

-- Half of those that are equal count as below, so that who is in the middle stands at 50.
placed as (

    select
        own.academy_id,
        own.measure_id,
        own.time_period,
        schools.series,
        cast(2 * count_if(schools.value < own.value) + count_if(schools.value = own.value) as double) * 50 / count(*) as percentile,
        cast(count(*) as int) as percentile_of
    from own
    inner join schools
        on own.phase = schools.phase
        and own.measure_id = schools.measure_id
        and own.time_period = schools.time_period
    left join urns
        on own.academy_id = urns.academy_id
        and schools.urn = urns.urn
    where urns.urn is null
    group by all

)

select * from placed
