with persons as (

    select * from {{ ref('bridge_staff_source') }}

),

contracts as (

    select * from {{ ref('fct_staff_contract') }}

),

academies_with_contracts as (

    select distinct academy_id from {{ source('raw', 'delivery') }}
    where entity = 'staff_contract'

),

exported as (

    select
        std_staff.academy_id,
        std_staff.source_staff_id,
        {{ staff_year_start('std_staff.time_period') }} as first_day,
        least(coalesce(std_staff.went_on, date '9999-12-31'), {{ staff_year_end('std_staff.time_period') }}) as last_day
    from {{ ref('std_staff') }} as std_staff
    left join academies_with_contracts on std_staff.academy_id = academies_with_contracts.academy_id
    where academies_with_contracts.academy_id is null

),

dated as (

    select
        academy_id,
        source_staff_id,
        fte,
        start_date as first_day,
        coalesce(end_date, date '9999-12-31') as last_day
    from contracts
    union all
    select
        academy_id,
        source_staff_id,
        cast(null as decimal(9, 4)) as fte,
        first_day,
        last_day
    from exported

),

spells as (

    select
        dated.academy_id,
        persons.staff_key,
        dated.source_staff_id,
        persons.is_known_in_trust,
        dated.fte,
        dated.first_day,
        dated.last_day
    from dated
    inner join persons
        on dated.academy_id = persons.academy_id
        and dated.source_staff_id = persons.source_staff_id
    where dated.first_day <= dated.last_day

)

select * from spells
