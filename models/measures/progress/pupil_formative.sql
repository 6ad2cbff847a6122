{%- set core_subjects = ['reading', 'writing', 'maths', 'english', 'science'] -%}
with parameters as (

    select as_of, {{ academic_year('as_of') }} as time_period from {{ source('run', 'parameter') }}

),

-- Where a core subject has more than one result standing (language and literature), the newer one, of two of one day the lower.
today as (

    select
        standings.academy_id,
        standings.pupil_key,
        core_subjects.core_subject,
        standings.standing,
        row_number() over (
            partition by standings.academy_id, standings.pupil_key, core_subjects.core_subject
            order by
                standings.first_day desc,
                case standings.standing when 'below' then 1 when 'expected' then 2 else 3 end
        ) as place
    from {{ ref('formative_standing') }} as standings
    inner join {{ ref('ref_core_subject') }} as core_subjects on standings.subject_code = core_subjects.subject_code
    inner join parameters on parameters.as_of between standings.first_day and standings.last_day

),

latest as (

    select
        academy_id,
        {%- for subject in core_subjects %}
        max(case when core_subject = '{{ subject }}' then standing end) as latest_{{ subject }},
        {%- endfor %}
        pupil_key
    from today
    where place = 1
    group by all

),

on_track as (

    select
        people.academy_id,
        people.person_key as pupil_key,
        cast(people.numerator as int) as on_track_subjects,
        cast(people.denominator as int) as assessed_subjects
    from {{ ref('person_progress') }} as people
    inner join {{ ref('measure_period') }} as periods
        on people.academy_id = periods.academy_id
        and people.period_number = periods.period_number
    inner join parameters on periods.time_period = parameters.time_period
    where people.measure_id = 'on_track_pct' and periods.period_type = 'year_to_date'

),

pupils as (

    select
        on_track.academy_id,
        on_track.pupil_key,
        {%- for subject in core_subjects %}
        latest.latest_{{ subject }},
        {%- endfor %}
        on_track.on_track_subjects,
        on_track.assessed_subjects,
        on_track.on_track_subjects = on_track.assessed_subjects as is_on_track
    from on_track
    left join latest
        on on_track.academy_id = latest.academy_id
        and on_track.pupil_key = latest.pupil_key

)

select * from pupils
