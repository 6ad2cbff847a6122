with {{ winning_snapshot('enrolment', ['source_pupil_id', 'entry_date'], within='time_period') }},

typed as (

    select
        delivered.academy_id,
        delivered.source_pupil_id,
        try_cast(delivered.entry_date as date) as entry_date,
        winners.time_period,
        coalesce(delivered.enrolment_status_code, 'C') as enrolment_status_code,
        delivered.nc_year,
        try_cast(delivered.fte as decimal(6, 4)) as fte
    from {{ source('raw', 'enrolment') }} as delivered
    inner join winners
        on delivered.academy_id = winners.academy_id
        and delivered.source_pupil_id = winners.source_pupil_id
        and delivered.entry_date = winners.entry_date
        and delivered.content_id = winners.content_id

)

select * from typed
