{#
    Whether a UPN has the right form and check letter (sources.md §5 in words: the first letter checks the other twelve, each multiplied by
    its position; a final letter counts as its index in the alphabet without I, O and S).
#}
{% macro is_valid_upn(upn) -%}
{%- set letters = "'ABCDEFGHJKLMNPQRTUVWXYZ'" -%}
{%- set digits = "'0123456789'" -%}
    coalesce(
        length({{ upn }}) = 13
        {% for position in range(2, 13) -%}
        and instr({{ digits }}, substr({{ upn }}, {{ position }}, 1)) > 0
        {% endfor -%}
        and (instr({{ digits }}, substr({{ upn }}, 13, 1)) > 0 or instr({{ letters }}, substr({{ upn }}, 13, 1)) > 0)
        and substr({{ upn }}, 1, 1) = substr({{ letters }}, 1 + (
            {% for position in range(2, 13) -%}
            {{ position }} * (instr({{ digits }}, substr({{ upn }}, {{ position }}, 1)) - 1) +
            {% endfor -%}
            13 * case
                when instr({{ digits }}, substr({{ upn }}, 13, 1)) > 0 then instr({{ digits }}, substr({{ upn }}, 13, 1)) - 1
                else instr({{ letters }}, substr({{ upn }}, 13, 1)) - 1
            end
        ) % 23, 1),
        false
    )
{%- endmacro %}
