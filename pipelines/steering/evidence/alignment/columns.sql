-- Columns that an academy's MIS has of the tables that it delivers, and whether the file has them under the MIS's own headings.
with delivered as (

    select distinct
        academy_id,
        entity,
        profile
    from dq.batch
    where status in ('accepted', 'superseded')

),

asked as (

    select
        delivered.academy_id,
        delivered.entity,
        asked.column_name
    from delivered
    inner join given_asked as asked
        on delivered.profile = asked.profile
        and delivered.entity = asked.entity
    union
    select
        own.academy_id,
        own.entity,
        own.column_name
    from given_own_column as own
    inner join delivered
        on own.academy_id = delivered.academy_id
        and own.entity = delivered.entity

),

columns as (

    select
        asked.academy_id,
        entities.area,
        asked.entity || '.' || asked.column_name as thing,
        own.column_name is null as is_so
    from asked
    inner join given_entity as entities on asked.entity = entities.entity
    left join given_own_column as own
        on asked.academy_id = own.academy_id
        and asked.entity = own.entity
        and asked.column_name = own.column_name

)

select * from columns
