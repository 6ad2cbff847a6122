with delegations as (

    select
        decision,
        academy_id,
        decided_by,
        area,
        since
    from {{ source('run', 'delegation') }}

)

select * from delegations
