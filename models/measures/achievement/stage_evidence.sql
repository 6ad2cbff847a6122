with stage_years as (

    select * from {{ ref('stage_year') }}

),

models as (

    select distinct time_period from {{ ref('ref_progress8') }}

),

years_without as (

    select time_period from {{ ref('ref_year_without_progress8') }}

),

official_scores as (

    select distinct academy_id, time_period from {{ ref('official_achievement') }}
    where measure_id = 'progress8'

),

results as (

    select
        academy_id,
        time_period,
        concat('result_', stage_end) as evidence
    from stage_years
    where pupils = 0 or own_results > 0 or official_results > 0

),

-- In a year that has no Progress 8 in England it is not applicable, so that there is nothing that an academy should have delivered.
progress8 as (

    select
        stage_years.academy_id,
        stage_years.time_period,
        'progress8' as evidence
    from stage_years
    left join models on stage_years.time_period = models.time_period
    left join years_without on stage_years.time_period = years_without.time_period
    left join official_scores
        on stage_years.academy_id = official_scores.academy_id
        and stage_years.time_period = official_scores.time_period
    where
        stage_years.stage_end = 'KS4'
        and (
            years_without.time_period is not null
            or official_scores.academy_id is not null
            or stage_years.pupils = 0
            or (models.time_period is not null and stage_years.own_results > 0)
        )

),

every_kind as (

    select academy_id, time_period, evidence from results
    union all
    select academy_id, time_period, evidence from progress8

)

select * from every_kind
