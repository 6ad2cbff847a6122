{# A date some days later; dbt's own dateadd gives a timestamp on DuckDB. #}
{% macro days_after(date_column, days) -%}
    {{ add_days(date_column, days) }}
{%- endmacro %}
