with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

results as (

    select std_assessment_result.*
    from {{ ref('std_assessment_result') }} as std_assessment_result
    inner join parameters on std_assessment_result.result_date <= parameters.as_of

),

persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

pupil_years as (

    select * from {{ ref('std_pupil_year') }}

),

-- A UPN that two records of the academy share is read as the record delivered last; a former UPN only where no record has it now.
holders_of_upns as (

    select academy_id, source_pupil_id, upn, 1 as precedence, time_period, delivered_order from {{ ref('std_pupil') }}
    union all
    select academy_id, source_pupil_id, former_upn as upn, 2 as precedence, time_period, delivered_order from {{ ref('std_pupil') }}

),

ranked_holders as (

    select
        *,
        row_number() over (
            partition by academy_id, upn
            order by precedence, time_period desc, delivered_order desc, source_pupil_id
        ) as place
    from holders_of_upns
    where upn is not null

),

identified as (

    select * from results
    where pupil_id_kind <> 'upn'
    union all
    select results.* replace (ranked_holders.source_pupil_id as source_pupil_id)
    from results
    inner join ranked_holders
        on results.academy_id = ranked_holders.academy_id
        and results.source_pupil_id = ranked_holders.upn
        and ranked_holders.place = 1
    where results.pupil_id_kind = 'upn'

)

select * from identified
