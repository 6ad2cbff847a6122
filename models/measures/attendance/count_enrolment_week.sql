{%- set counts = [
    'possible_sessions', 'attending_sessions', 'authorised_sessions', 'unauthorised_sessions', 'late_sessions', 'part_time_sessions',
    'marked_sessions', 'marked_due_sessions', 'due_sessions',
] -%}

with days as (

    select * from {{ ref('measure_day') }}

),

enrolments as (

    select * from {{ ref('fct_enrolment') }}
    where is_in_population

),

-- The one pass over every mark: from here on a row is an enrolment's week.
marks as (

    select
        sessions.enrolment_key,
        days.week_start_date,
        days.half_term,
        days.is_last_half_term,
        count_if(sessions.is_possible) as possible_sessions,
        count_if(sessions.is_attending) as attending_sessions,
        count_if(sessions.is_authorised_absence) as authorised_sessions,
        count_if(sessions.is_unauthorised_absence) as unauthorised_sessions,
        count_if(sessions.is_late) as late_sessions,
        count_if(sessions.mark_code = 'C2') as part_time_sessions,
        count(*) as marked_sessions,
        count_if(days.is_register_due) as marked_due_sessions,
        0 as due_sessions
    from {{ ref('fct_attendance_session') }} as sessions
    inner join days
        on sessions.academy_id = days.academy_id
        and sessions.session_date = days.session_date
    where sessions.is_in_population
    group by all

),

-- A week belongs to the first half-term that it touches; its days are not known.
weeks as (

    select
        academy_id,
        time_period,
        week_start_date,
        coalesce(min(nullif(half_term, 'none')), 'none') as half_term,
        bool_or(is_last_half_term) as is_last_half_term
    from days
    group by all

),

weekly_counts as (

    select
        counts.enrolment_key,
        weeks.week_start_date,
        weeks.half_term,
        weeks.is_last_half_term,
        sum(case when counts.is_possible then counts.sessions else 0 end) as possible_sessions,
        sum(case when counts.is_attending then counts.sessions else 0 end) as attending_sessions,
        sum(case when counts.is_authorised_absence then counts.sessions else 0 end) as authorised_sessions,
        sum(case when counts.is_unauthorised_absence then counts.sessions else 0 end) as unauthorised_sessions,
        sum(case when counts.is_late then counts.sessions else 0 end) as late_sessions,
        sum(case when counts.mark_code = 'C2' then counts.sessions else 0 end) as part_time_sessions,
        0 as marked_sessions,
        0 as marked_due_sessions,
        0 as due_sessions
    from {{ ref('fct_attendance_week') }} as counts
    inner join weeks
        on counts.academy_id = weeks.academy_id
        and counts.time_period = weeks.time_period
        and counts.week_start_date = weeks.week_start_date
    where counts.is_in_population
    group by all

),

weeks_by_count as (

    select distinct enrolment_key, week_start_date from {{ ref('fct_attendance_week') }}

),

-- Where a week is known by its counts alone, which of its sessions lacks a mark cannot be said.
registers_due as (

    select
        spells.enrolment_key,
        days.week_start_date,
        days.half_term,
        days.is_last_half_term,
        0 as possible_sessions,
        0 as attending_sessions,
        0 as authorised_sessions,
        0 as unauthorised_sessions,
        0 as late_sessions,
        0 as part_time_sessions,
        0 as marked_sessions,
        0 as marked_due_sessions,
        2 * count(*) as due_sessions
    from {{ ref('bridge_enrolment_day_range') }} as spells
    inner join {{ ref('academy_evidence') }} as evidence
        on spells.academy_id = evidence.academy_id
        and spells.time_period = evidence.time_period
        and evidence.evidence = 'attendance_mark'
    inner join days
        on spells.academy_id = days.academy_id
        and spells.time_period = days.time_period
        and days.session_date between spells.first_day and spells.last_day
    left join weeks_by_count
        on spells.enrolment_key = weeks_by_count.enrolment_key
        and days.week_start_date = weeks_by_count.week_start_date
    where days.is_register_due and weeks_by_count.enrolment_key is null
    group by all

),

together as (

    select
        enrolment_key,
        week_start_date,
        half_term,
        is_last_half_term,
    {%- for count in counts %}
    cast(sum({{ count }}) as bigint) as {{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
    from (
        select * from marks
        union all
        select * from weekly_counts
        union all
        select * from registers_due
    ) as sources
    group by all

),

-- DfE leaves the last half-term of those aged 15 out altogether.
counted as (

    select
        together.enrolment_key,
        enrolments.academy_id,
        enrolments.pupil_key,
        enrolments.time_period,
        together.week_start_date,
        together.half_term,
        enrolments.age_at_year_start,
        together.possible_sessions,
        together.attending_sessions,
        together.authorised_sessions,
        together.unauthorised_sessions,
        together.late_sessions,
        together.part_time_sessions,
        together.due_sessions - together.marked_due_sessions as missing_sessions,
        together.due_sessions - together.marked_due_sessions + together.marked_sessions as register_sessions
    from together
    inner join enrolments on together.enrolment_key = enrolments.enrolment_key
    where not (enrolments.age_at_year_start = 15 and together.is_last_half_term)

)

select * from counted
