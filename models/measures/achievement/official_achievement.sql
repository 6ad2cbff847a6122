with readings as (

    select * from {{ ref('ref_official_result') }}

),

-- The files bring earlier schools' results of today's pupils, too: a result counts where the pupil was on roll in its year.
enrolled as (

    select distinct academy_id, pupil_key, time_period from {{ ref('fct_enrolment') }}

),

-- Whoever moves after the stage's day may be in the files of both academies: then the one where the day was spent counts.
ends as (

    select distinct academy_id, pupil_key, time_period, stage from {{ ref('stage_pupil') }}

),

delivered as (

    select
        results.academy_id,
        results.pupil_key,
        results.time_period,
        results.stage,
        results.subject_code,
        upper(results.component) as component,
        try_cast(results.result as decimal(18, 6)) as number,
        ends.academy_id is not null as is_at_the_end,
        count(ends.academy_id) over (partition by results.pupil_key, results.time_period, results.stage) > 0 as is_at_an_end
    from {{ ref('fct_assessment_result') }} as results
    inner join enrolled
        on results.academy_id = enrolled.academy_id
        and results.pupil_key = enrolled.pupil_key
        and results.time_period = enrolled.time_period
    left join ends
        on results.academy_id = ends.academy_id
        and results.pupil_key = ends.pupil_key
        and results.time_period = ends.time_period
        and results.stage = ends.stage
    where results.kind = 'summative' and results.result_type = 'official'

),

official as (

    select * from delivered
    where is_at_the_end or not is_at_an_end

),

figures as (

    select
        official.academy_id,
        official.pupil_key,
        official.time_period,
        official.stage,
        readings.measure_id,
        readings.eligible_component,
        case readings.reading when 'full_marks' then case when official.number = 25 then 1 else 0 end else official.number end as number
    from official
    inner join readings
        on official.stage = readings.stage
        and official.subject_code = readings.subject_code
        and official.component = upper(readings.component)
    where official.number is not null

),

eligible as (

    select academy_id, pupil_key, time_period, stage, component from official
    where number = 1

),

measured as (

    select
        figures.academy_id,
        figures.pupil_key,
        figures.time_period,
        figures.measure_id,
        cast(figures.number as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from figures
    left join eligible
        on figures.academy_id = eligible.academy_id
        and figures.pupil_key = eligible.pupil_key
        and figures.time_period = eligible.time_period
        and figures.stage = eligible.stage
        and upper(figures.eligible_component) = eligible.component
    where figures.eligible_component is null or eligible.component is not null
    union all
    select academy_id, pupil_key, time_period, measure_id, numerator, denominator from {{ ref('official_phonics') }}

)

select * from measured
