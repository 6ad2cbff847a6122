-- A view: writing millions of rows out twice costs more than joining them each time they are read.
{{ config(materialized='view') }}

with standing_days as (

    select * from {{ ref('std_attendance_mark_day') }}

),

contested_winners as (

    select * from {{ ref('std_attendance_mark_contested') }}

),

uncontested as (

    select
        delivered.academy_id,
        delivered.source_pupil_id,
        standing_days.standing_day as session_date,
        delivered.session,
        nullif(delivered.mark_code, '-') as mark_code,
        try_cast(delivered.minutes_late as int) as minutes_late,
        standing_days.time_period,
        standing_days.batch_id,
        delivered.source_file,
        delivered.source_row,
        standing_days.loaded_at
    from {{ source('raw', 'attendance_mark') }} as delivered
    inner join standing_days
        on delivered.content_id = standing_days.content_id
        and delivered.session_date = standing_days.day_as_text
    where not standing_days.is_contested

),

standing as (

    select * from uncontested
    union all
    select * from contested_winners

)

select * from standing
