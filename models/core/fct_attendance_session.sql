with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as pupil_key,
        cast(null as string) as enrolment_key,
        cast(null as date) as session_date,
        cast(null as string) as session,
        cast(null as string) as mark_code,
        cast(null as string) as statistical_class,
        cast(null as boolean) as is_possible,
        cast(null as boolean) as is_attending,
        cast(null as boolean) as is_authorised_absence,
        cast(null as boolean) as is_unauthorised_absence,
        cast(null as boolean) as is_late,
        cast(null as int) as minutes_late,
        cast(null as int) as time_period,
        cast(null as boolean) as is_in_population,
        cast(null as string) as batch_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_row,
    where false

)

select * from nothing_yet
