with goals as (

    select
        measure_id,
        academy_id,
        phase,
        case
            when academy_id is not null then 'own'
            when phase = 'all' then 'all'
            else 'phase'
        end as goal_of,
        since,
        coalesce(since, date '0001-01-01') as from_day,
        agreed_by,
        target,
        amber,
        red
    from {{ source('run', 'goal') }}

),

-- The academies while they are in the trust, and the trust.
places as (

    select
        academy_id,
        phase,
        coalesce(joined_on, date '0001-01-01') as joined_on,
        coalesce(left_on, date '9999-12-31') as left_on
    from {{ ref('dim_academy') }}
    union all
    select
        'trust' as academy_id,
        'all' as phase,
        date '0001-01-01' as joined_on,
        date '9999-12-31' as left_on

),

goals_of_place as (

    select
        places.academy_id,
        places.joined_on,
        places.left_on,
        goals.measure_id,
        goals.goal_of,
        goals.since,
        goals.from_day,
        goals.agreed_by,
        goals.target,
        goals.amber,
        goals.red
    from goals
    inner join places
        on goals.academy_id = places.academy_id
        or goals.academy_id is null and (goals.phase = places.phase or goals.phase = 'all')

),

-- The days on which something changes for a place, and the last day before the next change.
changes as (

    select distinct academy_id, measure_id, from_day from goals_of_place

),

spans as (

    select
        academy_id,
        measure_id,
        from_day,
        {{ days_after('lead(from_day) over (partition by academy_id, measure_id order by from_day)', -1) }} as to_day
    from changes

),

-- On each of these days the latest goal of each kind: the academy's own, its phase's, that for all.
latest as (

    select
        goals_of_place.*,
        spans.from_day as span_from,
        spans.to_day as span_to,
        row_number() over (
            partition by spans.academy_id, spans.measure_id, spans.from_day, goals_of_place.goal_of
            order by goals_of_place.from_day desc
        ) as age
    from spans
    inner join goals_of_place
        on spans.academy_id = goals_of_place.academy_id
        and spans.measure_id = goals_of_place.measure_id
        and spans.from_day >= goals_of_place.from_day

),

-- Of those that have not ended, the nearest: its own before the phase's before that for all.
nearest as (

    select
        *,
        row_number() over (
            partition by academy_id, measure_id, span_from
            order by case goal_of when 'own' then 1 when 'phase' then 2 else 3 end
        ) as distance
    from latest
    where age = 1 and target is not null

),

in_force as (

    select
        academy_id,
        measure_id,
        greatest(span_from, joined_on) as first_day,
        least(coalesce(span_to, date '9999-12-31'), left_on) as last_day,
        target as target_value,
        amber,
        red,
        goal_of,
        since as goal_since,
        agreed_by
    from nearest
    where distance = 1

),

while_in_the_trust as (

    select * from in_force
    where first_day <= last_day

)

select * from while_in_the_trust
