with pupils as (

    select * from {{ ref('stage_pupil') }}
    where stage_end = 'KS4'

),

entries as (

    select
        pupil_key,
        time_period,
        slot,
        score as points,
        row_number() over (partition by pupil_key, time_period, slot order by score desc, subject_code) as place,
        count(*) over (partition by pupil_key, time_period, slot) as entered
    from {{ ref('own_result') }}
    where stage = 'KS4'

),

-- English counts where both are entered, single sciences where at least three are.
pillars as (

    select
        pupils.academy_id,
        pupils.pupil_key,
        pupils.time_period,
        max(case when entries.slot = 'english' and entries.entered > 1 then entries.points end) as english,
        max(case when entries.slot = 'maths' then entries.points end) as maths,
        max(case when entries.slot = 'combined_science' then entries.points * 2 end) as combined_science,
        sum(case when entries.slot = 'science' and entries.entered > 2 and entries.place <= 2 then entries.points end) as single_sciences,
        max(case when entries.slot = 'humanity' then entries.points end) as humanity,
        max(case when entries.slot = 'language' then entries.points end) as language
    from pupils
    left join entries
        on pupils.pupil_key = entries.pupil_key
        and pupils.time_period = entries.time_period
    group by all

),

measured as (

    select
        academy_id,
        pupil_key,
        time_period,
        'KS4' as stage_end,
        'ebacc_aps' as measure_id,
        cast((
            coalesce(english, 0)
            + coalesce(maths, 0)
            + greatest(coalesce(combined_science, 0), coalesce(single_sciences, 0))
            + coalesce(humanity, 0)
            + coalesce(language, 0)
        ) / 6 as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from pillars

)

select * from measured
