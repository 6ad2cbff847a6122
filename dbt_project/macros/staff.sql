{# The year of staff: 1 September to 31 August. #}
{% macro staff_year_start(time_period) -%}
    make_date(cast(floor(({{ time_period }}) / 100) as int), 9, 1)
{%- endmacro %}

{% macro staff_year_end(time_period) -%}
    make_date(cast(floor(({{ time_period }}) / 100) as int) + 1, 8, 31)
{%- endmacro %}

{# The first Thursday of an academic year's November: that of the week that holds 4 November. #}
{% macro first_thursday_of_november(time_period) -%}
    {{ add_days(week_start('make_date(cast(floor((' ~ time_period ~ ') / 100) as int), 11, 4)'), 3) }}
{%- endmacro %}

{# How many days from the first to the last, both included, are Monday to Friday; counted from 1 January 1900, a Monday. #}
{% macro weekdays_between(first_day, last_day) -%}
    ({{ weekdays_before(add_days(last_day, 1)) }} - {{ weekdays_before(first_day) }})
{%- endmacro %}

{% macro weekdays_before(date_column) -%}
    {%- set days = days_between("date '1900-01-01'", date_column) -%}
    (floor(({{ days }}) / 7) * 5 + least(({{ days }}) % 7, 5))
{%- endmacro %}
