-- Whether the register is current; of an academy that never delivered one, nothing is known.
with registers as (

    select
        academy_id,
        'attendance' as area,
        'attendance' as thing,
        not is_stale as is_so
    from core.dim_academy
    where last_delivered_on is not null

)

select * from registers
