-- Scales of teachers' results, and whether one of the trust's reads them; which scale reads a result is told in read_formative.sql.
with named as (

    select distinct
        academy_id,
        scale is null as is_unnamed,
        upper(trim(coalesce(scale, assessment_name, ''))) as scale_named
    from core.fct_assessment_result
    where kind = 'formative' and coalesce(result_type, 'result') in ('result', 'provisional', 'interim')

),

described as (

    select distinct
        academy_id,
        upper(trim(scale)) as scale_named
    from ref.scale

),

scales as (

    select
        named.academy_id,
        'progress' as area,
        case when own.academy_id is null and shared.academy_id is null and named.is_unnamed then 'ANY' else named.scale_named end as thing,
        own.academy_id is null and (shared.academy_id is not null or (named.is_unnamed and own_any.academy_id is null)) as is_so
    from named
    left join described as own
        on named.academy_id = own.academy_id
        and named.scale_named = own.scale_named
    left join described as shared
        on shared.academy_id = 'all'
        and named.scale_named = shared.scale_named
    left join described as own_any
        on named.academy_id = own_any.academy_id
        and own_any.scale_named = 'ANY'

)

select * from scales
