with {{ winning_rows('cpd_record', 'activity_date', ['source_staff_id', 'activity_date', 'activity']) }},

typed as (

    select
        academy_id,
        source_staff_id,
        activity,
        standing_day as activity_date,
        try_cast(hours as decimal(9, 4)) as hours,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
