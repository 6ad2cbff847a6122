{# Intervals at 95 %: each gives one end, `-` the lower and `+` the upper, of a figure in its own unit. #}
{% macro z95() -%}
    1.96
{%- endmacro %}

{% macro z998() -%}
    3.09
{%- endmacro %}

{# Wilson's score interval of a share of `n`, as a percentage. #}
{% macro wilson(share, n, side) -%}
    100 * (
        {{ share }} + {{ z95() }} * {{ z95() }} / (2 * {{ n }})
        {{ side }} {{ z95() }} * sqrt(
            greatest({{ share }} * (1 - {{ share }}), 0) / {{ n }} + {{ z95() }} * {{ z95() }} / (4 * {{ n }} * {{ n }})
        )
    ) / (1 + {{ z95() }} * {{ z95() }} / {{ n }})
{%- endmacro %}

{# Byar's interval of a Poisson count; none has no lower end but 0. #}
{% macro byar_lower(count) -%}
    case
        when {{ count }} > 0
            then {{ count }} * power(1 - 1 / (9 * {{ count }}) - {{ z95() }} / (3 * sqrt({{ count }})), 3)
        else 0
    end
{%- endmacro %}

{% macro byar_upper(count) -%}
    ({{ count }} + 1) * power(1 - 1 / (9 * ({{ count }} + 1)) + {{ z95() }} / (3 * sqrt({{ count }} + 1)), 3)
{%- endmacro %}
