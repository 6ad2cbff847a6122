with figures as (

    select * from {{ ref('scorecard_cell') }}

),

goals as (

    select * from {{ ref('goal_in_force') }}

),

-- A figure is measured by the goal of its own last day, last year's by last year's.
standings as (

    select
        figures.level,
        figures.academy_id,
        figures.measure_id,
        goals.target_value,
        {{ colour('figures.value', 'figures.direction', 'goals.amber', 'goals.red') }} as rag,
        last_goals.target_value as last_year_target_value,
        {{ colour('figures.last_year_value', 'figures.direction', 'last_goals.amber', 'last_goals.red') }} as last_year_rag
    from figures
    left join goals
        on figures.academy_id = goals.academy_id
        and figures.measure_id = goals.measure_id
        and figures.period_end between goals.first_day and goals.last_day
    left join goals as last_goals
        on figures.academy_id = last_goals.academy_id
        and figures.measure_id = last_goals.measure_id
        and figures.last_year_to between last_goals.first_day and last_goals.last_day
    where goals.measure_id is not null or last_goals.measure_id is not null

)

select * from standings
