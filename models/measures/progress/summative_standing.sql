with own as (

    select
        academy_id,
        pupil_key,
        time_period,
        stage,
        subject_code,
        result_date,
        score as number,
        rule,
        2 as precedence
    from {{ ref('read_result') }}
    where (stage = 'KS2' and slot in ('reading', 'maths', 'writing', 'science')) or stage = 'KS4'

),

official as (

    select
        results.academy_id,
        results.pupil_key,
        results.time_period,
        results.stage,
        results.subject_code,
        results.result_date,
        try_cast(results.result as decimal(12, 4)) as number,
        codes.rule,
        1 as precedence
    from {{ ref('fct_assessment_result') }} as results
    inner join {{ ref('ref_subject') }} as subjects
        on results.stage = subjects.stage
        and results.subject_code = subjects.subject_code
        and results.component = subjects.component
    left join {{ ref('ref_result_code') }} as codes
        on results.stage = codes.stage
        and upper(results.result) = codes.result
        and codes.component in ('any', results.component)
    where results.kind = 'summative' and results.stage = 'KS2' and results.result_type = 'official'

),

every_result as (

    select * from official
    union all
    select * from own

),

points as (

    select
        case upper(scale) when 'GCSE 9-1' then 'KS4' else 'KS2' end as stage,
        standing,
        coalesce(lowest_points, -1e18) as points_from,
        lead(lowest_points) over (partition by scale order by coalesce(lowest_points, -1e18)) as points_below
    from {{ ref('ref_scale') }}
    where academy_id = 'all' and upper(scale) in ('GCSE 9-1', 'KS2 SCALED SCORE') and result is null

),

judged as (

    select
        every_result.*,
        case
            when every_result.number is not null then points.standing
            when every_result.rule in ('not_met', 'zero') then 'below'
            when every_result.rule = 'expected' then 'expected'
            when every_result.rule = 'higher' then 'above'
        end as standing
    from every_result
    left join points
        on every_result.stage = points.stage
        and every_result.number >= points.points_from
        and (points.points_below is null or every_result.number < points.points_below)

),

-- One subject counts once: as DfE's file has it, else by its first entry.
placed as (

    select
        *,
        row_number() over (
            partition by academy_id, pupil_key, time_period, stage, subject_code
            order by precedence, result_date, number desc, standing
        ) as place
    from judged
    where standing is not null

),

standings as (

    select
        academy_id,
        pupil_key,
        time_period,
        stage,
        subject_code,
        result_date,
        standing
    from placed
    where place = 1

)

select * from standings
