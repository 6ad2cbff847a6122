{#
    A figure as it is read aloud: so many decimals, thousands with a comma, and what is above 0 never said as 0. Decimals is a column: 0, 1 or 2.
#}
{% macro in_figures(value, decimals) -%}
    case
    {%- for digits, smallest in [(1, '0.1'), (2, '0.01')] %}
        when {{ decimals }} = {{ digits }} and {{ value }} > 0 and cast({{ value }} as decimal(18, {{ digits }})) = 0 then 'less than {{ smallest }}'
        when {{ decimals }} = {{ digits }} then cast(cast({{ value }} as decimal(18, {{ digits }})) as string)
    {%- endfor %}
        when {{ value }} >= 999.5
            then
                concat(
                    cast(cast(floor(cast({{ value }} as decimal(18, 0)) / 1000) as int) as string),
                    ',',
                    lpad(cast(cast(cast({{ value }} as decimal(18, 0)) % 1000 as int) as string), 3, '0')
                )
        else cast(cast({{ value }} as decimal(18, 0)) as string)
    end
{%- endmacro %}
