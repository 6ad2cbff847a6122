with {{ winning_snapshot('staff', ['source_staff_id'], within='time_period') }},

-- Whoever the year's first export had was there before it, whoever its last one had is there still: only who came or went in between has
-- a known day.
seen as (

    select
        academy_id,
        source_staff_id,
        time_period,
        bool_or(is_first_within) as is_in_first_export,
        bool_or(is_newest_within) as is_in_last_export,
        min(effective_date) as first_seen_on,
        max(effective_date) as last_seen_on
    from (
        select
            *,
            effective_date = min(effective_date) over (partition by academy_id, table_name, time_period) as is_first_within
        from deliveries_of_keys
    ) as placed
    group by all

),

typed as (

    select
        delivered.academy_id,
        delivered.source_staff_id,
        winners.time_period,
        delivered.trust_staff_ref,
        coalesce(delivered.sex, 'U') as sex,
        coalesce(try_cast(delivered.is_teacher as boolean), false) as is_teacher,
        try_cast(delivered.has_qts as boolean) as has_qts,
        case when not seen.is_in_first_export then seen.first_seen_on end as came_on,
        case when not seen.is_in_last_export then seen.last_seen_on end as went_on,
        winners.effective_date as delivered_on,
        winners.delivered_order,
        not winners.is_delivered as is_vanished,
        winners.last_delivered_on,
        winners.batch_id,
        delivered.source_file,
        delivered.source_row,
        winners.loaded_at
    from {{ source('raw', 'staff') }} as delivered
    inner join winners
        on delivered.academy_id = winners.academy_id
        and delivered.source_staff_id = winners.source_staff_id
        and delivered.content_id = winners.content_id
    inner join seen
        on winners.academy_id = seen.academy_id
        and winners.source_staff_id = seen.source_staff_id
        and winners.time_period = seen.time_period

)

select * from typed
