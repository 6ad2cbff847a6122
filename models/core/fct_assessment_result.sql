{%- set columns = [
    'academy_id', 'source_pupil_id', 'kind', 'stage', 'subject_code', 'component', 'assessment_name', 'period_name', 'result_date', 'result_type',
    'result', 'points', 'scale', 'time_period', 'batch_id', 'source_file', 'source_row', 'loaded_at',
] -%}
with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

ks4_years as (

    select * from {{ ref('std_ks4_year') }}

),

-- The day of a GCSE result of the academy's own, to join by: a condition on one side alone would have DuckDB try every pair of rows.
standing as (

    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        case when {{ is_own_ks4() }} then result_date end as own_ks4_date
    from {{ ref('std_assessment_result') }}
    where pupil_id_kind <> 'upn'
    union all
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        case when {{ is_own_ks4() }} then result_date end as own_ks4_date
    from {{ ref('std_assessment_result_by_upn') }}

),

counted as (

    select
        standing.academy_id,
        persons.pupil_key,
        standing.source_pupil_id,
        standing.kind,
        standing.stage,
        standing.subject_code,
        standing.component,
        standing.assessment_name,
        standing.period_name,
        standing.result_date,
        standing.result_type,
        standing.result,
        standing.points,
        standing.scale,
        coalesce(
            ks4_years.time_period,
            case when standing.kind = 'summative' then {{ summative_year('standing.result_date') }} else standing.time_period end
        ) as time_period,
        standing.batch_id,
        standing.source_file,
        standing.source_row,
        standing.loaded_at
    from standing
    inner join parameters on standing.result_date <= parameters.as_of
    inner join persons
        on standing.academy_id = persons.academy_id
        and standing.source_pupil_id = persons.source_pupil_id
    left join ks4_years
        on standing.academy_id = ks4_years.academy_id
        and standing.source_pupil_id = ks4_years.source_pupil_id
        and standing.own_ks4_date = ks4_years.result_date

)

select * from counted
