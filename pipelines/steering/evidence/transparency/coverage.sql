-- Domains with a measure of the academy's phase, and whether any of them has a figure.
with domains as (

    select
        academy_id,
        domain as area,
        replace(domain, '_', ' ') as thing,
        bool_or(value_status = 'ok') as is_so
    from marts.scorecard
    where value_status <> 'z'
    group by all

)

select * from domains
