with measured as (

    select * from {{ ref('own_eyfs') }}
    union all
    select * from {{ ref('own_phonics') }}
    union all
    select * from {{ ref('own_mtc') }}
    union all
    select * from {{ ref('own_ks2') }}
    union all
    select * from {{ ref('own_ks4') }}
    union all
    select * from {{ ref('own_ebacc_aps') }}
    union all
    select * from {{ ref('own_progress8') }}

),

-- Only where the academy has results of the stage: without them every pupil would have 0 points.
given as (

    select * from {{ ref('stage_year') }}
    where own_results > 0

),

of_given_stages as (

    select
        measured.academy_id,
        measured.pupil_key,
        measured.time_period,
        measured.measure_id,
        measured.numerator,
        measured.denominator
    from measured
    inner join given
        on measured.academy_id = given.academy_id
        and measured.time_period = given.time_period
        and measured.stage_end = given.stage_end

)

select * from of_given_stages
