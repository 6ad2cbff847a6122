with delegations as (

    select
        decision,
        academy_id,
        decided_by,
        since
    from {{ source('run', 'delegation') }}

)

select * from delegations
