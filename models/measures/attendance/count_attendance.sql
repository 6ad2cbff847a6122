{%- set counts = [
    'possible', 'attending', 'absent', 'authorised', 'unauthorised', 'late', 'enrolments', 'persistently_absent', 'severely_absent',
    'part_time', 'missing', 'register', 'possible_with_suspensions',
] -%}
{%- set counts_and_people = [] -%}
{%- for count in counts %}{% do counts_and_people.extend([count, 'people_' ~ count]) %}{% endfor -%}

with pupils as (

    select * from {{ ref('count_pupil_attendance') }}

),

breakdowns as (

    select * from {{ ref('bridge_pupil_breakdown') }}

),

members as (

    select * from {{ ref('trust_member') }}

),

academy_counts as (

    select
        pupils.academy_id,
        pupils.time_period,
        pupils.period_number,
        breakdowns.breakdown_topic,
        breakdowns.breakdown,
    {%- for count in counts %}
    cast(sum(pupils.{{ count }}) as bigint) as {{ count }},
    cast(count_if(pupils.{{ count }} > 0) as bigint) as people_{{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
    from pupils
    inner join breakdowns
        on pupils.academy_id = breakdowns.academy_id
        and pupils.pupil_key = breakdowns.pupil_key
        and pupils.time_period = breakdowns.time_period
    where pupils.is_aged_5_to_15 or breakdowns.breakdown_topic = 'age_group'
    group by all

),

-- People at one academy add up exactly. Those few at several are counted once too often for every academy after their first.
movers as (

    select pupil_key, time_period from pupils
    group by all
    having count(distinct academy_id) > 1

),

movers_periods as (

    select pupils.*
    from pupils
    inner join movers
        on pupils.pupil_key = movers.pupil_key
        and pupils.time_period = movers.time_period

),

-- Most movers are at one academy in any week: only the periods that they share matter.
shared_periods as (

    select pupil_key, period_number from movers_periods
    group by all
    having count(distinct academy_id) > 1

),

movers_counted_again as (

    select
        members.level,
        members.phase,
        pupils.time_period,
        pupils.period_number,
        breakdowns.breakdown_topic,
        breakdowns.breakdown,
        pupils.pupil_key,
    {%- for count in counts %}
    greatest(count_if(pupils.{{ count }} > 0) - 1, 0) as people_{{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
    from movers_periods as pupils
    inner join shared_periods
        on pupils.pupil_key = shared_periods.pupil_key
        and pupils.period_number = shared_periods.period_number
    inner join breakdowns
        on pupils.academy_id = breakdowns.academy_id
        and pupils.pupil_key = breakdowns.pupil_key
        and pupils.time_period = breakdowns.time_period
    inner join members
        on pupils.academy_id = members.academy_id
        and pupils.time_period = members.time_period
        and pupils.period_number = members.period_number
    where pupils.is_aged_5_to_15 or breakdowns.breakdown_topic = 'age_group'
    group by all

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
    -people_{{ count }} as people_{{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
    from movers_counted_again

),

{{ all_levels(['breakdown_topic', 'breakdown'], counts_and_people) }}

select * from all_levels
