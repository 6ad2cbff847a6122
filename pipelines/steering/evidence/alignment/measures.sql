-- Measures of the academy's phase (all but those that have nobody to count), and whether what they need was delivered.
with measures as (

    select
        academy_id,
        domain as area,
        measure_name as thing,
        value_status = 'ok' as is_so
    from marts.scorecard
    where value_status <> 'z'

)

select * from measures
