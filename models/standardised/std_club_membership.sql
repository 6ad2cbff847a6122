with {{ winning_rows('club_membership', 'start_date', ['source_pupil_id', 'club_id', 'start_date']) }},

typed as (

    select
        academy_id,
        source_pupil_id,
        club_id,
        club_name,
        standing_day as start_date,
        try_cast(end_date as date) as end_date,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
