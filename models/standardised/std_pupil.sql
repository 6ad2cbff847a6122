with nothing_yet as (

    select
        cast(null as string) as academy_id,
        cast(null as string) as source_pupil_id,
        cast(null as int) as time_period,
        cast(null as string) as upn,
        cast(null as boolean) as is_upn_valid,
        cast(null as string) as former_upn,
        cast(null as string) as legal_surname,
        cast(null as string) as legal_forename,
        cast(null as string) as preferred_surname,
        cast(null as string) as preferred_forename,
        cast(null as date) as date_of_birth,
        cast(null as string) as sex,
        cast(null as string) as ethnicity_code,
        cast(null as string) as first_language_code,
        cast(null as string) as nc_year,
        cast(null as string) as reg_group,
        cast(null as string) as sen_provision_code,
        cast(null as string) as sen_primary_need_code,
        cast(null as boolean) as is_fsm,
        cast(null as string) as fsm_category_code,
        cast(null as boolean) as is_fsm_ever6,
        cast(null as boolean) as is_pupil_premium,
        cast(null as boolean) as is_eal,
        cast(null as boolean) as is_looked_after,
        cast(null as boolean) as is_service_child,
        cast(null as boolean) as is_young_carer,
        cast(null as boolean) as has_social_worker,
        cast(null as date) as delivered_on,
        cast(null as bigint) as delivered_order,
        cast(null as boolean) as is_vanished,
        cast(null as date) as last_delivered_on,
        cast(null as string) as batch_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_row,
        cast(null as timestamp) as loaded_at,
    where false

)

select * from nothing_yet
