with {{ winning_rows('attendance_week', 'week_start_date', ['source_pupil_id', 'week_start_date', 'mark_code']) }},

typed as (

    select
        academy_id,
        source_pupil_id,
        standing_day as week_start_date,
        mark_code,
        coalesce(try_cast(sessions as int), 0) as sessions,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
