with marks as (

    select * from {{ ref('std_attendance_mark') }}

),

enrolments as (

    select * from {{ ref('fct_enrolment') }}

),

codes as (

    select * from {{ ref('ref_attendance_code') }}

),

day_ranges as (

    select
        ranges.academy_id,
        ranges.source_pupil_id,
        ranges.time_period,
        ranges.first_day,
        ranges.last_day,
        ranges.enrolment_key,
        enrolments.pupil_key,
        enrolments.is_in_population
    from {{ ref('bridge_enrolment_day_range') }} as ranges
    inner join enrolments on ranges.enrolment_key = enrolments.enrolment_key

),

-- The day ranges of a pupil never overlap and end with the as-of date, so each mark meets one at most and future marks meet none.
counted as (

    select
        marks.academy_id,
        day_ranges.pupil_key,
        day_ranges.enrolment_key,
        marks.session_date,
        marks.session,
        marks.mark_code,
        codes.statistical_class,
        codes.is_possible,
        codes.is_attending,
        codes.is_authorised_absence,
        codes.is_unauthorised_absence,
        codes.is_late,
        marks.minutes_late,
        marks.time_period,
        day_ranges.is_in_population,
        marks.batch_id,
        marks.source_file,
        marks.source_row
    from marks
    inner join day_ranges
        on marks.academy_id = day_ranges.academy_id
        and marks.source_pupil_id = day_ranges.source_pupil_id
        and marks.time_period = day_ranges.time_period
        and marks.session_date between day_ranges.first_day and day_ranges.last_day
    inner join codes on marks.mark_code = codes.mark_code

)

select * from counted
