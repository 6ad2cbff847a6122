-- Key stage 2 scaled scores wherever in the trust they are known: DfE's own first, then the latest.
with scores as (

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
        cast(sum(score) / 2 as decimal(12, 4)) as ks2_average
    from scores
    where place = 1
    group by all
    having count(*) = 2

)

select * from averages
