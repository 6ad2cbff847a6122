-- A view: the same counts under another name cost more to write than to say again.
{{ config(materialized='view') }}

{#- The one place where an attendance measure is said: its name, its numerator, its denominator, as counts of count_attendance. -#}
{%- set definitions = [
    ('attendance_rate', 'attending', 'possible'),
    ('absence_rate', 'absent', 'possible'),
    ('authorised_absence_rate', 'authorised', 'possible'),
    ('unauthorised_absence_rate', 'unauthorised', 'possible'),
    ('late_rate', 'late', 'possible'),
    ('persistent_absence_rate', 'persistently_absent', 'enrolments'),
    ('severe_absence_rate', 'severely_absent', 'enrolments'),
    ('part_time_timetable_pct', 'part_time', 'enrolments'),
    ('missing_mark_rate', 'missing', 'register'),
] -%}

with counts as (

    select * from {{ ref('count_attendance') }}

),

absences as (

    select * from {{ ref('count_absence_reason') }}

),

rates as (
    {% for measure_id, numerator, denominator in definitions %}
    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        '{{ measure_id }}' as measure_id,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        people_{{ numerator }} as numerator_people,
        people_{{ denominator }} as denominator_people
    from counts
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- Every code in force in the year has a row, so that "nobody" is a figure too; a withdrawn code only where a register still used it.
reason_codes as (

    select
        mark_code,
        coalesce(valid_from, date '0001-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from {{ ref('ref_attendance_code') }}
    where is_authorised_absence or is_unauthorised_absence

),

reasons as (

    select
        counts.level,
        counts.academy_id,
        counts.phase,
        counts.time_period,
        counts.period_number,
        'reason' as breakdown_topic,
        reason_codes.mark_code as breakdown,
        'absence_by_reason' as measure_id,
        coalesce(absences.absent_sessions, 0) as numerator,
        counts.possible as denominator,
        coalesce(absences.people, 0) as numerator_people,
        counts.people_possible as denominator_people
    from counts
    cross join reason_codes
    left join absences
        on counts.level = absences.level
        and counts.academy_id = absences.academy_id
        and counts.phase = absences.phase
        and counts.time_period = absences.time_period
        and counts.period_number = absences.period_number
        and reason_codes.mark_code = absences.mark_code
    where
        counts.breakdown_topic = 'all'
        and (
            absences.mark_code is not null
            or (
                reason_codes.valid_from <= {{ academic_year_end('counts.time_period') }}
                and reason_codes.valid_to >= {{ academic_year_start('counts.time_period') }}
            )
        )

),

measured as (

    select * from rates
    union all
    select * from reasons

)

select * from measured
