{%- set columns = [
    'kind', 'stage', 'subject_code', 'component', 'assessment_name', 'period_name', 'result_date', 'result_type', 'result', 'points', 'scale',
    'time_period', 'batch_id', 'source_file', 'source_row', 'loaded_at',
] -%}
-- A UPN that two records of the academy share is read as the record delivered last; a former UPN only where no record has it now.
with holders as (

    select academy_id, source_pupil_id, upn, 1 as precedence, time_period, delivered_order from {{ ref('std_pupil') }}
    union all
    select academy_id, source_pupil_id, former_upn as upn, 2 as precedence, time_period, delivered_order from {{ ref('std_pupil') }}

),

ranked_holders as (

    select
        academy_id,
        source_pupil_id,
        upn,
        row_number() over (
            partition by academy_id, upn
            order by precedence, time_period desc, delivered_order desc, source_pupil_id
        ) as place
    from holders
    where upn is not null

),

identified as (

    select
        results.academy_id,
        ranked_holders.source_pupil_id,
        {%- for column in columns %}
        results.{{ column }},
        {%- endfor %}
        row_number() over (
            partition by
                results.academy_id, ranked_holders.source_pupil_id, results.stage, results.subject_code, results.component,
                results.assessment_name, results.result_date, coalesce(results.result_type, 'result')
            order by results.loaded_at desc, results.batch_id, results.source_row
        ) as place
    from {{ ref('std_assessment_result') }} as results
    inner join ranked_holders
        on results.academy_id = ranked_holders.academy_id
        and results.source_pupil_id = ranked_holders.upn
    where results.pupil_id_kind = 'upn' and ranked_holders.place = 1

),

by_mis as (

    select
        academy_id,
        source_pupil_id,
        stage,
        subject_code,
        coalesce(component, '') as component,
        coalesce(assessment_name, '') as assessment_name,
        result_date,
        coalesce(result_type, 'result') as result_type
    from {{ ref('std_assessment_result') }}
    where pupil_id_kind <> 'upn'

),

-- One result may come by MIS number and by UPN: it is there once, as the academy's own MIS has it.
by_upn_alone as (

    select
        identified.academy_id,
        {%- for column in columns %}
        identified.{{ column }},
        {%- endfor %}
        identified.source_pupil_id
    from identified
    left join by_mis
        on identified.academy_id = by_mis.academy_id
        and identified.source_pupil_id = by_mis.source_pupil_id
        and identified.stage = by_mis.stage
        and identified.subject_code = by_mis.subject_code
        and coalesce(identified.component, '') = by_mis.component
        and coalesce(identified.assessment_name, '') = by_mis.assessment_name
        and identified.result_date = by_mis.result_date
        and coalesce(identified.result_type, 'result') = by_mis.result_type
    where identified.place = 1 and by_mis.academy_id is null

)

select * from by_upn_alone
