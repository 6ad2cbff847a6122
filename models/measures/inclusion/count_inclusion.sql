{%- set counts = [
    'suspensions', 'suspended_pupils', 'suspended_sessions', 'exclusions', 'positive_events', 'behaviour_events', 'census_roll',
] -%}
{%- set people = ['suspensions', 'suspended_sessions', 'exclusions', 'positive_events', 'behaviour_events'] -%}
{%- set counts_and_people = counts[:] -%}
{%- for count in people %}{% do counts_and_people.append('people_' ~ count) %}{% endfor -%}

with pupils as (

    select * from {{ ref('count_pupil_inclusion') }}

),

breakdowns as (

    select * from {{ ref('bridge_pupil_breakdown') }}
    where breakdown_topic <> 'age_group'

),

members as (

    select * from {{ ref('trust_member') }}

),

evidence as (

    select
        academy_id,
        time_period,
        count_if(evidence = 'suspension') > 0 as has_suspensions,
        count_if(evidence = 'attendance') > 0 as has_attendance
    from {{ ref('session_evidence') }}
    group by all

),

census_days as (

    select distinct period_number from {{ ref('measure_period') }}
    where period_type = 'census'

),

periods as (

    select * from {{ ref('measure_period') }}
    where academy_id <> 'trust' and period_type <> 'census'

),

-- Sessions lost are set against possible sessions, so they count only where an academy's attendance is known.
events as (

    select
        pupils.academy_id,
        pupils.time_period,
        pupils.period_number,
        breakdowns.breakdown_topic,
        breakdowns.breakdown,
        sum(pupils.suspensions) as suspensions,
        count_if(pupils.suspensions > 0) as suspended_pupils,
        sum(case when evidence.has_attendance then pupils.suspended_sessions else 0 end) as suspended_sessions,
        sum(pupils.exclusions) as exclusions,
        sum(pupils.positive_events) as positive_events,
        sum(pupils.behaviour_events) as behaviour_events,
        0 as census_roll,
        count_if(pupils.suspensions > 0) as people_suspensions,
        count_if(evidence.has_attendance and pupils.suspended_sessions > 0) as people_suspended_sessions,
        count_if(pupils.exclusions > 0) as people_exclusions,
        count_if(pupils.positive_events > 0) as people_positive_events,
        count_if(pupils.behaviour_events > 0) as people_behaviour_events
    from pupils
    inner join breakdowns
        on pupils.academy_id = breakdowns.academy_id
        and pupils.pupil_key = breakdowns.pupil_key
        and pupils.time_period = breakdowns.time_period
    inner join evidence
        on pupils.academy_id = evidence.academy_id
        and pupils.time_period = evidence.time_period
    group by all

),

census_rolls as (

    select
        rolls.academy_id,
        rolls.time_period,
        periods.period_number,
        rolls.breakdown_topic,
        rolls.breakdown,
        0 as suspensions,
        0 as suspended_pupils,
        0 as suspended_sessions,
        0 as exclusions,
        0 as positive_events,
        0 as behaviour_events,
        rolls.roll as census_roll,
        0 as people_suspensions,
        0 as people_suspended_sessions,
        0 as people_exclusions,
        0 as people_positive_events,
        0 as people_behaviour_events
    from {{ ref('count_roll') }} as rolls
    inner join evidence
        on rolls.academy_id = evidence.academy_id
        and rolls.time_period = evidence.time_period
    inner join periods
        on rolls.academy_id = periods.academy_id
        and rolls.time_period = periods.time_period
    inner join census_days on rolls.period_number = census_days.period_number
    where rolls.level = 'academy' and evidence.has_suspensions

),

