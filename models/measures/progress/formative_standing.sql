with results as (

    select * from {{ ref('read_formative') }}
    where standing is not null

),

-- Of two results of one day in one subject the lower one stands: a doubt is worth a look.
days as (

    select
        academy_id,
        pupil_key,
        time_period,
        subject_code,
        result_date,
        min(case standing when 'below' then 1 when 'expected' then 2 else 3 end) as place
    from results
    group by all

),

placed as (

    select
        academy_id,
        pupil_key,
        time_period,
        subject_code,
        result_date as first_day,
        lead(result_date) over (partition by academy_id, pupil_key, time_period, subject_code order by result_date) as next_day,
        case place when 1 then 'below' when 2 then 'expected' else 'above' end as standing,
        place > 1 as is_on_track
    from days

),

standings as (

    select
        academy_id,
        pupil_key,
        time_period,
        subject_code,
        first_day,
        coalesce({{ days_after('next_day', -1) }}, {{ academic_year_end('time_period') }}) as last_day,
        standing,
        is_on_track
    from placed

)

select * from standings
