with {{ winning_rows('calendar_day', 'date', ['date']) }},

typed as (

    select
        academy_id,
        standing_day as calendar_date,
        coalesce(try_cast(is_school_day as boolean), false) as is_school_day,
        day_type,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
