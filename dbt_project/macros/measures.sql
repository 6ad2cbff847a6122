{# A date some days later; dbt's own dateadd gives a timestamp on DuckDB. #}
{% macro days_after(date_column, days) -%}
    cast({{ dbt.dateadd('day', days, date_column) }} as date)
{%- endmacro %}
