{%- set counted_by = {
    'possible_sessions': 'is_possible', 'attending_sessions': 'is_attending', 'authorised_sessions': 'is_authorised_absence',
    'unauthorised_sessions': 'is_unauthorised_absence', 'late_sessions': 'is_late', 'part_time_sessions': 'is_part_time',
} -%}

with days as (

    select * from {{ ref('measure_day') }}

),

enrolments as (

    select * from {{ ref('fct_enrolment') }}
    where is_in_population

),

marks as (

    select
        sessions.enrolment_key,
        days.week_start_date,
        days.half_term,
        days.is_last_half_term,
        sessions.is_possible,
        sessions.is_attending,
        sessions.is_authorised_absence,
        sessions.is_unauthorised_absence,
        sessions.is_late,
        sessions.mark_code = 'C2' as is_part_time,
        days.is_register_due
    from {{ ref('fct_attendance_session') }} as sessions
    inner join days
        on sessions.academy_id = days.academy_id
        and sessions.session_date = days.session_date
    where sessions.is_in_population

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
        counts.is_possible,
        counts.is_attending,
        counts.is_authorised_absence,
        counts.is_unauthorised_absence,
        counts.is_late,
        counts.mark_code = 'C2' as is_part_time,
        counts.sessions
    from {{ ref('fct_attendance_week') }} as counts
    inner join weeks
        on counts.academy_id = weeks.academy_id
        and counts.time_period = weeks.time_period
        and counts.week_start_date = weeks.week_start_date
    where counts.is_in_population

),

weeks_by_count as (

    select distinct enrolment_key, week_start_date from {{ ref('fct_attendance_week') }}

),

spells as (

    select * from {{ ref('bridge_enrolment_day_range') }}

),

-- Nearly all spells of an academy begin and end on the same days: the registers due are counted once for all of them.
spans as (

    select distinct
        spells.academy_id,
        spells.time_period,
        spells.first_day,
        spells.last_day
    from spells
    inner join {{ ref('session_evidence') }} as evidence
        on spells.academy_id = evidence.academy_id
        and spells.time_period = evidence.time_period
        and evidence.evidence = 'attendance_mark'

),

due_in_spans as (

    select
        spans.academy_id,
        spans.time_period,
        spans.first_day,
        spans.last_day,
        days.week_start_date,
        days.half_term,
        days.is_last_half_term,
        cast(2 * count(*) as int) as due_sessions
    from spans
    inner join days
        on spans.academy_id = days.academy_id
        and spans.time_period = days.time_period
        and days.session_date between spans.first_day and spans.last_day
    where days.is_register_due
    group by all

),

-- Where a week is known by its counts alone, which of its sessions lacks a mark cannot be said.
registers_due as (

    select
        spells.enrolment_key,
        due_in_spans.week_start_date,
        due_in_spans.half_term,
        due_in_spans.is_last_half_term,
        due_in_spans.due_sessions
    from spells
    inner join due_in_spans
        on spells.academy_id = due_in_spans.academy_id
        and spells.time_period = due_in_spans.time_period
        and spells.first_day = due_in_spans.first_day
        and spells.last_day = due_in_spans.last_day
    left join weeks_by_count
        on spells.enrolment_key = weeks_by_count.enrolment_key
        and due_in_spans.week_start_date = weeks_by_count.week_start_date
    where weeks_by_count.enrolment_key is null

),

-- The one pass over every mark: counting is twice as fast as adding ones and noughts.
marked as (

    select
        enrolment_key,
        week_start_date,
        half_term,
        is_last_half_term,
        {%- for count, flag in counted_by.items() %}
        cast(count(case when {{ flag }} then 1 end) as int) as {{ count }},
        {%- endfor %}
        cast(count(*) as int) as marked_sessions,
        cast(count(case when is_register_due then 1 end) as int) as marked_due_sessions
    from marks
    group by all

),

counted_by_the_week as (

    select
        enrolment_key,
        week_start_date,
        half_term,
        is_last_half_term,
        {%- for count, flag in counted_by.items() %}
        cast(sum(case when {{ flag }} then sessions else 0 end) as int) as {{ count }},
        {%- endfor %}
        0 as marked_sessions,
        0 as marked_due_sessions
    from weekly_counts
    group by all

),

known as (

    select * from marked
    union all
    select * from counted_by_the_week

),

due as (

    select
        enrolment_key,
        week_start_date,
        half_term,
        is_last_half_term,
        cast(sum(due_sessions) as int) as due_sessions
    from registers_due
    group by all

),

together as (

    select
        coalesce(known.enrolment_key, due.enrolment_key) as enrolment_key,
        coalesce(known.week_start_date, due.week_start_date) as week_start_date,
        coalesce(known.half_term, due.half_term) as half_term,
        coalesce(known.is_last_half_term, due.is_last_half_term) as is_last_half_term,
        {%- for count in counted_by %}
        coalesce(known.{{ count }}, 0) as {{ count }},
        {%- endfor %}
        coalesce(known.marked_sessions, 0) as marked_sessions,
        coalesce(known.marked_due_sessions, 0) as marked_due_sessions,
        coalesce(due.due_sessions, 0) as due_sessions
    from known
    full join due
        on known.enrolment_key = due.enrolment_key
        and known.week_start_date = due.week_start_date
        and known.half_term = due.half_term
        and known.is_last_half_term = due.is_last_half_term

),

-- DfE leaves the last half-term of those aged 15 out altogether.
counted as (

    select
        together.enrolment_key,
        enrolments.academy_id,
        enrolments.time_period,
        together.week_start_date,
        together.half_term,
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
