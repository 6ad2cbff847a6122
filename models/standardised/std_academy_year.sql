with parameters as (

    select
        as_of,
        {{ academic_year('as_of') }} as as_of_time_period
    from {{ source('run', 'parameter') }}

),

academies as (

    select academy_id from {{ source('run', 'academy') }}

),

snapshots as (

    select distinct
        delivery.academy_id,
        least(delivery.time_period, parameters.as_of_time_period) as time_period
    from {{ source('raw', 'delivery') }} as delivery
    cross join parameters
    where delivery.entity in ('pupil', 'enrolment', 'staff', 'staff_contract')

),

-- Files bring results of the years before a pupil came, too: such a year is another school's.
named_pupils as (

    select distinct academy_id, source_pupil_id, 'mis' as pupil_id_kind, source_pupil_id as named_by from {{ ref('std_pupil') }}
    union all
    select distinct academy_id, source_pupil_id, 'upn' as pupil_id_kind, upn as named_by from {{ ref('std_pupil') }}

),

results_on_roll as (

    select distinct
        results.academy_id,
        results.result_date as fact_date,
        results.time_period
    from {{ ref('std_assessment_result') }} as results
    inner join named_pupils
        on results.academy_id = named_pupils.academy_id
        and results.pupil_id_kind = named_pupils.pupil_id_kind
        and results.source_pupil_id = named_pupils.named_by
    inner join {{ ref('std_enrolment') }} as spells
        on named_pupils.academy_id = spells.academy_id
        and named_pupils.source_pupil_id = spells.source_pupil_id
        and spells.entry_date <= {{ academic_year_end('results.time_period') }}
        and (spells.leaving_date is null or spells.leaving_date >= {{ academic_year_start('results.time_period') }})

),

facts as (

    select distinct academy_id, standing_day as fact_date, time_period from {{ ref('std_attendance_mark_day') }}
    union all
    select distinct academy_id, week_start_date as fact_date, time_period from {{ ref('std_attendance_week') }}
    union all
    select distinct academy_id, start_date as fact_date, time_period from {{ ref('std_suspension') }}
    union all
    select distinct academy_id, event_date as fact_date, time_period from {{ ref('std_behaviour_event') }}
    union all
    select distinct academy_id, start_date as fact_date, time_period from {{ ref('std_staff_absence') }}
    union all
    select distinct academy_id, start_date as fact_date, time_period from {{ ref('std_club_membership') }}
    union all
    select distinct academy_id, survey_date as fact_date, time_period from {{ ref('std_survey_response') }}
    union all
    select distinct academy_id, event_date as fact_date, time_period from {{ ref('std_parent_event') }}
    union all
    select distinct academy_id, activity_date as fact_date, time_period from {{ ref('std_cpd_record') }}
    union all
    select academy_id, fact_date, time_period from results_on_roll

),

facts_so_far as (

    select distinct
        facts.academy_id,
        facts.time_period
    from facts
    cross join parameters
    where facts.fact_date <= parameters.as_of

),

years as (

    select academy_id, time_period from snapshots
    union distinct
    select academy_id, time_period from facts_so_far

),

years_of_academies as (

    select
        years.academy_id,
        years.time_period
    from years
    inner join academies on years.academy_id = academies.academy_id

)

select * from years_of_academies
