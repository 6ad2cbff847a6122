with {{ winning_snapshot('staff', ['source_staff_id'], within='time_period') }},

-- Whoever the year's last export had is there still; who is missing from it was there until the last one that had them.
seen as (

    select
        academy_id,
        source_staff_id,
        time_period,
        bool_or(is_newest_within) as is_in_last_export,
        max(effective_date) as last_seen_on
    from deliveries_of_keys
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
