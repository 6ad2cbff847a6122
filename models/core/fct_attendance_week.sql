with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

weeks as (

    select
        std_attendance_week.*,
        {{ add_days('std_attendance_week.week_start_date', 4) }} as week_friday
    from {{ ref('std_attendance_week') }} as std_attendance_week
    cross join parameters
    where std_attendance_week.week_start_date <= parameters.as_of

),

enrolments as (

    select * from {{ ref('fct_enrolment') }}

),

codes as (

    select * from {{ ref('ref_attendance_code') }}

),

pupil_weeks as (

    select distinct
        academy_id,
        source_pupil_id,
        time_period,
        week_start_date,
        week_friday
    from weeks

),

-- Most academies deliver marks alone: their millions of rows need not be looked at.
academies_with_weeks as (

    select distinct academy_id from pupil_weeks

),

marked_weeks as (

    select distinct
        marks.academy_id,
        marks.source_pupil_id,
        {{ week_start('marks.session_date') }} as week_start_date
    from {{ ref('std_attendance_mark') }} as marks
    inner join academies_with_weeks on marks.academy_id = academies_with_weeks.academy_id
    where marks.mark_code is not null

),

placed as (

    select
        pupil_weeks.academy_id,
        pupil_weeks.source_pupil_id,
        pupil_weeks.week_start_date,
        enrolments.pupil_key,
        enrolments.enrolment_key,
        enrolments.is_in_population,
        row_number() over (
            partition by pupil_weeks.academy_id, pupil_weeks.source_pupil_id, pupil_weeks.week_start_date
            order by enrolments.entry_date desc
        ) as place
    from pupil_weeks
    inner join enrolments
        on pupil_weeks.academy_id = enrolments.academy_id
        and pupil_weeks.source_pupil_id = enrolments.source_pupil_id
        and pupil_weeks.time_period = enrolments.time_period
        and pupil_weeks.week_friday >= enrolments.first_session_date
        and pupil_weeks.week_start_date <= enrolments.last_session_date
    left join marked_weeks
        on pupil_weeks.academy_id = marked_weeks.academy_id
        and pupil_weeks.source_pupil_id = marked_weeks.source_pupil_id
        and pupil_weeks.week_start_date = marked_weeks.week_start_date
    where marked_weeks.source_pupil_id is null

),

counted as (

    select
        weeks.academy_id,
        placed.pupil_key,
        placed.enrolment_key,
        weeks.week_start_date,
        weeks.mark_code,
        weeks.sessions,
        codes.statistical_class,
        codes.is_possible,
        codes.is_attending,
        codes.is_authorised_absence,
        codes.is_unauthorised_absence,
        codes.is_late,
        weeks.time_period,
        placed.is_in_population,
        weeks.batch_id,
        weeks.source_file,
        weeks.source_row
    from weeks
    inner join placed
        on weeks.academy_id = placed.academy_id
        and weeks.source_pupil_id = placed.source_pupil_id
        and weeks.week_start_date = placed.week_start_date
        and placed.place = 1
    inner join codes on weeks.mark_code = codes.mark_code

)

select * from counted
