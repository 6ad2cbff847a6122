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

-- Key stage 2 results, scores or codes, of somebody at the end of key stage 4, wherever in the trust they are known.
years_with_a_start as (

    select distinct
        pupils.academy_id,
        pupils.time_period
    from {{ ref('stage_pupil') }} as pupils
    inner join {{ ref('fct_assessment_result') }} as results on pupils.pupil_key = results.pupil_key
    where
        pupils.stage_end = 'KS4'
        and results.kind = 'summative'
        and results.stage = 'KS2'
        and results.component = 'TEST'
        and results.subject_code in ('READ', 'MATH')
        and coalesce(results.result_type, 'result') in ('official', 'result', 'provisional')

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
    left join years_with_a_start
        on stage_years.academy_id = years_with_a_start.academy_id
        and stage_years.time_period = years_with_a_start.time_period
    where
        stage_years.stage_end = 'KS4'
        and (
            years_without.time_period is not null
            or official_scores.academy_id is not null
            or stage_years.pupils = 0
            or (years_with_a_start.academy_id is not null and models.time_period is not null and stage_years.own_results > 0)
        )

),

-- Whoever met the phonics standard in Year 1 is in no result of Year 2. So the year before must be known: by the outcomes of the
-- academy's own Year 1 then, not of retakers alone, or by an outcome of each pupil who is in Year 2 now.
years_after_a_check as (

    select distinct
        pupils.academy_id,
        pupils.time_period + 101 as time_period
    from {{ ref('stage_pupil') }} as pupils
    inner join {{ ref('phonics_outcome') }} as outcomes
        on pupils.pupil_key = outcomes.pupil_key
        and pupils.time_period = outcomes.time_period
    where pupils.stage_end = 'PHONICS_Y1' and outcomes.rule = 'expected'

),

pupils_with_an_outcome as (

    select
        pupils.academy_id,
        pupils.time_period,
        count(distinct pupils.pupil_key) as pupils
    from {{ ref('stage_pupil') }} as pupils
    inner join {{ ref('phonics_outcome') }} as outcomes
        on pupils.pupil_key = outcomes.pupil_key
        and pupils.time_period >= outcomes.time_period
    where pupils.stage_end = 'PHONICS_Y2'
    group by all

),

phonics_year_before as (

    select
        stage_years.academy_id,
        stage_years.time_period,
        'phonics_year_before' as evidence
    from stage_years
    left join years_after_a_check
        on stage_years.academy_id = years_after_a_check.academy_id
        and stage_years.time_period = years_after_a_check.time_period
    left join pupils_with_an_outcome
        on stage_years.academy_id = pupils_with_an_outcome.academy_id
        and stage_years.time_period = pupils_with_an_outcome.time_period
    where
        stage_years.stage_end = 'PHONICS_Y2'
        and (years_after_a_check.academy_id is not null or stage_years.pupils = coalesce(pupils_with_an_outcome.pupils, 0))

),

every_kind as (

    select academy_id, time_period, evidence from results
    union all
    select academy_id, time_period, evidence from progress8
    union all
    select academy_id, time_period, evidence from phonics_year_before

)

select * from every_kind
