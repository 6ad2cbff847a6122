{%- set columns = [
    'source_pupil_id', 'kind', 'stage', 'subject_code', 'component', 'assessment_name', 'period_name', 'result_type', 'result', 'points', 'scale',
    'recorded_on', 'source_file', 'source_row',
] -%}
with {{ standing_days('assessment_result', 'result_date', blank_is_effective_date=true) }},

{{ contested_winners(
    'assessment_result',
    'result_date',
    ['source_pupil_id', 'stage', 'subject_code', 'component', 'assessment_name', 'standing_day', 'result_type'],
    blank_is_effective_date=true,
) }},

standing as (

    select
        academy_id,
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        standing_day,
        batch_id,
        loaded_at
    from winners
    union all
    select
        delivered.academy_id,
        {%- for column in columns %}
        delivered.{{ column }},
        {%- endfor %}
        standing_days.standing_day,
        standing_days.batch_id,
        standing_days.loaded_at
    from {{ source('raw', 'assessment_result') }} as delivered
    inner join standing_days
        on delivered.content_id = standing_days.content_id
        and delivered.result_date is not distinct from standing_days.day_as_text
    where not standing_days.is_contested

),

typed as (

    select
        standing.academy_id,
        standing.source_pupil_id,
        coalesce(deliveries.pupil_id_kind, 'mis') as pupil_id_kind,
        standing.kind,
        standing.stage,
        upper(standing.subject_code) as subject_code,
        standing.component,
        standing.assessment_name,
        standing.period_name,
        standing.standing_day as result_date,
        standing.result_type,
        standing.result,
        try_cast(standing.points as decimal(12, 4)) as points,
        standing.scale,
        try_cast(standing.recorded_on as date) as recorded_on,
        {{ academic_year('standing.standing_day') }} as time_period,
        standing.batch_id,
        standing.source_file,
        standing.source_row,
        standing.loaded_at
    from standing
    inner join deliveries on standing.batch_id = deliveries.batch_id

)

select * from typed
