with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

suspensions as (

    select * from {{ ref('std_suspension') }}

),

persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

counted as (

    select
        suspensions.academy_id,
        persons.pupil_key,
        suspensions.source_pupil_id,
        suspensions.category_code,
        suspensions.reason_codes,
        suspensions.start_date,
        suspensions.end_date,
        suspensions.sessions,
        suspensions.time_period,
        suspensions.batch_id,
        suspensions.source_file,
        suspensions.source_row,
        suspensions.loaded_at
    from suspensions
    inner join persons
        on suspensions.academy_id = persons.academy_id
        and suspensions.source_pupil_id = persons.source_pupil_id
    inner join parameters on suspensions.start_date <= parameters.as_of

)

select * from counted
