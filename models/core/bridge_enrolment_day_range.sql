with enrolments as (

    select
        enrolment_key,
        academy_id,
        source_pupil_id,
        time_period,
        entry_date,
        first_session_date,
        last_session_date
    from {{ ref('fct_enrolment') }}
    where first_session_date <= last_session_date

),

-- Every day on which some spell of the pupil starts, or the day after one ends: between two of them nothing changes.
borders as (

    select academy_id, source_pupil_id, time_period, first_session_date as border from enrolments
    union distinct
    select academy_id, source_pupil_id, time_period, {{ add_days('last_session_date', 1) }} as border from enrolments

),

stretches as (

    select
        academy_id,
        source_pupil_id,
        time_period,
        border as first_day,
        {{ add_days('lead(border) over (partition by academy_id, source_pupil_id, time_period order by border)', -1) }} as last_day
    from borders

),

claimed as (

    select
        enrolments.enrolment_key,
        stretches.*,
        row_number() over (
            partition by stretches.academy_id, stretches.source_pupil_id, stretches.time_period, stretches.first_day
            order by enrolments.entry_date desc
        ) as place
    from stretches
    inner join enrolments
        on stretches.academy_id = enrolments.academy_id
        and stretches.source_pupil_id = enrolments.source_pupil_id
        and stretches.time_period = enrolments.time_period
        and stretches.first_day between enrolments.first_session_date and enrolments.last_session_date

),

ranges as (

    select
        enrolment_key,
        academy_id,
        source_pupil_id,
        time_period,
        first_day,
        last_day
    from claimed
    where place = 1

)

select * from ranges
