with {{ winning_rows('staff_absence', 'start_date', ['source_absence_id']) }},

typed as (

    select
        academy_id,
        source_absence_id,
        source_staff_id,
        category_code,
        standing_day as start_date,
        try_cast(end_date as date) as end_date,
        try_cast(working_days as decimal(9, 4)) as working_days,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
