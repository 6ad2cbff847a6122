with results as (

    select * from {{ ref('read_result') }}
    where rule is not null

),

-- At KS4 the first entry of a subject counts, whatever a resit gave; at every other stage the latest result. Results follow the pupil from
-- academy to academy.
ranked as (

    select
        *,
        row_number() over (
            partition by pupil_key, stage, time_period, counts_as
            order by
                case when stage = 'KS4' then {{ days_between("date '2000-01-01'", 'result_date') }} else 0 end,
                result_date desc,
                score desc,
                academy_id,
                rule
        ) as place
    from results

),

counted as (

    select
        pupil_key,
        stage,
        time_period,
        subject_code,
        slot,
        counts_as,
        result_date,
        score,
        rule
    from ranked
    where place = 1

)

select * from counted
