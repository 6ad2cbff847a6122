with {{ winning_snapshot('staff_contract', ['source_staff_id', 'source_contract_id']) }},

typed as (

    select
        delivered.academy_id,
        delivered.source_staff_id,
        delivered.source_contract_id,
        delivered.role_code,
        delivered.contract_type_code,
        try_cast(delivered.fte as decimal(9, 4)) as fte,
        try_cast(delivered.start_date as date) as start_date,
        try_cast(delivered.end_date as date) as delivered_end_date,
        delivered.destination_code,
        delivered.leaving_reason_code,
        not winners.is_delivered as is_vanished,
        winners.last_delivered_on,
        winners.batch_id,
        delivered.source_file,
        delivered.source_row,
        winners.loaded_at
    from {{ source('raw', 'staff_contract') }} as delivered
    inner join winners
        on delivered.academy_id = winners.academy_id
        and delivered.source_staff_id = winners.source_staff_id
        and delivered.source_contract_id = winners.source_contract_id
        and delivered.content_id = winners.content_id

),

-- A contract that stopped being exported while it was open ended, as far as anyone knows, on the day it was last seen.
ended as (

    select
        academy_id,
        source_staff_id,
        source_contract_id,
        role_code,
        contract_type_code,
        fte,
        start_date,
        case when is_vanished and delivered_end_date is null then last_delivered_on else delivered_end_date end as end_date,
        destination_code,
        leaving_reason_code,
        is_vanished,
        last_delivered_on,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from typed

),

-- One that vanished before it began never came to be.
standing as (

    select * from ended
    where not (is_vanished and end_date < start_date)

)

select * from standing
