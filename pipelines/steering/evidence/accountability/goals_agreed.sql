-- Goals that hold for the academy, and whether they say since when and who agreed them. Those of measures that it cannot have do not count.
with goals as (

    select
        measures.academy_id,
        measures.domain as area,
        measures.measure_name as thing,
        goals.is_agreed as is_so
    from marts.scorecard as measures
    inner join given_goal as goals
        on measures.academy_id = goals.academy_id
        and measures.measure_id = goals.measure_id
    where measures.value_status <> 'z'

)

select * from goals
