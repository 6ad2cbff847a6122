with {{ winning_snapshot('pupil', ['source_pupil_id'], within='time_period') }},

languages as (

    select * from {{ ref('ref_first_language') }}

),

typed as (

    select
        delivered.academy_id,
        delivered.source_pupil_id,
        winners.time_period,
        upper(delivered.upn) as upn,
        upper(delivered.former_upn) as former_upn,
        delivered.legal_surname,
        delivered.legal_forename,
        delivered.preferred_surname,
        delivered.preferred_forename,
        try_cast(delivered.date_of_birth as date) as date_of_birth,
        coalesce(delivered.sex, 'U') as sex,
        delivered.ethnicity_code,
        delivered.first_language_code,
        delivered.nc_year,
        delivered.reg_group,
        delivered.sen_provision_code,
        delivered.sen_primary_need_code,
        try_cast(delivered.is_fsm as boolean) as is_fsm,
        delivered.fsm_category_code,
        try_cast(delivered.is_fsm_ever6 as boolean) as is_fsm_ever6,
        try_cast(delivered.is_pupil_premium as boolean) as is_pupil_premium,
        try_cast(delivered.is_eal as boolean) as is_eal,
        try_cast(delivered.is_looked_after as boolean) as is_looked_after,
        try_cast(delivered.is_service_child as boolean) as is_service_child,
        try_cast(delivered.is_young_carer as boolean) as is_young_carer,
        try_cast(delivered.has_social_worker as boolean) as has_social_worker,
        winners.effective_date as delivered_on,
        winners.delivered_order,
        not winners.is_delivered as is_vanished,
        winners.last_delivered_on,
        winners.batch_id,
        delivered.source_file,
        delivered.source_row,
        winners.loaded_at
    from {{ source('raw', 'pupil') }} as delivered
    inner join winners
        on delivered.academy_id = winners.academy_id
        and delivered.source_pupil_id = winners.source_pupil_id
        and delivered.content_id = winners.content_id

),

-- The language decides; the MIS's own flag counts only where no language is recorded.
described as (

    select
        typed.academy_id,
        typed.source_pupil_id,
        typed.time_period,
        typed.upn,
        {{ is_valid_upn('typed.upn') }} as is_upn_valid,
        typed.former_upn,
        typed.legal_surname,
        typed.legal_forename,
        typed.preferred_surname,
        typed.preferred_forename,
        typed.date_of_birth,
        typed.sex,
        typed.ethnicity_code,
        typed.first_language_code,
        typed.nc_year,
        typed.reg_group,
        typed.sen_provision_code,
        typed.sen_primary_need_code,
        typed.is_fsm,
        typed.fsm_category_code,
        typed.is_fsm_ever6,
        typed.is_pupil_premium,
        typed.is_eal,
        case
            when languages.eal is not null then languages.eal
            when typed.first_language_code is not null or typed.is_eal then 'yes'
            when not typed.is_eal then 'no'
            else 'unknown'
        end as eal,
        typed.is_looked_after,
        typed.is_service_child,
        typed.is_young_carer,
        typed.has_social_worker,
        typed.delivered_on,
        typed.delivered_order,
        typed.is_vanished,
        typed.last_delivered_on,
        typed.batch_id,
        typed.source_file,
        typed.source_row,
        typed.loaded_at
    from typed
    left join languages on typed.first_language_code = languages.first_language_code

)

select * from described
