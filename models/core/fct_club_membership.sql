with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

memberships as (

    select * from {{ ref('std_club_membership') }}

),

persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

counted as (

    select
        memberships.academy_id,
        persons.pupil_key,
        memberships.source_pupil_id,
        memberships.club_id,
        memberships.club_name,
        memberships.start_date,
        memberships.end_date,
        memberships.time_period,
        memberships.batch_id,
        memberships.source_file,
        memberships.source_row,
        memberships.loaded_at
    from memberships
    inner join persons
        on memberships.academy_id = persons.academy_id
        and memberships.source_pupil_id = persons.source_pupil_id
    inner join parameters on memberships.start_date <= parameters.as_of

)

select * from counted
