with pupils as (

    select * from {{ ref('stage_pupil') }}
    where stage_end = 'EYFS'

),

goals as (

    select count(*) as goals from {{ ref('ref_subject') }}
    where stage = 'EYFS' and slot = 'gld'

),

results as (

    select * from {{ ref('own_result') }}
    where stage = 'EYFS' and slot = 'gld'

),

counted as (

    select
        pupils.academy_id,
        pupils.pupil_key,
        pupils.time_period,
        count_if(results.rule = 'expected') as met,
        count_if(results.rule = 'not_met') as not_met
    from pupils
    inner join results
        on pupils.pupil_key = results.pupil_key
        and pupils.time_period = results.time_period
    group by all

),

-- A goal without a result is missing, not emerging: with the others met, nobody can say yet.
measured as (

    select
        counted.academy_id,
        counted.pupil_key,
        counted.time_period,
        'EYFS' as stage_end,
        'gld_pct' as measure_id,
        cast(case when counted.met = goals.goals then 1 else 0 end as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from counted
    cross join goals
    where counted.met = goals.goals or counted.not_met > 0

)

select * from measured
