with {{ winning_rows('behaviour_event', 'event_date', ['source_event_id', 'source_pupil_id']) }},

typed as (

    select
        academy_id,
        source_event_id,
        source_pupil_id,
        standing_day as event_date,
        behaviour_type,
        try_cast(points as decimal(9, 2)) as points,
        polarity,
        try_cast(recorded_on as date) as recorded_on,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
