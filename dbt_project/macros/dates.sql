{# The academic year of a date (1 August to 31 July) as DfE writes it: 202526. #}
{% macro academic_year(date_column) -%}
    cast(
        (year({{ date_column }}) - case when month({{ date_column }}) < 8 then 1 else 0 end) * 100
        + (year({{ date_column }}) + case when month({{ date_column }}) < 8 then 0 else 1 end) % 100
        as int
    )
{%- endmacro %}

{# The academic year that a result ends: August and September count to the year just ended. #}
{% macro summative_year(date_column) -%}
    cast(
        (year({{ date_column }}) - case when month({{ date_column }}) < 10 then 1 else 0 end) * 100
        + (year({{ date_column }}) + case when month({{ date_column }}) < 10 then 0 else 1 end) % 100
        as int
    )
{%- endmacro %}

{# A GCSE result as the academy's own system has it: DfE says of its own to which year it belongs. #}
{% macro is_own_ks4() -%}
    kind = 'summative' and stage = 'KS4' and coalesce(result_type, '') <> 'official'
{%- endmacro %}

{% macro academic_year_start(time_period) -%}
    make_date(cast(floor({{ time_period }} / 100) as int), 8, 1)
{%- endmacro %}

{% macro academic_year_end(time_period) -%}
    make_date(cast(floor({{ time_period }} / 100) as int) + 1, 7, 31)
{%- endmacro %}

{# An academic year as a reader writes it: 2024/25. #}
{% macro academic_year_name(time_period) -%}
    concat(substr(cast({{ time_period }} as string), 1, 4), '/', substr(cast({{ time_period }} as string), 5, 2))
{%- endmacro %}

{# The Monday of a date's week. #}
{% macro week_start(date_column) -%}
    cast(date_trunc('week', {{ date_column }}) as date)
{%- endmacro %}

{# One row per day from the first to the last, in a select list. #}
{% macro each_day(first_day, last_day) -%}
    {{ return(adapter.dispatch('each_day', 'matlas')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__each_day(first_day, last_day) -%}
    cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date)
{%- endmacro %}

{# Whole days after a date. #}
{% macro add_days(date_column, days) -%}
    cast({{ date_column }} + ({{ days }}) * interval '1' day as date)
{%- endmacro %}

{# Monday to Friday as the engine's dayofweek() numbers them, for `between`. #}
{% macro monday_to_friday() -%}
    {{ return(adapter.dispatch('monday_to_friday', 'matlas')()) }}
{%- endmacro %}

{% macro default__monday_to_friday() -%}
    1 and 5
{%- endmacro %}

{# Whole days from the first date to the last. #}
{% macro days_between(first_day, last_day) -%}
    {{ return(adapter.dispatch('days_between', 'matlas')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__days_between(first_day, last_day) -%}
    date_diff('day', {{ first_day }}, {{ last_day }})
{%- endmacro %}
