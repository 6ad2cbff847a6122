{#
    The colour of a figure by the limits of its goal: green as good as `amber`, amber as good as `red`, red worse; without a red limit nothing
    is red. Null without a figure or a goal.
#}
{% macro colour(value, direction, amber, red) -%}
    case
        when {{ value }} is null or {{ amber }} is null then null
        when {{ direction }} = 'higher' and {{ value }} >= {{ amber }} or {{ direction }} = 'lower' and {{ value }} <= {{ amber }} then 'green'
        when
            {{ red }} is null
            or {{ direction }} = 'higher' and {{ value }} >= {{ red }}
            or {{ direction }} = 'lower' and {{ value }} <= {{ red }}
            then 'amber'
        else 'red'
    end
{%- endmacro %}
