with attainment as (

    select * from {{ ref('own_ks4') }}
    where measure_id = 'attainment8'

),

-- Key stage 2 scaled scores wherever in the trust they are known: DfE's own first, then the latest.
scores as (

    select
        pupil_key,
        subject_code,
        try_cast(result as decimal(12, 4)) as score,
        row_number() over (
            partition by pupil_key, subject_code
            order by case when result_type = 'official' then 1 else 2 end, result_date desc, result desc
        ) as place
    from {{ ref('fct_assessment_result') }}
    where
        kind = 'summative'
        and stage = 'KS2'
        and component = 'TEST'
        and subject_code in ('READ', 'MATH')
        and coalesce(result_type, 'result') in ('official', 'result', 'provisional')
        and try_cast(result as decimal(12, 4)) is not null

),

-- Both scores are needed: what stands for a missing one changes from year to year.
averages as (

    select
        pupil_key,
        sum(score) / 2 as ks2_average
    from scores
    where place = 1
    group by all
    having count(*) = 2

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
