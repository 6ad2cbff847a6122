{#- In the order in which a reader is told of them. -#}
{%- set characteristics = [
    'roll', 'pupil_premium_pct', 'eal_pct', 'sen_support_pct', 'ehcp_pct', 'ks2_average', 'stability_pct', 'idaci', 'polar4_quintile',
] -%}

with academies as (

    select * from {{ ref('dim_academy') }}

),

figures as (

    select * from {{ ref('ref_school_figure') }}

),

neighbours as (

    select * from {{ ref('nearest_school') }}

),

published as (

    select distinct
        measure_id,
        time_period,
        series
    from figures

),

inputs as (

    select
        academy_id,
        nullif(concat_ws(
            ', ',
            {%- for characteristic in characteristics %}
            max(case when characteristic = '{{ characteristic }}' and value is null then characteristic_name end)
            {{- ',' if not loop.last }}
            {%- endfor %}
        ), '') as missing_inputs,
        nullif(concat_ws(
            ', ',
            {%- for characteristic in characteristics %}
            max(case when characteristic = '{{ characteristic }}' and is_required and value is null then characteristic_name end)
            {{- ',' if not loop.last }}
            {%- endfor %}
        ), '') as missing_required
    from {{ ref('academy_characteristic') }}
    group by all

),

pools as (

    select distinct
        academy_id,
        n_loaded
    from neighbours

),

means as (

    select
        neighbours.academy_id,
        figures.measure_id,
        figures.time_period,
        figures.series,
        count(*) as similar_n,
        cast(sum(cast(figures.value as decimal(18, 6))) as double) / count(*) as similar_value
    from neighbours
    inner join figures on neighbours.urn = figures.urn
    where figures.value_status = 'ok'
    group by all

),

compared as (

    select
        academies.academy_id,
        published.measure_id,
        published.time_period,
        published.series,
        means.similar_value,
        case when means.similar_value is null then 'x' else 'ok' end as value_status,
        cast(coalesce(means.similar_n, 0) as int) as similar_n,
        coalesce(pools.n_loaded, 0) as similar_of,
        inputs.missing_inputs,
        case
            when means.similar_value is not null then null
            when inputs.academy_id is null then 'No similar schools: no method is published for schools of this phase.'
            when inputs.missing_required is not null
                then concat('No similar schools: it is not known of this academy: ', inputs.missing_required, '.')
            when pools.academy_id is null
                then 'No similar schools: no school of this phase is loaded of which the same is known.'
            else 'None of the similar schools has a published figure.'
        end as why_not
    from academies
    cross join published
    left join inputs on academies.academy_id = inputs.academy_id
    left join pools on academies.academy_id = pools.academy_id
    left join means
        on academies.academy_id = means.academy_id
        and published.measure_id = means.measure_id
        and published.time_period = means.time_period
        and published.series = means.series

)

select * from compared
