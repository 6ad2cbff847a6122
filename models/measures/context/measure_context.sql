-- A view: the same counts under another name cost more to write than to say again.
{{ config(materialized='view') }}

{#- The one place where a context measure is said: its name, its numerator, its denominator, as counts of count_roll. -#}
{%- set definitions = [
    ('fsm_pct', 'fsm', 'roll'),
    ('fsm6_pct', 'fsm6', 'roll'),
    ('pupil_premium_pct', 'pupil_premium', 'roll'),
    ('sen_support_pct', 'sen_support', 'roll'),
    ('ehcp_pct', 'ehcp', 'roll'),
    ('eal_pct', 'eal', 'roll'),
    ('mobility_pct', 'moved', 'ever_on_roll'),
] -%}

with counts as (

    select * from {{ ref('count_roll') }}
    where period_number not in (
        select period_number from {{ ref('measure_period') }}
        where period_type = 'census'
    )

),

shares as (
    {% for measure_id, numerator, denominator in definitions %}
    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        '{{ measure_id }}' as measure_id,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        {{ numerator }} as numerator_people,
        {{ denominator }} as denominator_people
    from counts
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- A roll is set against 1 at every level, so that a sum of rolls stays a roll. In alternative provision subsidiary pupils are on the
-- roll itself.
rolls as (

    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        'roll' as measure_id,
        roll as numerator,
        1 as denominator,
        roll as numerator_people,
        roll as denominator_people
    from counts
    union all
    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        'roll_subsidiary' as measure_id,
        subsidiary as numerator,
        case when phase = 'alternative_provision' then 0 else 1 end as denominator,
        subsidiary as numerator_people,
        subsidiary as denominator_people
    from counts

),

measured as (

    select * from shares
    union all
    select * from rolls

)

select * from measured
