-- Tables that an academy delivers, and whether the last word on each is said: nothing held, nothing that could not be read.
with deliveries as (

    select
        batch.academy_id,
        entities.area,
        replace(batch.entity, '_', ' ') as thing,
        batch.status not in ('held', 'rejected') as is_so
    from dq.batch as batch
    inner join given_entity as entities on batch.entity = entities.entity
    where batch.status in ('accepted', 'held', 'rejected')

)

select * from deliveries
