with academies as (

    select
        academy_id,
        urn,
        laestab,
        academy_name,
        phase,
        region,
        mis,
        joined_on,
        left_on,
        last_good_load_at,
        last_delivered_on,
        coalesce(is_stale, false) as is_stale
    from {{ source('run', 'academy') }}

)

select * from academies
