with attainment as (

    select * from {{ ref('own_ks4') }}
    where measure_id = 'attainment8'

),

averages as (

    select * from {{ ref('pupil_ks2_average') }}

),

estimates as (

    select * from {{ ref('ref_progress8') }}

),

measured as (

    select
        attainment.academy_id,
        attainment.pupil_key,
        attainment.time_period,
        'KS4' as stage_end,
        'progress8' as measure_id,
        cast((attainment.numerator - estimates.attainment8_estimate) / 10 as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from attainment
    inner join averages on attainment.pupil_key = averages.pupil_key
    inner join estimates
        on attainment.time_period = estimates.time_period
        and averages.ks2_average between estimates.lowest_ks2_average and estimates.highest_ks2_average

)

select * from measured
