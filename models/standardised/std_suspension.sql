with {{ winning_rows('suspension', 'start_date', ['source_pupil_id', 'start_date', 'category_code']) }},

typed as (

    select
        academy_id,
        source_pupil_id,
        category_code,
        reason_codes,
        standing_day as start_date,
        try_cast(end_date as date) as end_date,
        try_cast(sessions as int) as sessions,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
