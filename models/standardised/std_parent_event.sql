with {{ winning_rows('parent_event', 'event_date', ['event_id', 'source_pupil_id']) }},

typed as (

    select
        academy_id,
        event_id,
        source_pupil_id,
        event_type,
        standing_day as event_date,
        coalesce(try_cast(is_attended as boolean), false) as is_attended,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
