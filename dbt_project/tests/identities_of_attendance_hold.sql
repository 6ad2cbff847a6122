-- What is this test? For every academy, period and group: possible = attending + absence, absence = authorised + unauthorised, late
-- never above possible.
-- When does it matter? Always: DfE's own file holds them to the session. A break means that a code is classed twice or not at all.
-- How to resolve it? Look at ref.attendance_code for a class that is wrong, then at count_enrolment_week.
{{ config(meta={'slices': {'by': 'year'}}) }}

with rows_of_a_group as (

    select
        level,
        academy_id,
        phase,
        period_type,
        period_start,
        period_end,
        breakdown_topic,
        breakdown,
        max(denominator) as possible,
        max(case when measure_id = 'attendance_rate' then numerator end) as attending,
        max(case when measure_id = 'absence_rate' then numerator end) as absent,
        max(case when measure_id = 'authorised_absence_rate' then numerator end) as authorised,
        max(case when measure_id = 'unauthorised_absence_rate' then numerator end) as unauthorised,
        max(case when measure_id = 'late_rate' then numerator end) as late
    from {{ ref('measure_value') }}
    where
        measure_id in ('attendance_rate', 'absence_rate', 'authorised_absence_rate', 'unauthorised_absence_rate', 'late_rate')
        and value_status = 'ok'
    group by all

),

broken as (

    select * from rows_of_a_group
    where
        coalesce(possible <> attending + absent, true)
        or coalesce(absent <> authorised + unauthorised, true)
        or coalesce(late > possible, true)

)

select * from broken
