with delivered as (

    select distinct
        academy_id,
        time_period,
        entity as evidence
    from {{ source('raw', 'delivery') }}

),

dated as (

    select distinct academy_id, time_period, 'attendance_mark' as evidence from {{ ref('fct_attendance_session') }}
    union all
    select distinct academy_id, time_period, 'attendance_week' as evidence from {{ ref('fct_attendance_week') }}
    union all
    select distinct academy_id, time_period, 'suspension' as evidence from {{ ref('fct_suspension') }}
    union all
    select distinct academy_id, time_period, 'behaviour_event' as evidence from {{ ref('fct_behaviour_event') }}
    union all
    select distinct academy_id, time_period, 'enrolment' as evidence from {{ ref('fct_enrolment') }}
    union all
    select distinct academy_id, time_period, 'school_day' as evidence from {{ ref('measure_day') }}
    where is_register_due
    union all
    select distinct academy_id, time_period, 'staff_absence' as evidence from {{ ref('fct_staff_absence') }}
    union all
    select distinct academy_id, time_period, 'cpd_record' as evidence from {{ ref('fct_cpd') }}
    union all
    select distinct academy_id, time_period, 'club_membership' as evidence from {{ ref('fct_club_membership') }}
    union all
    select distinct academy_id, time_period, 'parent_event' as evidence from {{ ref('fct_parent_event') }}
    union all
    select distinct academy_id, time_period, concat(respondent, '_answer') as evidence from {{ ref('fct_survey_response') }}
    where respondent in ('pupil', 'parent', 'staff')

),

-- Contracts speak of every year from their first day on, but not of years after the last export.
years_with_staff as (

    select
        years.academy_id,
        years.time_period,
        bool_or(deliveries.time_period < years.time_period) as has_earlier_export
    from {{ ref('dim_academy_year') }} as years
    inner join {{ source('raw', 'delivery') }} as deliveries
        on years.academy_id = deliveries.academy_id
        and deliveries.entity in ('staff', 'staff_contract')
    group by all
    having max(deliveries.time_period) >= years.time_period

),

exports_with_leavers as (

    select distinct academy_id from {{ ref('fct_staff_contract') }}
    where end_date is not null and not is_vanished

),

in_post as (

    select
        years.academy_id,
        years.time_period,
        years.has_earlier_export or exports_with_leavers.academy_id is not null as has_leavers,
        spells.fte,
        spells.is_known_in_trust,
        spells.last_day >= {{ staff_year_start('years.time_period') }} as is_of_year,
        {{ first_thursday_of_november('years.time_period - 101') }} between spells.first_day and spells.last_day as is_of_last_november
    from years_with_staff as years
    inner join {{ ref('staff_spell') }} as spells
        on years.academy_id = spells.academy_id
        and spells.first_day <= {{ staff_year_end('years.time_period') }}
    left join exports_with_leavers on years.academy_id = exports_with_leavers.academy_id

),

staff as (

    select distinct academy_id, time_period, 'staff' as evidence from in_post
    where is_of_year
    union all
    select distinct academy_id, time_period, 'staff_contract' as evidence from in_post
    where is_of_year and fte is not null
    union all
    select distinct academy_id, time_period, 'staff_of_last_november' as evidence from in_post
    where is_of_last_november and has_leavers
    union all
    select distinct academy_id, time_period, 'trust_staff_ref' as evidence from in_post
    where is_of_last_november and is_known_in_trust

),

known as (

    select academy_id, time_period, evidence from delivered
    union
    select academy_id, time_period, evidence from dated
    union
    select academy_id, time_period, evidence from staff
    union
    select academy_id, time_period, evidence from {{ ref('stage_evidence') }}
    union
    select academy_id, time_period, evidence from {{ ref('progress_evidence') }}

),

-- Marks or weekly counts: either is evidence of attendance.
attendance as (

    select distinct academy_id, time_period, 'attendance' as evidence from known
    where evidence in ('attendance_mark', 'attendance_week')

),

every_kind as (

    select academy_id, time_period, evidence from known
    union all
    select academy_id, time_period, evidence from attendance

),

by_academy_year as (

    select academy_years.academy_id, academy_years.time_period, every_kind.evidence
    from {{ ref('dim_academy_year') }} as academy_years
    inner join every_kind
        on academy_years.academy_id = every_kind.academy_id
        and academy_years.time_period = every_kind.time_period

)

select * from by_academy_year
