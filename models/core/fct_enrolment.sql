with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

spells as (

    select * from {{ ref('std_enrolment') }}

),

spells_by_year as (

    select * from {{ ref('std_enrolment_year') }}

),

pupil_years as (

    select * from {{ ref('std_pupil_year') }}

),

persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

statuses as (

    select * from {{ ref('ref_enrolment_status') }}

),

nc_years as (

    select * from {{ ref('ref_nc_year') }}

),

academy_years as (

    select
        academy_id,
        time_period,
        {{ academic_year_start('time_period') }} as year_start,
        {{ academic_year_end('time_period') }} as year_end
    from {{ ref('dim_academy_year') }}

),

-- School days up to and including each day, so that the school days between two dates are one subtraction.
counted_days as (

    select
        academy_id,
        session_date,
        case when is_school_day then 1 else 0 end as school_days,
        sum(case when is_school_day then 1 else 0 end)
            over (partition by academy_id, time_period order by session_date) as school_days_so_far
    from {{ ref('dim_school_day') }}

),

-- A spell that has not begun by the as-of date is not dated on or before it.
spell_years as (

    select
        spells.*,
        academy_years.time_period,
        greatest(spells.entry_date, academy_years.year_start) as first_day,
        least(coalesce(spells.leaving_date, academy_years.year_end), academy_years.year_end) as last_day,
        parameters.as_of
    from spells
    inner join academy_years
        on spells.academy_id = academy_years.academy_id
        and spells.entry_date <= academy_years.year_end
        and (spells.leaving_date is null or spells.leaving_date >= academy_years.year_start)
    cross join parameters
    where
        spells.entry_date <= parameters.as_of
        and (spells.leaving_date is null or spells.leaving_date >= spells.entry_date)

),

members as (

    select spell_years.*
    from spell_years
    inner join counted_days as first_days
        on spell_years.academy_id = first_days.academy_id
        and spell_years.first_day = first_days.session_date
    inner join counted_days as last_days
        on spell_years.academy_id = last_days.academy_id
        and spell_years.last_day = last_days.session_date
    where last_days.school_days_so_far - first_days.school_days_so_far + first_days.school_days > 0

),

-- What the spell was in that year: as that year's exports said, else the nearest year's.
said_of_spells as (

    select
        members.academy_id,
        members.source_pupil_id,
        members.entry_date,
        members.time_period,
        spells_by_year.enrolment_status_code,
        spells_by_year.fte,
        case when spells_by_year.time_period = members.time_period then spells_by_year.nc_year end as nc_year,
        row_number() over (
            partition by members.academy_id, members.source_pupil_id, members.entry_date, members.time_period
            order by {{ nearest_year_first('spells_by_year.time_period', 'members.time_period') }}
        ) as place
    from members
    inner join spells_by_year
        on members.academy_id = spells_by_year.academy_id
        and members.source_pupil_id = spells_by_year.source_pupil_id
        and members.entry_date = spells_by_year.entry_date

),

described as (

    select
        {{ surrogate_key(['members.academy_id', 'members.source_pupil_id', 'members.entry_date', 'members.time_period']) }}
            as enrolment_key,
        members.academy_id,
        persons.pupil_key,
        members.source_pupil_id,
        members.entry_date,
        members.leaving_date,
        said_of_spells.enrolment_status_code,
        members.time_period,
        coalesce(said_of_spells.nc_year, pupil_years.nc_year) as nc_year,
        coalesce(nc_years.year_group, pupil_years.year_group_by_age) as year_group,
        pupil_years.reg_group,
        pupil_years.sen_provision_code,
        pupil_years.sen_primary_need_code,
        pupil_years.ethnicity_code,
        pupil_years.first_language_code,
        pupil_years.is_fsm,
        pupil_years.fsm_category_code,
        pupil_years.is_fsm_ever6,
        pupil_years.is_fsm6,
        pupil_years.is_pupil_premium,
        pupil_years.is_disadvantaged,
        case pupil_years.eal when 'yes' then true when 'no' then false end as is_eal,
        pupil_years.is_looked_after,
        pupil_years.is_service_child,
        pupil_years.is_young_carer,
        pupil_years.has_social_worker,
        pupil_years.age_at_year_start,
        statuses.is_in_population,
        pupil_years.is_backfilled,
        members.is_vanished,
        said_of_spells.fte,
        members.first_day as first_session_date,
        least(members.last_day, members.as_of) as last_session_date,
        members.batch_id,
        members.source_file,
        members.source_row,
        members.loaded_at
    from members
    inner join persons
        on members.academy_id = persons.academy_id
        and members.source_pupil_id = persons.source_pupil_id
    inner join pupil_years
        on members.academy_id = pupil_years.academy_id
        and members.source_pupil_id = pupil_years.source_pupil_id
        and members.time_period = pupil_years.time_period
    inner join said_of_spells
        on members.academy_id = said_of_spells.academy_id
        and members.source_pupil_id = said_of_spells.source_pupil_id
        and members.entry_date = said_of_spells.entry_date
        and members.time_period = said_of_spells.time_period
        and said_of_spells.place = 1
    inner join statuses on said_of_spells.enrolment_status_code = statuses.enrolment_status_code
    left join nc_years on coalesce(said_of_spells.nc_year, pupil_years.nc_year) = nc_years.nc_year

)

select * from described
