with parameters as (

    select
        as_of,
        {{ academic_year('as_of') }} as time_period
    from {{ source('run', 'parameter') }}

),

year_to_date as (

    select distinct periods.time_period, periods.period_number
    from {{ ref('measure_period') }} as periods
    inner join parameters on periods.time_period = parameters.time_period
    where periods.period_type = 'year_to_date'

),

-- Attendance year to date of everyone, whatever their age: the rates of the measures count those aged 5 to 15 only.
attendance as (

    select pupils.*
    from {{ ref('count_pupil_attendance') }} as pupils
    inner join year_to_date on pupils.period_number = year_to_date.period_number

),

attendance_in_trust as (

    select
        pupil_key,
        sum(possible) as possible,
        sum(attending) as attending
    from attendance
    group by all

),

inclusion as (

    select pupils.*
    from {{ ref('count_pupil_inclusion') }} as pupils
    inner join year_to_date on pupils.period_number = year_to_date.period_number

),

-- The roll of the measures on the as-of date, subsidiary pupils too: they sit in the same classes.
on_roll as (

    select pupils.academy_id, pupils.pupil_key, pupils.time_period, pupils.roll = 0 as is_subsidiary
    from {{ ref('count_pupil_roll') }} as pupils
    inner join year_to_date on pupils.period_number = year_to_date.period_number
    where pupils.roll = 1 or pupils.subsidiary = 1

),

enrolments as (

    select
        enrolments.*,
        row_number() over (
            partition by enrolments.academy_id, enrolments.pupil_key
            order by enrolments.entry_date desc, enrolments.enrolment_key
        ) as newest
    from {{ ref('fct_enrolment') }} as enrolments
    inner join parameters
        on enrolments.time_period = parameters.time_period
        and enrolments.entry_date <= parameters.as_of
    where enrolments.is_in_population

),

pupils as (

    select
        enrolments.academy_id,
        academies.academy_name,
        enrolments.pupil_key,
        enrolments.source_pupil_id,
        enrolments.time_period,
        parameters.as_of as counted_to,
        people.legal_surname,
        people.legal_forename,
        people.sex,
        enrolments.year_group,
        enrolments.reg_group,
        enrolments.entry_date,
        on_roll.is_subsidiary,
        enrolments.is_fsm,
        enrolments.is_fsm6,
        enrolments.is_pupil_premium,
        enrolments.is_disadvantaged,
        enrolments.is_looked_after,
        enrolments.has_social_worker,
        enrolments.sen_provision_code,
        enrolments.is_eal,
        coalesce(attendance.possible, 0) as possible_sessions,
        coalesce(attendance.attending, 0) as attending_sessions,
        coalesce(attendance.absent, 0) as absent_sessions,
        coalesce(attendance.authorised, 0) as authorised_absence_sessions,
        coalesce(attendance.unauthorised, 0) as unauthorised_absence_sessions,
        coalesce(attendance.late, 0) as late_sessions,
        coalesce(attendance.missing, 0) as missing_mark_sessions,
        coalesce(attendance_in_trust.possible, 0) as trust_possible_sessions,
        coalesce(attendance_in_trust.attending, 0) as trust_attending_sessions,
        coalesce(attendance.persistently_absent > 0, false) as is_persistently_absent,
        coalesce(attendance.severely_absent > 0, false) as is_severely_absent,
        coalesce(inclusion.positive_events, 0) as positive_behaviour_events,
        coalesce(inclusion.behaviour_events, 0) as behaviour_events,
        coalesce(inclusion.suspensions, 0) as suspensions,
        coalesce(inclusion.suspended_sessions, 0) as suspended_sessions,
        formative.latest_reading,
        formative.latest_writing,
        formative.latest_maths,
        formative.latest_english,
        formative.latest_science,
        coalesce(formative.on_track_subjects, 0) as on_track_subjects,
        coalesce(formative.assessed_subjects, 0) as assessed_subjects,
        formative.is_on_track,
        summative.latest_summative,
        academies.is_stale
    from on_roll
    inner join enrolments
        on on_roll.academy_id = enrolments.academy_id
        and on_roll.pupil_key = enrolments.pupil_key
        and enrolments.newest = 1
    inner join parameters on enrolments.time_period = parameters.time_period
    inner join {{ ref('dim_academy') }} as academies on on_roll.academy_id = academies.academy_id
    inner join {{ ref('dim_pupil') }} as people on on_roll.pupil_key = people.pupil_key
    left join attendance
        on on_roll.academy_id = attendance.academy_id
        and on_roll.pupil_key = attendance.pupil_key
    left join attendance_in_trust on on_roll.pupil_key = attendance_in_trust.pupil_key
    left join inclusion
        on on_roll.academy_id = inclusion.academy_id
        and on_roll.pupil_key = inclusion.pupil_key
    left join {{ ref('pupil_formative') }} as formative
        on on_roll.academy_id = formative.academy_id
        and on_roll.pupil_key = formative.pupil_key
    left join {{ ref('pupil_summative') }} as summative on on_roll.pupil_key = summative.pupil_key

),

