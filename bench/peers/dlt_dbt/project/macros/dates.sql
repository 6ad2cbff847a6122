{# 1 August of the date's academic year. #}
{% macro year_start(date_column) -%}
    make_date(year({{ date_column }}) - case when month({{ date_column }}) < 8 then 1 else 0 end, 8, 1)
{%- endmacro %}
