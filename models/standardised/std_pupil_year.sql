with academy_years as (

    select * from {{ ref('std_academy_year') }}

),

delivered as (

    select * from {{ ref('std_pupil') }}

),

nc_years as (

    select * from {{ ref('ref_nc_year') }}

),

fsm_categories as (

    select * from {{ ref('ref_fsm_category') }}

),

candidates as (

    select
        delivered.*,
        academy_years.time_period as year_described,
        row_number() over (
            partition by delivered.academy_id, delivered.source_pupil_id, academy_years.time_period
            order by {{ nearest_year_first('delivered.time_period', 'academy_years.time_period') }}
        ) as place
    from delivered
    inner join academy_years on delivered.academy_id = academy_years.academy_id

),

-- Age in whole years on the 31 August before the year: whoever was born after August has not had that year's birthday.
aged as (

    select
        candidates.*,
        cast(
            floor(year_described / 100) - year(date_of_birth) - case when month(date_of_birth) > 8 then 1 else 0 end
            as int
        ) as age_at_year_start
    from candidates
    where place = 1

),

described as (

    select
        aged.academy_id,
        aged.source_pupil_id,
        aged.year_described as time_period,
        aged.time_period as described_by,
        aged.time_period <> aged.year_described as is_backfilled,
        aged.sex,
        aged.ethnicity_code,
        aged.first_language_code,
        case when aged.time_period = aged.year_described then coalesce(aged.nc_year, by_age.nc_year) else by_age.nc_year end as nc_year,
        by_age.year_group as year_group_by_age,
        aged.reg_group,
        coalesce(aged.sen_provision_code, 'N') as sen_provision_code,
        aged.sen_primary_need_code,
        coalesce(aged.is_fsm, false) as is_fsm,
        aged.fsm_category_code,
        coalesce(aged.is_fsm_ever6, false) as is_fsm_ever6,
        coalesce(aged.is_fsm_ever6, false) or (coalesce(aged.is_fsm, false) and coalesce(fsm_categories.is_deprivation, false)) as is_fsm6,
        coalesce(aged.is_pupil_premium, false) as is_pupil_premium,
        aged.eal,
        coalesce(aged.is_looked_after, false) as is_looked_after,
        coalesce(aged.is_service_child, false) as is_service_child,
        coalesce(aged.is_young_carer, false) as is_young_carer,
        coalesce(aged.has_social_worker, false) as has_social_worker,
        aged.age_at_year_start
    from aged
    left join nc_years as by_age on greatest(least(aged.age_at_year_start, 18), 2) = by_age.age_at_year_start
    left join fsm_categories
        on coalesce(aged.fsm_category_code, 'not_given') = fsm_categories.fsm_category_code
        and aged.year_described between fsm_categories.first_time_period and fsm_categories.last_time_period

),

-- Premium for a parent's service alone says nothing of deprivation.
grouped as (

    select
        described.*,
        described.is_fsm6
        or described.is_looked_after
        or (described.is_pupil_premium and not described.is_service_child) as is_disadvantaged,
        coalesce(said.year_group, described.year_group_by_age) as year_group
    from described
    left join nc_years as said on described.nc_year = said.nc_year

)

select * from grouped
