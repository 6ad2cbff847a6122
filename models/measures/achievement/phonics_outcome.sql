with official as (

    select
        results.pupil_key,
        results.time_period,
        codes.rule,
        1 as source_rank
    from {{ ref('fct_assessment_result') }} as results
    inner join {{ ref('ref_result_code') }} as codes
        on results.stage = codes.stage
        and upper(results.result) = codes.result
    where results.kind = 'summative' and results.stage = 'PHONICS' and results.result_type = 'official' and results.component = 'OUTCOME'

),

own as (

    select pupil_key, time_period, rule, 2 as source_rank from {{ ref('own_result') }}
    where stage = 'PHONICS'

),

every_outcome as (

    select * from official
    union all
    select * from own

),

ranked as (

    select
        *,
        row_number() over (partition by pupil_key, time_period order by source_rank, rule) as place
    from every_outcome

),

outcomes as (

    select pupil_key, time_period, rule from ranked
    where place = 1

)

select * from outcomes