-- Missing k more sessions in a row makes (absent + k) of (possible + k) sessions: a tenth is reached when 9 k >= possible - 10 absent.
with_rates as (

    select
        *,
        case when possible_sessions > 0 then cast(100 * attending_sessions as double) / possible_sessions end as attendance_pct,
        case
            when trust_possible_sessions > 0 then cast(100 * trust_attending_sessions as double) / trust_possible_sessions
        end as trust_attendance_pct,
        case
            when possible_sessions = 0 then null
            when is_persistently_absent then 0
            else cast(ceil((possible_sessions - 10 * absent_sessions) / 9.0) as int)
        end as sessions_until_persistent_absence
    from pupils

),

ranked as (

    select
        academy_id,
        academy_name,
        cast(row_number() over (
            partition by academy_id
            order by
                is_severely_absent desc,
                is_persistently_absent desc,
                coalesce(sessions_until_persistent_absence, 9999),
                suspensions desc,
                unauthorised_absence_sessions desc,
                late_sessions desc,
                pupil_key
        ) as int) as attention_rank,
        nullif(concat_ws(
            '; ',
            case
                when is_severely_absent or is_persistently_absent
                    then
                        concat(
                            case when is_severely_absent then 'severely' else 'persistently' end,
                            ' absent: ',
                            cast(cast(absent_sessions as int) as string),
                            ' of ',
                            cast(cast(possible_sessions as int) as string),
                            ' sessions missed, ',
                            cast(cast(unauthorised_absence_sessions as int) as string),
                            ' without leave'
                        )
                when absent_sessions > 0 and sessions_until_persistent_absence = 1 then 'persistently absent with the next session missed'
                when absent_sessions > 0 and sessions_until_persistent_absence <= 10
                    then concat('persistently absent with the next ', cast(sessions_until_persistent_absence as string), ' sessions missed')
            end,
            case
                when suspensions = 1 then 'suspended once'
                when suspensions > 1 then concat('suspended ', cast(cast(suspensions as int) as string), ' times')
            end
        ), '') as attention_reason,
        year_group,
        reg_group,
        legal_surname,
        legal_forename,
        sex,
        entry_date,
        is_subsidiary,
        attendance_pct,
        sessions_until_persistent_absence,
        is_persistently_absent,
        is_severely_absent,
        cast(possible_sessions as int) as possible_sessions,
        cast(attending_sessions as int) as attending_sessions,
        cast(absent_sessions as int) as absent_sessions,
        cast(authorised_absence_sessions as int) as authorised_absence_sessions,
        cast(unauthorised_absence_sessions as int) as unauthorised_absence_sessions,
        cast(late_sessions as int) as late_sessions,
        cast(missing_mark_sessions as int) as missing_mark_sessions,
        cast(suspensions as int) as suspensions,
        cast(suspended_sessions as int) as suspended_sessions,
        cast(positive_behaviour_events as int) as positive_behaviour_events,
        cast(behaviour_events as int) as behaviour_events,
        latest_reading,
        latest_writing,
        latest_maths,
        latest_english,
        latest_science,
        on_track_subjects,
        assessed_subjects,
        is_on_track,
        latest_summative,
        is_fsm,
        is_fsm6,
        is_pupil_premium,
        is_disadvantaged,
        sen_provision_code,
        is_eal,
        is_looked_after,
        has_social_worker,
        trust_attendance_pct,
        cast(trust_possible_sessions as int) as trust_possible_sessions,
        cast(trust_attending_sessions as int) as trust_attending_sessions,
        cast(time_period as int) as time_period,
        counted_to,
        is_stale,
        source_pupil_id,
        pupil_key
    from with_rates

),

ordered as (

    select * from ranked
    order by academy_id, attention_rank

)

select * from ordered
