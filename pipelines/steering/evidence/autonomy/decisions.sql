-- Decisions that the scheme of delegation names, and whether they are the academy's today.
with decisions as (

    select
        academy_id,
        area,
        decision as thing,
        decided_by = 'academy' as is_so
    from ref.delegation
    where since is null or since <= $day

)

select * from decisions
