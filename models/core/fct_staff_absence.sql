with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

absences as (

    select * from {{ ref('std_staff_absence') }}

),

persons as (

    select * from {{ ref('bridge_staff_source') }}

),

counted as (

    select
        absences.academy_id,
        persons.staff_key,
        absences.source_staff_id,
        absences.source_absence_id,
        absences.category_code,
        absences.start_date,
        absences.end_date,
        absences.working_days,
        absences.time_period,
        absences.batch_id,
        absences.source_file,
        absences.source_row,
        absences.loaded_at
    from absences
    inner join persons
        on absences.academy_id = persons.academy_id
        and absences.source_staff_id = persons.source_staff_id
    inner join parameters on absences.start_date <= parameters.as_of

)

select * from counted
