-- The half-terms of this academic year, and whether the academy keeps the trust's dates. Before anything was delivered they say nothing.
with half_terms as (

    select
        academy_id,
        'attendance' as area,
        half_term as thing,
        not is_own as is_so
    from given_half_term
    where academy_id in (select batch.academy_id from dq.batch as batch where batch.status in ('accepted', 'superseded'))

)

select * from half_terms
