with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as entity,
        cast(null as string) as code_set,
        cast(null as string) as source_value,
        cast(null as string) as code,
        cast(null as boolean) as is_mapped,
        cast(null as bigint) as rows,
    where false

)

select * from nothing_yet
