with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

stages as (

    select * from {{ ref('ref_stage') }}

),

-- P (previous) is a leaver seen from today: on the days of the spell the pupil was on roll.
spells as (

    select * from {{ ref('fct_enrolment') }}
    where enrolment_status_code in ('C', 'M') or (enrolment_status_code = 'P' and leaving_date is not null)

),

-- Until the stage's day has come, those who are on roll now.
pupils as (

    select distinct
        spells.academy_id,
        spells.pupil_key,
        stages.stage_end,
        stages.stage,
        spells.time_period
    from spells
    inner join stages
        on spells.time_period = stages.time_period
        and spells.year_group = stages.year_group
    cross join parameters
    where
        spells.entry_date <= least(stages.stage_day, parameters.as_of)
        and coalesce(spells.leaving_date >= least(stages.stage_day, parameters.as_of), true)

)

select * from pupils
