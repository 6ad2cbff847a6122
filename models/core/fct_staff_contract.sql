with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

contracts as (

    select * from {{ ref('std_staff_contract') }}

),

persons as (

    select * from {{ ref('bridge_staff_source') }}

),

counted as (

    select
        contracts.academy_id,
        persons.staff_key,
        contracts.source_staff_id,
        contracts.source_contract_id,
        contracts.role_code,
        contracts.contract_type_code,
        contracts.fte,
        contracts.start_date,
        contracts.end_date,
        contracts.destination_code,
        contracts.leaving_reason_code,
        contracts.is_vanished,
        contracts.batch_id,
        contracts.source_file,
        contracts.source_row,
        contracts.loaded_at
    from contracts
    inner join persons
        on contracts.academy_id = persons.academy_id
        and contracts.source_staff_id = persons.source_staff_id
    inner join parameters on contracts.start_date <= parameters.as_of

)

select * from counted
