with entries as (

    select
        pupils.academy_id,
        pupils.pupil_key,
        pupils.time_period,
        results.subject_code,
        results.slot,
        results.score as points
    from {{ ref('stage_pupil') }} as pupils
    inner join {{ ref('own_result') }} as results
        on pupils.pupil_key = results.pupil_key
        and pupils.time_period = results.time_period
    where pupils.stage_end = 'KS4' and results.stage = 'KS4'

),

english as (

    select
        *,
        count(*) over (partition by academy_id, pupil_key, time_period) as entered,
        row_number() over (partition by academy_id, pupil_key, time_period order by points desc, subject_code) as place
    from entries
    where slot = 'english'

),

-- Combined science is two awards of the mean of its two grades.
ebacc_awards as (

    select academy_id, pupil_key, time_period, subject_code, points, 1 as award from entries
    where slot in ('science', 'combined_science', 'humanity', 'language')
    union all
    select academy_id, pupil_key, time_period, subject_code, points, 2 as award from entries
    where slot = 'combined_science'

),

ebacc as (

    select
        *,
        row_number() over (partition by academy_id, pupil_key, time_period order by points desc, subject_code, award) as place
    from ebacc_awards

),

-- What the first eight leave over: the other English, EBacc subjects beyond the best three, and every other subject.
open_awards as (

    select academy_id, pupil_key, time_period, subject_code, points, 1 as award from entries
    where slot = 'open'
    union all
    select academy_id, pupil_key, time_period, subject_code, points, award from ebacc
    where place > 3
    union all
    select academy_id, pupil_key, time_period, subject_code, points, 1 as award from english
    where place = 2

),

open_slots as (

    select
        *,
        row_number() over (partition by academy_id, pupil_key, time_period order by points desc, subject_code, award) as place
    from open_awards

),

-- English doubles only where both language and literature are taken; maths always.
slots as (

    select
        academy_id,
        pupil_key,
        time_period,
        'english' as slot,
        subject_code,
        1 as award,
        points,
        case when entered > 1 then 2 else 1 end as weight
    from english
    where place = 1
    union all
    select academy_id, pupil_key, time_period, 'maths' as slot, subject_code, 1 as award, points, 2 as weight
    from entries
    where slot = 'maths'
    union all
    select academy_id, pupil_key, time_period, 'ebacc' as slot, subject_code, award, points, 1 as weight
    from ebacc
    where place <= 3
    union all
    select academy_id, pupil_key, time_period, 'open' as slot, subject_code, award, points, 1 as weight
    from open_slots
    where place <= 3

)

select * from slots
