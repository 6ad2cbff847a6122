with standing_days as (

    select * from {{ ref('std_attendance_mark_day') }}

),

{{ contested_winners('attendance_mark', 'session_date', ['source_pupil_id', 'session_date', 'session']) }},

typed as (

    select
        academy_id,
        source_pupil_id,
        standing_day as session_date,
        session,
        nullif(mark_code, '-') as mark_code,
        try_cast(minutes_late as int) as minutes_late,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
