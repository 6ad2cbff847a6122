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

{# How many standard errors a mean of a few may lie off, at 95 %, by its degrees of freedom: Student's t. #}
{% macro t95(degrees) -%}
    case
    {%- for each in [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131] %}
        when {{ degrees }} = {{ loop.index }} then {{ each }}
    {%- endfor %}
        when {{ degrees }} <= 20 then 2.131
        when {{ degrees }} <= 30 then 2.086
        else 2.042
    end
{%- endmacro %}

{#
    How many standard errors a difference may be off, at 95 % for all of `many` comparisons together (Bonferroni): the normal limit of
    0.05 / many to both sides (Abramowitz and Stegun 26.2.23, right to 0.0005).
#}
{% macro z95_of(many) -%}
    {%- set t = 'sqrt(-2 * ln(0.025 / ' ~ many ~ '))' -%}
    ({{ t }} - (2.515517 + 0.802853 * {{ t }} + 0.010328 * power({{ t }}, 2))
        / (1 + 1.432788 * {{ t }} + 0.189269 * power({{ t }}, 2) + 0.001308 * power({{ t }}, 3)))
{%- endmacro %}
