with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

invitations as (

    select * from {{ ref('std_parent_event') }}

),

persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

counted as (

    select
        invitations.academy_id,
        persons.pupil_key,
        invitations.source_pupil_id,
        invitations.event_id,
        invitations.event_type,
        invitations.event_date,
        invitations.is_attended,
        invitations.time_period,
        invitations.batch_id,
        invitations.source_file,
        invitations.source_row,
        invitations.loaded_at
    from invitations
    inner join persons
        on invitations.academy_id = persons.academy_id
        and invitations.source_pupil_id = persons.source_pupil_id
    inner join parameters on invitations.event_date <= parameters.as_of

)

select * from counted
