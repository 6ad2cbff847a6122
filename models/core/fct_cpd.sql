with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

records as (

    select * from {{ ref('std_cpd_record') }}

),

persons as (

    select * from {{ ref('bridge_staff_source') }}

),

counted as (

    select
        records.academy_id,
        persons.staff_key,
        records.source_staff_id,
        records.activity,
        records.activity_date,
        records.hours,
        records.time_period,
        records.batch_id,
        records.source_file,
        records.source_row,
        records.loaded_at
    from records
    inner join persons
        on records.academy_id = persons.academy_id
        and records.source_staff_id = persons.source_staff_id
    inner join parameters on records.activity_date <= parameters.as_of

)

select * from counted
