with pupils as (

    select * from {{ ref('stage_pupil') }}
    where stage = 'PHONICS'

),

results as (

    select * from {{ ref('own_result') }}
    where stage = 'PHONICS'

),

-- In Year 2 a pupil may have met the standard a year before; otherwise the latest outcome says whether they belong.
outcomes as (

    select
        pupils.academy_id,
        pupils.pupil_key,
        pupils.time_period,
        pupils.stage_end,
        bool_or(results.rule = 'expected') as is_met,
        max_by(results.rule, results.time_period) as latest_rule
    from pupils
    inner join results
        on pupils.pupil_key = results.pupil_key
        and (
            pupils.time_period = results.time_period
            or (pupils.stage_end = 'PHONICS_Y2' and pupils.time_period > results.time_period)
        )
    group by all

),

measured as (

    select
        academy_id,
        pupil_key,
        time_period,
        stage_end,
        case stage_end when 'PHONICS_Y1' then 'phonics_y1_pct' else 'phonics_y2_pct' end as measure_id,
        cast(case when is_met then 1 else 0 end as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from outcomes
    where is_met or latest_rule <> 'left_out'

)

select * from measured
