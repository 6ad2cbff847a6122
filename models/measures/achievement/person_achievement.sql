with official as (

    select * from {{ ref('official_achievement') }}

),

own as (

    select * from {{ ref('own_achievement') }}

),

official_years as (

    select distinct academy_id, time_period, measure_id from official

),

-- DfE's own figure once the academy has it, with DfE's own pupils; before that ours.
achieved as (

    select academy_id, pupil_key, time_period, measure_id, numerator, denominator from official
    union all
    select own.academy_id, own.pupil_key, own.time_period, own.measure_id, own.numerator, own.denominator
    from own
    left join official_years
        on own.academy_id = official_years.academy_id
        and own.time_period = official_years.time_period
        and own.measure_id = official_years.measure_id
    where official_years.measure_id is null

),

-- A stage's result is the year's: last year's stands whole beside this year's, whatever the week.
periods as (

    select * from {{ ref('measure_period') }}
    where period_type in ('year_to_date', 'same_week_last_year')

),

people as (

    select
        achieved.academy_id,
        'pupil' as person_kind,
        achieved.pupil_key as person_key,
        achieved.time_period,
        periods.period_number,
        achieved.measure_id,
        achieved.numerator,
        achieved.denominator
    from achieved
    inner join periods
        on achieved.academy_id = periods.academy_id
        and achieved.time_period = periods.time_period

)

select * from people
