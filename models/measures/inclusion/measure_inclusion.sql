-- A view: the same counts under another name cost more to write than to say again.
{{ config(materialized='view') }}

{#- The one place where an inclusion measure is said: its name, numerator, denominator and the people behind them, as counts below. -#}
{%- set definitions = [
    ('suspension_rate', 'suspensions', 'census_roll', 'people_suspensions', 'census_roll'),
    ('pupils_suspended_pct', 'suspended_pupils', 'census_roll', 'suspended_pupils', 'census_roll'),
    ('permanent_exclusion_rate', 'exclusions', 'census_roll', 'people_exclusions', 'census_roll'),
    ('sessions_lost_to_suspension_rate', 'suspended_sessions', 'possible', 'people_suspended_sessions', 'people_possible'),
    ('positive_recognition_pct', 'positive_events', 'behaviour_events', 'people_positive_events', 'people_behaviour_events'),
] -%}

with inclusion as (

    select *, 0 as possible, 0 as people_possible from {{ ref('count_inclusion') }}

),

-- The possible sessions that sessions lost are set against: the attendance measures' own, of academies whose suspensions are known.
attendance as (

    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        possible_with_suspensions as possible,
        people_possible_with_suspensions as people_possible
    from {{ ref('count_attendance') }}
    where breakdown_topic <> 'age_group'

),

parts as (

    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        suspensions,
        suspended_pupils,
        suspended_sessions,
        exclusions,
        positive_events,
        behaviour_events,
        census_roll,
        people_suspensions,
        people_suspended_sessions,
        people_exclusions,
        people_positive_events,
        people_behaviour_events,
        possible,
        people_possible
    from inclusion
    union all
    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        0 as suspensions,
        0 as suspended_pupils,
        0 as suspended_sessions,
        0 as exclusions,
        0 as positive_events,
        0 as behaviour_events,
        0 as census_roll,
        0 as people_suspensions,
        0 as people_suspended_sessions,
        0 as people_exclusions,
        0 as people_positive_events,
        0 as people_behaviour_events,
        possible,
        people_possible
    from attendance

),

counts as (

    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        sum(suspensions) as suspensions,
        sum(suspended_pupils) as suspended_pupils,
        sum(suspended_sessions) as suspended_sessions,
        sum(exclusions) as exclusions,
        sum(positive_events) as positive_events,
        sum(behaviour_events) as behaviour_events,
        sum(census_roll) as census_roll,
        sum(people_suspensions) as people_suspensions,
        sum(people_suspended_sessions) as people_suspended_sessions,
        sum(people_exclusions) as people_exclusions,
        sum(people_positive_events) as people_positive_events,
        sum(people_behaviour_events) as people_behaviour_events,
        sum(possible) as possible,
        sum(people_possible) as people_possible
    from parts
    group by all

),

measured as (
    {% for measure_id, numerator, denominator, numerator_people, denominator_people in definitions %}
    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        '{{ measure_id }}' as measure_id,
        cast({{ numerator }} as bigint) as numerator,
        cast({{ denominator }} as bigint) as denominator,
        cast({{ numerator_people }} as bigint) as numerator_people,
        cast({{ denominator_people }} as bigint) as denominator_people
    from counts
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from measured
