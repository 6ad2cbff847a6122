{# What a quotient is multiplied by to be a value: percentages and rates per 100 by 100, a mean or a ratio by 1. #}
{% macro per_unit(unit) -%}
    case when {{ unit }} = '%' or {{ unit }} like 'per 100 %' then 100 else 1 end
{%- endmacro %}

{# A date some days later; dbt's own dateadd gives a timestamp on DuckDB. #}
{% macro days_after(date_column, days) -%}
    {{ add_days(date_column, days) }}
{%- endmacro %}
