with results as (

    select academy_id, source_pupil_id, result_date from {{ ref('std_assessment_result') }}
    where pupil_id_kind <> 'upn' and {{ is_own_ks4() }}
    union
    select academy_id, source_pupil_id, result_date from {{ ref('std_assessment_result_by_upn') }}
    where {{ is_own_ks4() }}

),

pupil_years as (

    select * from {{ ref('std_pupil_year') }}

),

years_by_age as (

    select distinct
        academy_id,
        source_pupil_id,
        cast(
            (floor(time_period / 100) + 15 - age_at_year_start) * 100
            + (floor(time_period / 100) + 16 - age_at_year_start) % 100
            as int
        ) as time_period
    from pupil_years

),

-- Year 11 as the academy's exports said, and by age where no export speaks of that year (next year's, for an early entry).
years_in_year_11 as (

    select academy_id, source_pupil_id, time_period from pupil_years
    where year_group = '11'
    union all
    select years_by_age.academy_id, years_by_age.source_pupil_id, years_by_age.time_period
    from years_by_age
    left join pupil_years
        on years_by_age.academy_id = pupil_years.academy_id
        and years_by_age.source_pupil_id = pupil_years.source_pupil_id
        and years_by_age.time_period = pupil_years.time_period
    where years_by_age.time_period is not null and pupil_years.time_period is null

),

-- Early entries wait for the year in which the pupil is in Year 11; a result of September is still its own.
ks4_years as (

    select
        results.academy_id,
        results.source_pupil_id,
        results.result_date,
        min(years_in_year_11.time_period) as time_period
    from results
    inner join years_in_year_11
        on results.academy_id = years_in_year_11.academy_id
        and results.source_pupil_id = years_in_year_11.source_pupil_id
        and {{ summative_year('results.result_date') }} <= years_in_year_11.time_period
    group by all

)

select * from ks4_years
