with enrolled as (

    select
        academy_id,
        pupil_key,
        time_period,
        max(year_group) as year_group
    from {{ ref('fct_enrolment') }}
    group by all

),

official as (

    select * from {{ ref('fct_assessment_result') }}
    where kind = 'summative' and stage = 'PHONICS' and result_type = 'official'

),

codes as (

    select * from {{ ref('ref_result_code') }}
    where stage = 'PHONICS'

),

checks as (

    select
        official.academy_id,
        official.pupil_key,
        official.time_period,
        max(case when official.component = 'OUTCOME' then codes.rule end) as rule,
        max(case when upper(official.component) = 'PHONICS_NCYEARACTUAL' then official.result end) as nc_year
    from official
    left join codes on upper(official.result) = codes.result
    group by all

),

ends as (

    select distinct academy_id, pupil_key, time_period from {{ ref('stage_pupil') }}
    where stage = 'PHONICS'

),

-- A pupil's check counts where they were on roll in that year: the file brings earlier schools' checks, too. Whoever moves after the check
-- may be in the files of both academies: then the one where its day was spent counts.
checks_on_roll as (

    select
        checks.academy_id,
        checks.pupil_key,
        checks.time_period,
        checks.rule,
        coalesce(checks.nc_year, enrolled.year_group) as nc_year,
        ends.academy_id is not null as is_at_the_end,
        count(ends.academy_id) over (partition by checks.pupil_key, checks.time_period) > 0 as is_at_an_end
    from checks
    inner join enrolled
        on checks.academy_id = enrolled.academy_id
        and checks.pupil_key = enrolled.pupil_key
        and checks.time_period = enrolled.time_period
    left join ends
        on checks.academy_id = ends.academy_id
        and checks.pupil_key = ends.pupil_key
        and checks.time_period = ends.time_period
    where checks.rule is not null

),

checks_here as (

    select * from checks_on_roll
    where is_at_the_end or not is_at_an_end

),

files as (

    select distinct academy_id, time_period from checks_here
    where nc_year in ('1', '2')

),

-- Whoever met the standard in Year 1 is in no file of Year 2, so those on roll in Year 2 belong as well.
pupils_of_year_2 as (

    select academy_id, pupil_key, time_period from checks_here
    where nc_year = '2'
    union distinct
    select pupils.academy_id, pupils.pupil_key, pupils.time_period
    from {{ ref('stage_pupil') }} as pupils
    inner join files
        on pupils.academy_id = files.academy_id
        and pupils.time_period = files.time_period
    where pupils.stage_end = 'PHONICS_Y2'

),

by_end_of_year_2 as (

    select
        pupils_of_year_2.academy_id,
        pupils_of_year_2.pupil_key,
        pupils_of_year_2.time_period,
        bool_or(outcomes.rule = 'expected') as is_met,
        max_by(outcomes.rule, outcomes.time_period) as latest_rule
    from pupils_of_year_2
    inner join {{ ref('phonics_outcome') }} as outcomes
        on pupils_of_year_2.pupil_key = outcomes.pupil_key
        and pupils_of_year_2.time_period >= outcomes.time_period
    group by all

),

measured as (

    select
        academy_id,
        pupil_key,
        time_period,
        'phonics_y1_pct' as measure_id,
        cast(case when rule = 'expected' then 1 else 0 end as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from checks_here
    where nc_year = '1' and rule <> 'left_out'
    union all
    select
        academy_id,
        pupil_key,
        time_period,
        'phonics_y2_pct' as measure_id,
        cast(case when is_met then 1 else 0 end as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from by_end_of_year_2
    where is_met or latest_rule <> 'left_out'

)

select * from measured
