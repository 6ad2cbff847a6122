with marks as (

    select
        pupils.academy_id,
        pupils.pupil_key,
        pupils.time_period,
        results.score as mark
    from {{ ref('stage_pupil') }} as pupils
    inner join {{ ref('own_result') }} as results
        on pupils.pupil_key = results.pupil_key
        and pupils.time_period = results.time_period
    where pupils.stage_end = 'MTC' and results.stage = 'MTC' and results.score is not null

),

measured as (

    select
        academy_id,
        pupil_key,
        time_period,
        'MTC' as stage_end,
        'mtc_mean_mark' as measure_id,
        cast(mark as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from marks
    union all
    select
        academy_id,
        pupil_key,
        time_period,
        'MTC' as stage_end,
        'mtc_full_marks_pct' as measure_id,
        cast(case when mark = 25 then 1 else 0 end as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from marks

)

select * from measured
