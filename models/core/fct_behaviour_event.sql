with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

events as (

    select * from {{ ref('std_behaviour_event') }}

),

persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

counted as (

    select
        events.academy_id,
        persons.pupil_key,
        events.source_pupil_id,
        events.source_event_id,
        events.event_date,
        events.behaviour_type,
        events.points,
        events.polarity,
        events.time_period,
        events.batch_id,
        events.source_file,
        events.source_row,
        events.loaded_at
    from events
    inner join persons
        on events.academy_id = persons.academy_id
        and events.source_pupil_id = persons.source_pupil_id
    inner join parameters on events.event_date <= parameters.as_of

)

select * from counted
