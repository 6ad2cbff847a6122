with academy_years as (

    select * from {{ ref('dim_academy_year') }}

),

stages as (

    select * from {{ ref('ref_stage') }}

),

stage_ends as (

    select distinct stage_end, stage from {{ ref('ref_stage') }}

),

pupils as (

    select
        academy_id,
        stage_end,
        time_period,
        count(*) as pupils
    from {{ ref('stage_pupil') }}
    group by all

),

results as (

    select * from {{ ref('read_result') }}
    where rule is not null

),

-- Early entries alone are no results of a stage: somebody at its end must have one of its own season. (Phonics has two ends and one check:
-- where all met the standard in Year 1, Year 2 has no results of its own.)
own_results as (

    select
        results.academy_id,
        stages.stage_end,
        stages.time_period,
        count(*) as own_results
    from results
    inner join stages
        on results.stage = stages.stage
        and results.time_period = stages.time_period
        and results.result_date >= stages.results_from
    inner join {{ ref('stage_pupil') }} as stage_pupils
        on results.academy_id = stage_pupils.academy_id
        and results.pupil_key = stage_pupils.pupil_key
        and results.time_period = stage_pupils.time_period
        and stages.stage = stage_pupils.stage
    group by all

),

official_results as (

    select
        official.academy_id,
        measures.stage_end,
        official.time_period,
        count(*) as official_results
    from {{ ref('official_achievement') }} as official
    inner join {{ ref('ref_official_result') }} as measures on official.measure_id = measures.measure_id
    group by all

),

counted as (

    select
        academy_years.academy_id,
        academy_years.time_period,
        stage_ends.stage_end,
        stage_ends.stage,
        cast(coalesce(pupils.pupils, 0) as bigint) as pupils,
        cast(coalesce(own_results.own_results, 0) as bigint) as own_results,
        cast(coalesce(official_results.official_results, 0) as bigint) as official_results
    from academy_years
    cross join stage_ends
    left join pupils
        on academy_years.academy_id = pupils.academy_id
        and academy_years.time_period = pupils.time_period
        and stage_ends.stage_end = pupils.stage_end
    left join own_results
        on academy_years.academy_id = own_results.academy_id
        and academy_years.time_period = own_results.time_period
        and stage_ends.stage_end = own_results.stage_end
    left join official_results
        on academy_years.academy_id = official_results.academy_id
        and academy_years.time_period = official_results.time_period
        and stage_ends.stage_end = official_results.stage_end

)

select * from counted
