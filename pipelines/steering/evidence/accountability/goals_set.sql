-- Domains in which one value of a measure is better than another, and whether a goal holds in them for the academy.
with domains as (

    select
        measures.academy_id,
        measures.domain as area,
        replace(measures.domain, '_', ' ') as thing,
        bool_or(goals.measure_id is not null) as is_so
    from marts.scorecard as measures
    left join given_goal as goals
        on measures.academy_id = goals.academy_id
        and measures.measure_id = goals.measure_id
    where measures.value_status <> 'z' and measures.direction <> 'context'
    group by all

)

select * from domains