academy_counts as (

    select
        academy_id,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        {%- for count in counts %}
        cast(sum({{ count }}) as bigint) as {{ count }},
        {%- endfor %}
    {%- for count in people %}
    cast(sum(people_{{ count }}) as bigint) as people_{{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
    from (
        select * from events
        union all
        select * from census_rolls
    ) as sources
    group by all

),

movers as (

    select pupil_key, time_period from pupils
    group by all
    having count(distinct academy_id) > 1

),

movers_by_member as (

    select
        pupils.*,
        members.level,
        members.phase,
        evidence.has_attendance
    from pupils
    inner join movers
        on pupils.pupil_key = movers.pupil_key
        and pupils.time_period = movers.time_period
    inner join evidence
        on pupils.academy_id = evidence.academy_id
        and pupils.time_period = evidence.time_period
    inner join members
        on pupils.academy_id = members.academy_id
        and pupils.time_period = members.time_period
        and pupils.period_number = members.period_number

),

movers_counted_again as (

    select
        movers_by_member.level,
        movers_by_member.phase,
        movers_by_member.time_period,
        movers_by_member.period_number,
        breakdowns.breakdown_topic,
        breakdowns.breakdown,
        movers_by_member.pupil_key,
        greatest(count_if(movers_by_member.suspensions > 0) - 1, 0) as people_suspensions,
        greatest(count_if(movers_by_member.has_attendance and movers_by_member.suspended_sessions > 0) - 1, 0) as people_suspended_sessions,
        greatest(count_if(movers_by_member.exclusions > 0) - 1, 0) as people_exclusions,
        greatest(count_if(movers_by_member.positive_events > 0) - 1, 0) as people_positive_events,
        greatest(count_if(movers_by_member.behaviour_events > 0) - 1, 0) as people_behaviour_events
    from movers_by_member
    inner join breakdowns
        on movers_by_member.academy_id = breakdowns.academy_id
        and movers_by_member.pupil_key = breakdowns.pupil_key
        and movers_by_member.time_period = breakdowns.time_period
    group by all

),

-- A pupil suspended at two academies is one suspended pupil of the trust: the academy that suspended last counts them.
suspended_again as (

    select
        level,
        academy_id,
        pupil_key,
        time_period,
        period_number,
        row_number() over (
            partition by level, pupil_key, time_period, period_number
            order by last_suspended_on desc, academy_id
        ) as place
    from movers_by_member
    where phase = 'all' and suspensions > 0

),

people_counted_again as (

    select level, academy_id, pupil_key, time_period, period_number, 1 as suspended_pupils, 0 as census_roll
    from suspended_again
    where place > 1
    union all
    select
        second_rolls.level,
        second_rolls.academy_id,
        second_rolls.pupil_key,
        second_rolls.time_period,
        second_rolls.period_number,
        0 as suspended_pupils,
        1 as census_roll
    from {{ ref('second_roll') }} as second_rolls
    inner join evidence
        on second_rolls.academy_id = evidence.academy_id
        and second_rolls.time_period = evidence.time_period
    where second_rolls.roll_kind = 'census' and evidence.has_suspensions

),

trust_parts as (

    {{ trust_parts_of_academies(['breakdown_topic', 'breakdown'], counts_and_people) }}
    union all
    select
        level,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        {%- for count in counts %}
        0 as {{ count }},
        {%- endfor %}
    {%- for count in people %}
    -people_{{ count }} as people_{{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
    from movers_counted_again
    union all
    select
        members.level,
        members.phase,
        people_counted_again.time_period,
        people_counted_again.period_number,
        breakdowns.breakdown_topic,
        breakdowns.breakdown,
        0 as suspensions,
        -people_counted_again.suspended_pupils as suspended_pupils,
        0 as suspended_sessions,
        0 as exclusions,
        0 as positive_events,
        0 as behaviour_events,
        -people_counted_again.census_roll as census_roll,
        0 as people_suspensions,
        0 as people_suspended_sessions,
        0 as people_exclusions,
        0 as people_positive_events,
        0 as people_behaviour_events
    from people_counted_again
    inner join members
        on people_counted_again.level = members.level
        and people_counted_again.academy_id = members.academy_id
        and people_counted_again.time_period = members.time_period
        and people_counted_again.period_number = members.period_number
    inner join breakdowns
        on people_counted_again.academy_id = breakdowns.academy_id
        and people_counted_again.pupil_key = breakdowns.pupil_key
        and people_counted_again.time_period = breakdowns.time_period

),

{{ all_levels(['breakdown_topic', 'breakdown'], counts_and_people) }}

select * from all_levels
