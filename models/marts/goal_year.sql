with figures as (

    select * from {{ ref('measure_headline') }}
    where period_type = 'year_to_date' and (level = 'academy' or phase = 'all')

),

definitions as (

    select * from {{ ref('ref_measure') }}

),

academies as (

    select academy_id, academy_name from {{ ref('dim_academy') }}
    union all
    select 'trust' as academy_id, 'Trust' as academy_name

),

goals as (

    select * from {{ ref('goal_in_force') }}

),

-- A year is measured by the goal of its last day: a closed one by that of 31 July, this one by today's.
with_goal as (

    select
        figures.academy_id,
        academies.academy_name,
        figures.phase,
        definitions.domain,
        definitions.measure_name,
        figures.time_period,
        figures.value,
        definitions.unit,
        definitions.direction,
        {{ colour('figures.value', 'definitions.direction', 'goals.amber', 'goals.red') }} as rag,
        goals.target_value,
        goals.amber,
        goals.red,
        goals.goal_of,
        goals.goal_since,
        goals.agreed_by,
        figures.value_status,
        figures.period_start,
        figures.period_end,
        figures.level,
        figures.measure_id
    from figures
    inner join definitions on figures.measure_id = definitions.measure_id
    inner join academies on figures.academy_id = academies.academy_id
    inner join goals
        on figures.academy_id = goals.academy_id
        and figures.measure_id = goals.measure_id
        and figures.period_end between goals.first_day and goals.last_day

),

ordered as (

    select * from with_goal
    order by academy_id, domain, measure_id, time_period

)

select * from ordered
