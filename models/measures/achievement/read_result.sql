{#- The expected and the higher standard as scaled scores. A scaled score is 80 to 120, a mark of the multiplication tables check
    0 to 25. -#}
{%- set expected, higher = 100, 110 -%}
with results as (

    select
        *,
        try_cast(result as decimal(12, 4)) as number,
        try_cast(split_part(result, '-', 1) as decimal(12, 4)) as first_grade,
        try_cast(split_part(result, '-', 2) as decimal(12, 4)) as second_grade
    from {{ ref('fct_assessment_result') }}
    where
        kind = 'summative'
        and stage in ('EYFS', 'PHONICS', 'MTC', 'KS2', 'KS4')
        and coalesce(result_type, 'result') in ('result', 'provisional')

),

subjects as (

    select * from {{ ref('ref_subject') }}

),

codes as (

    select * from {{ ref('ref_result_code') }}

),

-- What is not listed counts at KS4 as an open subject; elsewhere it is no part of a measure.
placed as (

    select
        results.*,
        coalesce(subjects.slot, 'open') as slot,
        codes.rule as code_rule
    from results
    left join subjects
        on results.stage = subjects.stage
        and coalesce(subjects.subject_code, results.subject_code) = results.subject_code
        and coalesce(subjects.component, results.component, '') = coalesce(results.component, '')
    left join codes
        on results.stage = codes.stage
        and upper(results.result) = codes.result
        and codes.component in ('any', results.component)
    where subjects.slot is not null or results.stage = 'KS4'

),

-- A GCSE grade speaks for itself; the source's own points are read only where the result is none (vocational awards).
scored as (

    select
        *,
        cast(case
            when stage = 'KS4' and code_rule = 'zero' then 0
            when stage = 'KS4' and slot = 'combined_science'
                then case
                    when first_grade between 1 and 9 and second_grade between 1 and 9 then (first_grade + second_grade) / 2
                end
            when stage = 'KS4' and number between 1 and 9 and number = floor(number) then number
            when stage = 'KS4' and points between 0 and 9 then points
            when stage = 'KS2' and component = 'TEST' and number between 80 and 120 then number
            when stage = 'MTC' and number between 0 and 25 then number
        end as decimal(12, 4)) as score
    from placed

),

judged as (

    select
        academy_id,
        pupil_key,
        source_pupil_id,
        stage,
        time_period,
        subject_code,
        component,
        slot,
        case stage when 'KS4' then subject_code when 'EYFS' then component else slot end as counts_as,
        result_date,
        score,
        case
            when stage = 'KS2' and score >= {{ higher }} then 'higher'
            when stage = 'KS2' and score >= {{ expected }} then 'expected'
            when stage = 'KS2' and score is not null then 'not_met'
            when stage in ('KS4', 'MTC') and score is not null then 'scored'
            else code_rule
        end as rule
    from scored

)

select * from judged
