-- Values of coded columns in what stands, and whether the trust's maps alone read them: no map, or one of the academy's own, is not so.
with codes as (

    select
        code_map.academy_id,
        entities.area,
        code_map.entity || '.' || code_map.code_set || ': ' || code_map.source_value as thing,
        code_map.is_mapped and own.source_value is null as is_so
    from ref.code_map as code_map
    inner join given_entity as entities on code_map.entity = entities.entity
    left join given_own_code as own
        on code_map.academy_id = own.academy_id
        and code_map.entity = own.entity
        and code_map.code_set = own.code_set
        and code_map.source_value = own.source_value
    where code_map.source_value is not null

)

select * from codes
