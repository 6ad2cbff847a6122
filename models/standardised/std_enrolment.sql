with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as source_pupil_id,
        cast(null as date) as entry_date,
        cast(null as date) as leaving_date,
        cast(null as string) as enrolment_status_code,
        cast(null as string) as leaving_reason_code,
        cast(null as string) as destination_code,
        cast(null as string) as nc_year,
        cast(null as decimal(6,4)) as fte,
        cast(null as boolean) as is_vanished,
        cast(null as date) as last_delivered_on,
        cast(null as string) as batch_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_row,
        cast(null as timestamp) as loaded_at,
    where false

)

select * from nothing_yet
