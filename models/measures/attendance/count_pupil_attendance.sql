{%- set counts = ['possible', 'attending', 'authorised', 'unauthorised', 'late', 'part_time', 'missing', 'register'] -%}

with weeks as (

    select * from {{ ref('count_enrolment_week') }}

),

period_weeks as (

    select * from {{ ref('period_week') }}

),

enrolments as (

    select
        weeks.enrolment_key,
        period_weeks.period_number,
    {%- for count in counts %}
    cast(sum(weeks.{{ count }}_sessions) as int) as {{ count }}_sessions{{ ',' if not loop.last }}
    {%- endfor %}
    from weeks
    inner join period_weeks
        on weeks.academy_id = period_weeks.academy_id
        and weeks.time_period = period_weeks.time_period
        and weeks.week_start_date = period_weeks.week_start_date
        and weeks.half_term = period_weeks.half_term
    group by all

),

-- An enrolment is judged by its own sessions: the marks of a pupil's other spells and academies do not mix into it.
judged as (

    select
        spells.academy_id,
        spells.pupil_key,
        spells.time_period,
        spells.age_at_year_start,
        enrolments.*,
        enrolments.authorised_sessions + enrolments.unauthorised_sessions as absent_sessions,
        enrolments.possible_sessions > 0 as has_sessions,
        enrolments.possible_sessions > 0
        and (enrolments.authorised_sessions + enrolments.unauthorised_sessions) * 10 >= enrolments.possible_sessions
            as is_persistently_absent,
        enrolments.possible_sessions > 0
        and (enrolments.authorised_sessions + enrolments.unauthorised_sessions) * 2 >= enrolments.possible_sessions
            as is_severely_absent
    from enrolments
    inner join {{ ref('fct_enrolment') }} as spells on enrolments.enrolment_key = spells.enrolment_key

),

-- Possible sessions set beside the sessions lost to suspension: only of academies whose suspensions are known.
suspension_known as (

    select academy_id, time_period from {{ ref('session_evidence') }}
    where evidence = 'suspension'

),

pupils as (

    select
        judged.academy_id,
        judged.pupil_key,
        judged.time_period,
        judged.period_number,
        coalesce(max(judged.age_at_year_start) between 5 and 15, false) as is_aged_5_to_15,
        cast(sum(judged.possible_sessions) as bigint) as possible,
        cast(sum(judged.attending_sessions) as bigint) as attending,
        cast(sum(judged.absent_sessions) as bigint) as absent,
        cast(sum(judged.authorised_sessions) as bigint) as authorised,
        cast(sum(judged.unauthorised_sessions) as bigint) as unauthorised,
        cast(sum(judged.late_sessions) as bigint) as late,
        cast(count_if(judged.has_sessions) as bigint) as enrolments,
        cast(count_if(judged.is_persistently_absent) as bigint) as persistently_absent,
        cast(count_if(judged.is_severely_absent) as bigint) as severely_absent,
        cast(count_if(judged.has_sessions and judged.part_time_sessions > 0) as bigint) as part_time,
        cast(sum(judged.missing_sessions) as bigint) as missing,
        cast(sum(judged.register_sessions) as bigint) as register,
        cast(sum(case when suspension_known.academy_id is null then 0 else judged.possible_sessions end) as bigint)
            as possible_with_suspensions
    from judged
    left join suspension_known
        on judged.academy_id = suspension_known.academy_id
        and judged.time_period = suspension_known.time_period
    group by all

),

-- Each academy's period together: the groups of the next model are then few at a time, which is three times as fast.
ordered as (

    select * from pupils
    order by academy_id, period_number

)

select * from ordered
