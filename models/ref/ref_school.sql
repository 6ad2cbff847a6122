{#- What describes a school, in the order of the columns. -#}
{%- set characteristics = [
    'roll', 'ks2_average', 'pupil_premium_pct', 'eal_pct', 'polar4_quintile', 'stability_pct', 'idaci', 'sen_support_pct', 'ehcp_pct',
] -%}

with newest as (

    select
        *,
        dense_rank() over (partition by urn order by loaded_at desc) as recency
    from {{ source('raw', 'school_data') }}

),

-- A school is as one load describes it: characteristics of two editions are not mixed.
loaded as (

    select
        urn,
        laestab,
        school_name,
        phase,
        la_code,
        la_name,
        region,
        {%- for characteristic in characteristics %}
        max(case when item = '{{ characteristic }}' then value end) as {{ characteristic }},
        {%- endfor %}
        source,
        published_on
    from newest
    where recency = 1 and item_kind = 'characteristic'
    group by all

),

came_with_matlas as (

    select shipped.*
    from {{ ref('ref_school_published') }} as shipped
    left join loaded on shipped.urn = loaded.urn
    where loaded.urn is null

),

described as (

    select * from loaded
    union all
    select * from came_with_matlas

),

registered as (

    select
        *,
        row_number() over (partition by urn order by coalesce(published_on, cast(loaded_at as date)) desc, loaded_at desc) as recency
    from {{ source('raw', 'school') }}

),

-- The register knows every school, but only its size: it adds the open schools of which nothing else is known.
of_register as (

    select
        registered.urn,
        registered.la_code || lpad(registered.establishment_number, 4, '0') as laestab,
        registered.school_name,
        case
            when lower(registered.type_of_establishment) like '%special%' then 'special'
            when lower(registered.type_of_establishment) like '%alternative provision%' then 'alternative_provision'
            when lower(registered.type_of_establishment) like '%pupil referral%' then 'alternative_provision'
            when lower(registered.phase_of_education) like 'middle%' then 'middle'
            when lower(registered.phase_of_education) = 'all-through' then 'all_through'
            when lower(registered.phase_of_education) in ('nursery', 'primary', 'secondary') then lower(registered.phase_of_education)
            when lower(registered.phase_of_education) = '16 plus' then 'post16'
        end as phase,
        registered.la_code,
        registered.la_name,
        registered.region_name as region,
        {%- for characteristic in characteristics %}
        {{ 'registered.pupils' if characteristic == 'roll' else 'null' }} as {{ characteristic }},
        {%- endfor %}
        registered.source,
        registered.published_on
    from registered
    left join described on registered.urn = described.urn
    where registered.recency = 1 and registered.closed_on is null and described.urn is null

),

schools as (

    select * from described
    union all
    select * from of_register

),

typed as (

    select
        cast(urn as int) as urn,
        cast(laestab as string) as laestab,
        cast(school_name as string) as school_name,
        cast(phase as string) as phase,
        cast(la_code as string) as la_code,
        cast(la_name as string) as la_name,
        cast(region as string) as region,
        {%- for characteristic in characteristics %}
        cast({{ characteristic }} as double) as {{ characteristic }},
        {%- endfor %}
        cast(source as string) as source,
        cast(published_on as date) as published_on
    from schools

)

select * from typed
