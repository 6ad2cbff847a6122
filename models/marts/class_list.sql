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

register_weeks as (

    select
        weeks.academy_id,
        weeks.pupil_key,
        weeks.absent,
        weeks.late,
        periods.period_start as week_start
    from {{ ref('count_pupil_attendance') }} as weeks
    inner join {{ ref('measure_period') }} as periods
        on weeks.academy_id = periods.academy_id
        and weeks.period_number = periods.period_number
    cross join {{ source('run', 'parameter') }} as parameters
    where
        periods.period_type = 'week'
        and periods.time_period = {{ academic_year('parameters.as_of') }}
        and weeks.possible > 0

),

-- Before the first register of a Monday is in, that is the week before.
latest_weeks as (

    select academy_id, max(week_start) as week_start from register_weeks
    group by all

),

year_groups as (

    select year_group, max(sort_order) as sort_order from {{ ref('ref_nc_year') }}
    group by all

),

classes as (

    select
        pupils.academy_id,
        pupils.year_group,
        pupils.reg_group,
        pupils.legal_surname,
        pupils.legal_forename,
        people.preferred_surname,
        people.preferred_forename,
        coalesce(pupils.entry_date >= half_terms.half_term_start, false) as is_new_this_half_term,
        pupils.sen_provision_code,
        pupils.is_eal,
        pupils.is_pupil_premium,
        latest_weeks.week_start as latest_week_start,
        cast(register_weeks.absent as int) as absent_sessions_of_latest_week,
        cast(register_weeks.late as int) as late_sessions_of_latest_week,
        pupils.attendance_pct,
        pupils.sessions_until_persistent_absence,
        cast(coalesce(events.positive_events, 0) as int) as positive_events_of_two_weeks,
        cast(coalesce(events.other_events, 0) as int) as other_events_of_two_weeks,
        pupils.latest_reading,
        pupils.latest_writing,
        pupils.latest_maths,
        pupils.latest_english,
        pupils.latest_science,
        pupils.is_on_track,
        pupils.latest_summative,
        pupils.counted_to,
        pupils.is_stale,
        pupils.source_pupil_id,
        pupils.pupil_key
    from pupils
    inner join {{ ref('dim_pupil') }} as people on pupils.pupil_key = people.pupil_key
    left join events
        on pupils.academy_id = events.academy_id
        and pupils.pupil_key = events.pupil_key
    left join half_terms on pupils.academy_id = half_terms.academy_id
    left join latest_weeks on pupils.academy_id = latest_weeks.academy_id
    left join register_weeks
        on pupils.academy_id = register_weeks.academy_id
        and pupils.pupil_key = register_weeks.pupil_key
        and latest_weeks.week_start = register_weeks.week_start

),

ordered as (

    select classes.* from classes
    left join year_groups on classes.year_group = year_groups.year_group
    order by
        classes.academy_id,
        year_groups.sort_order,
        classes.reg_group,
        classes.legal_surname,
        classes.legal_forename,
        classes.pupil_key

)

select * from ordered
