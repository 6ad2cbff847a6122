with nothing_yet as (

    select
        cast(null as string) as pupil_key,
        cast(null as string) as upn,
        cast(null as boolean) as is_upn_valid,
        cast(null as string) as legal_surname,
        cast(null as string) as legal_forename,
        cast(null as date) as date_of_birth,
        cast(null as string) as sex,
        cast(null as string) as ethnicity_code,
        cast(null as string) as ethnicity_group,
        cast(null as string) as first_language_code,
        cast(null as boolean) as is_eal,
    where false

)

select * from nothing_yet
