{%- set coded = {
    'pupil': ['sex', 'ethnicity_code', 'first_language_code', 'nc_year', 'sen_provision_code', 'sen_primary_need_code', 'fsm_category_code'],
    'enrolment': ['enrolment_status_code', 'leaving_reason_code', 'destination_code', 'nc_year'],
    'attendance_mark': ['session', 'mark_code'],
    'attendance_week': ['mark_code'],
    'behaviour_event': ['polarity'],
    'suspension': ['category_code', 'reason_codes'],
    'calendar_day': ['day_type'],
    'assessment_result': ['kind', 'stage', 'subject_code', 'result_type'],
    'staff': ['sex', 'is_teacher'],
    'staff_contract': ['role_code', 'contract_type_code', 'destination_code', 'leaving_reason_code'],
    'staff_absence': ['category_code'],
    'survey_response': ['respondent', 'score', 'nc_year'],
} -%}
-- Every entity is read once, whatever codes it has: of marks there are more than of all else together.
with
{%- for entity, columns in coded.items() %}

met_{{ entity }} as (

    select
        academy_id,
        {%- for column in columns %}
        {{ column }}_source,
        {{ column }},
        {%- endfor %}
        count(*) as rows
    from {{ source('raw', entity) }}
    group by all

),
{%- endfor %}

met as (
    {% for entity, columns in coded.items() %}
    {%- set is_last_entity = loop.last %}
    {%- for column in columns %}
    select
        academy_id,
        '{{ entity }}' as entity,
        '{{ column }}' as code_set,
        {{ column }}_source as source_value,
        {{ column }} as code,
        cast(sum(rows) as bigint) as rows
    from met_{{ entity }}
    group by all
    {%- if not (loop.last and is_last_entity) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}

),

judged as (

    select
        academy_id,
        entity,
        code_set,
        source_value,
        code,
        code is not null or source_value is null as is_mapped,
        rows
    from met

)

select * from judged
