-- A view: who reads a few of these rows has their condition handed on to the counts; a common table expression would be written whole.
{{ config(materialized='view') }}

with counts_of_events as (

    select * from {{ ref('measure_attendance') }}
    union all
    select * from {{ ref('measure_inclusion') }}
    union all
    select * from {{ ref('measure_context') }}

),

measured as (

    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        measure_id,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        numerator_people,
        denominator_people
    from counts_of_events
    union all
    select * from {{ ref('count_person_measure') }}

)

select * from measured
