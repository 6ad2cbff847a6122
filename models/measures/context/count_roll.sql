{%- set on_roll = ['roll', 'fsm', 'fsm6', 'pupil_premium', 'sen_support', 'ehcp', 'eal'] -%}
{%- set in_year = ['ever_on_roll', 'moved'] -%}
{%- set counts = on_roll + ['subsidiary'] + in_year -%}

with pupils as (

    select * from {{ ref('count_pupil_roll') }}

),

breakdowns as (

    select * from {{ ref('bridge_pupil_breakdown') }}
    where breakdown_topic <> 'age_group'

),

members as (

    select * from {{ ref('trust_member') }}

),

periods as (

    select * from {{ ref('measure_period') }}
    where academy_id <> 'trust'

),

pupil_counts as (

    select
        pupils.academy_id,
        pupils.time_period,
        pupils.period_number,
        breakdowns.breakdown_topic,
        breakdowns.breakdown,
    {%- for count in counts %}
    cast(sum(pupils.{{ count }}) as bigint) as {{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
    from pupils
    inner join breakdowns
        on pupils.academy_id = breakdowns.academy_id
        and pupils.pupil_key = breakdowns.pupil_key
        and pupils.time_period = breakdowns.time_period
    group by all

),

-- Nobody on roll is a figure too: 0, not a missing row.
empty_rolls as (

    select
        periods.academy_id,
        periods.time_period,
        periods.period_number,
        'all' as breakdown_topic,
        'all' as breakdown,
    {%- for count in counts %}
    0 as {{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
    from periods
    left join pupil_counts
        on periods.academy_id = pupil_counts.academy_id
        and periods.time_period = pupil_counts.time_period
        and periods.period_number = pupil_counts.period_number
        and pupil_counts.breakdown_topic = 'all'
    where pupil_counts.academy_id is null

),

academy_counts as (

    select * from pupil_counts
    union all
    select * from empty_rolls

),

-- A person on two rolls of the trust counts once for it; what the second roll brought is taken away again, in its own phase and groups.
counted_again as (

    select
        members.level,
        members.phase,
        second_rolls.time_period,
        second_rolls.period_number,
        breakdowns.breakdown_topic,
        breakdowns.breakdown,
        {%- for count in on_roll %}
        case when second_rolls.roll_kind = 'roll' then -pupils.{{ count }} else 0 end as {{ count }},
        {%- endfor %}
        0 as subsidiary,
    {%- for count in in_year %}
    case when second_rolls.roll_kind = 'ever_on_roll' then -pupils.{{ count }} else 0 end as {{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ ref('second_roll') }} as second_rolls
    inner join pupils
        on second_rolls.academy_id = pupils.academy_id
        and second_rolls.pupil_key = pupils.pupil_key
        and second_rolls.time_period = pupils.time_period
        and second_rolls.period_number = pupils.period_number
    inner join members
        on second_rolls.level = members.level
        and second_rolls.academy_id = members.academy_id
        and second_rolls.time_period = members.time_period
        and second_rolls.period_number = members.period_number
    inner join breakdowns
        on second_rolls.academy_id = breakdowns.academy_id
        and second_rolls.pupil_key = breakdowns.pupil_key
        and second_rolls.time_period = breakdowns.time_period
    where second_rolls.roll_kind in ('roll', 'ever_on_roll')

),

trust_parts as (

    {{ trust_parts_of_academies(['breakdown_topic', 'breakdown'], counts) }}
    union all
    select * from counted_again

),

{{ all_levels(['breakdown_topic', 'breakdown'], counts) }}

select * from all_levels
