with pupils as (

    select * from {{ ref('stage_pupil') }}
    where stage_end = 'KS4'

),

-- A slot without an entry is 0.
totals as (

    select
        pupils.academy_id,
        pupils.pupil_key,
        pupils.time_period,
        coalesce(sum(slots.points * slots.weight), 0) as attainment8,
        coalesce(max(case when slots.slot = 'english' then slots.points end), 0) as english,
        coalesce(max(case when slots.slot = 'maths' then slots.points end), 0) as maths
    from pupils
    left join {{ ref('own_ks4_slot') }} as slots
        on pupils.academy_id = slots.academy_id
        and pupils.pupil_key = slots.pupil_key
        and pupils.time_period = slots.time_period
    group by all

),

measured as (

    select academy_id, pupil_key, time_period, 'attainment8' as measure_id, cast(attainment8 as decimal(18, 6)) as numerator
    from totals
    {%- for grade in [5, 4] %}
    union all
    select
        academy_id,
        pupil_key,
        time_period,
        'engmaths_9_{{ grade }}_pct' as measure_id,
        cast(case when least(english, maths) >= {{ grade }} then 1 else 0 end as decimal(18, 6)) as numerator
    from totals
    {%- endfor %}

),

with_denominator as (

    select
        academy_id,
        pupil_key,
        time_period,
        'KS4' as stage_end,
        measure_id,
        numerator,
        cast(1 as decimal(18, 6)) as denominator
    from measured

)

select * from with_denominator
