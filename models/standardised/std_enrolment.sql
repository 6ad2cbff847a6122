with {{ winning_snapshot('enrolment', ['source_pupil_id', 'entry_date']) }},

typed as (

    select
        delivered.academy_id,
        delivered.source_pupil_id,
        try_cast(delivered.entry_date as date) as entry_date,
        try_cast(delivered.leaving_date as date) as leaving_date,
        coalesce(delivered.enrolment_status_code, 'C') as enrolment_status_code,
        delivered.leaving_reason_code,
        delivered.destination_code,
        delivered.nc_year,
        try_cast(delivered.fte as decimal(6, 4)) as fte,
        not winners.is_delivered as is_vanished,
        winners.last_delivered_on,
        winners.batch_id,
        delivered.source_file,
        delivered.source_row,
        winners.loaded_at
    from {{ source('raw', 'enrolment') }} as delivered
    inner join winners
        on delivered.academy_id = winners.academy_id
        and delivered.source_pupil_id = winners.source_pupil_id
        and delivered.entry_date = winners.entry_date
        and delivered.content_id = winners.content_id

),

-- A spell that stopped being exported while it was open ended, as far as anyone knows, on the day it was last seen.
ended as (

    select
        academy_id,
        source_pupil_id,
        entry_date,
        case when is_vanished and leaving_date is null then last_delivered_on else leaving_date end as leaving_date,
        enrolment_status_code,
        leaving_reason_code,
        destination_code,
        nc_year,
        fte,
        is_vanished,
        last_delivered_on,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from typed

),

-- A vanished spell in the place of one still delivered was the same spell before its entry date was corrected.
withdrawn as (

    select distinct
        vanished.academy_id,
        vanished.source_pupil_id,
        vanished.entry_date
    from ended as vanished
    inner join ended as delivered
        on vanished.academy_id = delivered.academy_id
        and vanished.source_pupil_id = delivered.source_pupil_id
        and vanished.leaving_date >= delivered.entry_date
        and (delivered.leaving_date is null or vanished.entry_date <= delivered.leaving_date)
    where vanished.is_vanished and not delivered.is_vanished

),

standing as (

    select ended.*
    from ended
    left join withdrawn
        on ended.academy_id = withdrawn.academy_id
        and ended.source_pupil_id = withdrawn.source_pupil_id
        and ended.entry_date = withdrawn.entry_date
    where
        withdrawn.entry_date is null
        and not (ended.is_vanished and ended.leaving_date < ended.entry_date)

)

select * from standing
