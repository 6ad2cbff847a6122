with scales as (

    select
        academy_id,
        scale,
        result,
        lowest_points,
        standing,
        described_in
    from {{ source('run', 'scale') }}

)

select * from scales
