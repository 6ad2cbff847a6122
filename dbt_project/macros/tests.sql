{# The columns together name a row: no two rows share them. #}
{% test unique_together(model, columns) %}
    select
        {{ columns | join(', ') }},
        count(*) as rows_that_share_the_key
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{#
    One enrolment has each session of a day once. Sorting millions of keys would cost more than building the table, so each session is a bit in
    a row of bits: as many bits as marks, or a session is there twice.
#}
{% test each_session_once(model) %}
    select enrolment_key
    from {{ model }}
    group by enrolment_key
    having {{ distinct_small_integers(session_number('session_date', 'session', 'time_period'), 1000) }} != count(*)
{% endtest %}

{# A session's number within its academic year: two a day. #}
{% macro session_number(session_date, session, time_period) -%}
    {{ days_between(academic_year_start(time_period), session_date) }} * 2 + case when {{ session }} = 'PM' then 1 else 0 end
{%- endmacro %}

{# How many different whole numbers from 0 to below the limit. #}
{% macro distinct_small_integers(expression, limit) -%}
    {{ return(adapter.dispatch('distinct_small_integers', 'matlas')(expression, limit)) }}
{%- endmacro %}

{% macro default__distinct_small_integers(expression, limit) -%}
    count(distinct {{ expression }})
{%- endmacro %}

{% macro duckdb__distinct_small_integers(expression, limit) -%}
    bit_count(bitstring_agg(cast({{ expression }} as int), 0, {{ limit }}))
{%- endmacro %}
