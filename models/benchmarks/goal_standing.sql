with figures as (

    select * from {{ ref('scorecard_cell') }}

),

goals as (

    select * from {{ source('run', 'goal') }}

),

-- A goal of the academy's own phase stands before one for all phases.
chosen as (

    select
        figures.level,
        figures.academy_id,
        figures.measure_id,
        figures.value,
        figures.direction,
        goals.target,
        goals.amber,
        goals.red,
        row_number() over (
            partition by figures.level, figures.academy_id, figures.measure_id
            order by case when goals.phase = figures.phase then 1 else 2 end
        ) as place
    from figures
    inner join goals
        on figures.measure_id = goals.measure_id
        and (figures.phase = goals.phase or goals.phase = 'all')

),

standings as (

    select
        level,
        academy_id,
        measure_id,
        target as target_value,
        case
            when value is null then null
            when direction = 'higher' and value >= amber or direction = 'lower' and value <= amber then 'green'
            when red is null or direction = 'higher' and value >= red or direction = 'lower' and value <= red then 'amber'
            else 'red'
        end as rag
    from chosen
    where place = 1

)

select * from standings
