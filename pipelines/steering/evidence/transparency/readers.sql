-- Readers beside the central team, and whether the trust lets them read this academy. Before anything was delivered there is nothing to read.
with readers as (

    select
        academy_id,
        'all' as area,
        reader as thing,
        is_served as is_so
    from given_reader
    where academy_id in (select batch.academy_id from dq.batch as batch where batch.status in ('accepted', 'superseded'))

)

select * from readers
