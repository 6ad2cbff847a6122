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

schools as (

    select * from loaded
    union all
    select * from came_with_matlas

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
