with pupils as (

    select * from {{ ref('pupil_summary') }}

),

events as (

    select
        events.academy_id,
        events.pupil_key,
        count_if(coalesce(events.polarity, '') = 'positive') as positive_events,
        count_if(coalesce(events.polarity, '') <> 'positive') as other_events
    from {{ ref('fct_behaviour_event') }} as events
    inner join {{ source('run', 'parameter') }} as parameters
        on events.event_date > {{ days_after('parameters.as_of', -14) }}
        and events.event_date <= parameters.as_of
    group by all

),

half_terms as (

    select
        periods.academy_id,
        max(periods.period_start) as half_term_start
    from {{ ref('dim_period') }} as periods
    cross join {{ source('run', 'parameter') }} as parameters
    where periods.period_type = 'half_term' and periods.time_period = {{ academic_year('parameters.as_of') }}
    group by all

),

classes as (

    select
        pupils.academy_id,
        pupils.year_group,
        pupils.reg_group,
        pupils.pupil_key,
        pupils.source_pupil_id,
        pupils.legal_surname,
        pupils.legal_forename,
        people.preferred_surname,
        people.preferred_forename,
        pupils.counted_to,
        coalesce(pupils.entry_date >= half_terms.half_term_start, false) as is_new_this_half_term,
        pupils.sen_provision_code,
        pupils.is_eal,
        pupils.attendance_pct,
        pupils.sessions_until_persistent_absence,
        pupils.latest_reading,
        pupils.latest_writing,
        pupils.latest_maths,
        pupils.latest_english,
        pupils.latest_science,
        pupils.is_on_track,
        pupils.latest_summative,
        cast(coalesce(events.positive_events, 0) as int) as positive_events_of_two_weeks,
        cast(coalesce(events.other_events, 0) as int) as other_events_of_two_weeks,
        pupils.is_stale
    from pupils
    inner join {{ ref('dim_pupil') }} as people on pupils.pupil_key = people.pupil_key
    left join events
        on pupils.academy_id = events.academy_id
        and pupils.pupil_key = events.pupil_key
    left join half_terms on pupils.academy_id = half_terms.academy_id

),

ordered as (

    select * from classes
    order by academy_id, year_group, reg_group, legal_surname, legal_forename, pupil_key

)

select * from ordered
