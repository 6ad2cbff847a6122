{# The academic year of a date (1 August to 31 July) as DfE writes it: 202526. #}
{% macro academic_year(date_column) -%}
    (
        (year({{ date_column }}) - case when month({{ date_column }}) < 8 then 1 else 0 end) * 100
        + (year({{ date_column }}) + case when month({{ date_column }}) < 8 then 0 else 1 end) % 100
    )
{%- endmacro %}

{% macro academic_year_start(time_period) -%}
    make_date(cast(floor({{ time_period }} / 100) as int), 8, 1)
{%- endmacro %}

{% macro academic_year_end(time_period) -%}
    make_date(cast(floor({{ time_period }} / 100) as int) + 1, 7, 31)
{%- endmacro %}

{# The Monday of a date's week. #}
{% macro week_start(date_column) -%}
    cast(date_trunc('week', {{ date_column }}) as date)
{%- endmacro %}
