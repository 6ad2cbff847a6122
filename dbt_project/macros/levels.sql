{#
    From an academy's counts to the trust's, the same for every domain: common table expressions between which a model says only what is its own.

    `trust_parts_of_academies` is the select of every academy's counts under the levels and phases that it is a member of (measures.trust_member);
    the model adds to it whatever the trust must not count twice, and calls both together `trust_parts`. `all_levels` is the academies' rows and
    the sum of those parts. Expected before them: `academy_counts` (one row per academy, period and the columns of `groups`) and `members`.
    The trust's sums are whole numbers (`sum_type`); without a type they stay as exact as what was summed.
#}
{% macro trust_parts_of_academies(groups, counts) %}
    select
        members.level,
        members.phase,
        academy_counts.time_period,
        academy_counts.period_number,
        {%- for column in groups + counts %}
        academy_counts.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from academy_counts
    inner join members
        on academy_counts.academy_id = members.academy_id
        and academy_counts.time_period = members.time_period
        and academy_counts.period_number = members.period_number
{%- endmacro %}

{% macro all_levels(groups, counts, sum_type='bigint') %}
all_levels as (

    select
        'academy' as level,
        academy_counts.academy_id,
        academy_years.phase,
        academy_counts.time_period,
        academy_counts.period_number,
        {%- for column in groups + counts %}
        academy_counts.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from academy_counts
    inner join {{ ref('dim_academy_year') }} as academy_years
        on academy_counts.academy_id = academy_years.academy_id
        and academy_counts.time_period = academy_years.time_period
    union all
    select
        level,
        'trust' as academy_id,
        phase,
        time_period,
        period_number,
        {%- for column in groups %}
        {{ column }},
        {%- endfor %}
        {%- for count in counts %}
        {% if sum_type %}cast(sum({{ count }}) as {{ sum_type }}){% else %}sum({{ count }}){% endif %} as {{ count }}{{ ',' if not loop.last }}
        {%- endfor %}
    from trust_parts
    group by all

)
{%- endmacro %}
