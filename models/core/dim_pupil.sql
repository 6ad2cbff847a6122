with persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

ethnicities as (

    select * from {{ ref('ref_ethnicity') }}

),

delivered as (

    select
        persons.pupil_key,
        std_pupil.*,
        row_number() over (
            partition by persons.pupil_key
            order by std_pupil.delivered_on desc, std_pupil.delivered_order desc, std_pupil.academy_id, std_pupil.source_pupil_id
        ) as place
    from {{ ref('std_pupil') }} as std_pupil
    inner join persons
        on std_pupil.academy_id = persons.academy_id
        and std_pupil.source_pupil_id = persons.source_pupil_id

),

latest as (

    select
        delivered.pupil_key,
        delivered.upn,
        delivered.is_upn_valid,
        delivered.legal_surname,
        delivered.legal_forename,
        delivered.preferred_surname,
        delivered.preferred_forename,
        delivered.date_of_birth,
        delivered.sex,
        delivered.ethnicity_code,
        coalesce(ethnicities.ethnicity_group, 'unknown') as ethnicity_group,
        delivered.first_language_code,
        case delivered.eal when 'yes' then true when 'no' then false end as is_eal
    from delivered
    left join ethnicities on delivered.ethnicity_code = ethnicities.ethnicity_code
    where delivered.place = 1

)

select * from latest
