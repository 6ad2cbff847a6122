with academy_years as (

    select * from {{ ref('dim_academy_year') }}

),

periods as (

    select * from {{ ref('measure_period') }}

),

-- P (previous) is a leaver seen from today: on the days of the spell the pupil was on roll. A leaver without a leaving date was not, on
-- any known day.
spells as (

    select
        enrolments.academy_id,
        enrolments.pupil_key,
        enrolments.time_period,
        enrolments.nc_year,
        enrolments.entry_date,
        coalesce(enrolments.leaving_date, date '9999-12-31') as leaving_date,
        academy_years.phase,
        enrolments.enrolment_status_code = 'S' and academy_years.phase <> 'alternative_provision' as is_subsidiary,
        case when enrolments.enrolment_status_code = 'M' then 1 else 2 end as roll_order
    from {{ ref('fct_enrolment') }} as enrolments
    inner join academy_years
        on enrolments.academy_id = academy_years.academy_id
        and enrolments.time_period = academy_years.time_period
    where
        enrolments.is_in_population
        and (enrolments.enrolment_status_code <> 'P' or enrolments.leaving_date is not null)

),

school_weeks as (

    select distinct academy_id, time_period, week_start_date
    from {{ ref('measure_day') }}
    where is_school_day

),

ranked_weeks as (

    select
        *,
        row_number() over (partition by academy_id, time_period order by week_start_date) as from_first,
        row_number() over (partition by academy_id, time_period order by week_start_date desc) as from_last
    from school_weeks

),

-- Between the Sunday of the second school week and the Monday of the last but one, a pupil who comes or goes is mobile.
settled as (

    select
        academy_id,
        time_period,
        {{ days_after("max(case when from_first = 2 then week_start_date end)", 6) }} as joining_ends,
        max(case when from_last = 2 then week_start_date end) as leaving_begins
    from ranked_weeks
    group by all

),

phase_years as (

    select * from {{ ref('ref_phase_year_group') }}

),

rolls as (

    select
        spells.academy_id,
        spells.pupil_key,
        spells.time_period,
        periods.period_number,
        max(case when not spells.is_subsidiary and periods.counted_to <= spells.leaving_date then 1 else 0 end) as roll,
        max(case when spells.is_subsidiary and periods.counted_to <= spells.leaving_date then 1 else 0 end) as subsidiary,
        max(case when not spells.is_subsidiary and periods.period_type in ('year_to_date', 'same_week_last_year') then 1 else 0 end)
            as ever_on_roll,
        min(case when not spells.is_subsidiary then spells.entry_date end) as first_entry_date,
        max(case when not spells.is_subsidiary then spells.entry_date end) as last_entry_date,
        max(case when not spells.is_subsidiary then spells.leaving_date end) as last_leaving_date,
        max(periods.counted_to) as counted_to,
        min(case when not spells.is_subsidiary then spells.roll_order end) as roll_order,
        max(spells.nc_year) as nc_year,
        max(spells.phase) as phase
    from spells
    inner join periods
        on spells.academy_id = periods.academy_id
        and spells.time_period = periods.time_period
        and spells.entry_date <= periods.counted_to
        and (spells.leaving_date >= periods.counted_to or periods.period_type in ('year_to_date', 'same_week_last_year'))
    group by all

),

moved as (

    select
        rolls.academy_id,
        rolls.pupil_key,
        rolls.time_period,
        rolls.period_number,
        rolls.roll,
        rolls.subsidiary,
        rolls.ever_on_roll,
        case
            when rolls.ever_on_roll = 0 or rolls.nc_year in (phase_years.first_year_group, phase_years.last_year_group) then 0
            when rolls.first_entry_date > settled.joining_ends then 1
            when rolls.last_leaving_date < least(settled.leaving_begins, rolls.counted_to) then 1
            else 0
        end as moved,
        rolls.roll_order,
        rolls.last_entry_date
    from rolls
    left join settled
        on rolls.academy_id = settled.academy_id
        and rolls.time_period = settled.time_period
    left join phase_years on rolls.phase = phase_years.phase

),

characteristics as (

    select
        academy_id,
        pupil_key,
        time_period,
        count_if(breakdown_topic = 'fsm' and breakdown = 'yes') as fsm,
        count_if(breakdown_topic = 'fsm6' and breakdown = 'yes') as fsm6,
        count_if(breakdown_topic = 'pupil_premium' and breakdown = 'yes') as pupil_premium,
        count_if(breakdown_topic = 'sen' and breakdown = 'support') as sen_support,
        count_if(breakdown_topic = 'sen' and breakdown = 'ehcp') as ehcp,
        count_if(breakdown_topic = 'eal' and breakdown = 'yes') as eal
    from {{ ref('bridge_pupil_breakdown') }}
    group by all

),

described as (

    select
        moved.academy_id,
        moved.pupil_key,
        moved.time_period,
        moved.period_number,
        moved.roll,
        moved.subsidiary,
        moved.ever_on_roll,
        moved.moved,
        cast(moved.roll * characteristics.fsm as int) as fsm,
        cast(moved.roll * characteristics.fsm6 as int) as fsm6,
        cast(moved.roll * characteristics.pupil_premium as int) as pupil_premium,
        cast(moved.roll * characteristics.sen_support as int) as sen_support,
        cast(moved.roll * characteristics.ehcp as int) as ehcp,
        cast(moved.roll * characteristics.eal as int) as eal,
        moved.roll_order,
        moved.last_entry_date
    from moved
    inner join characteristics
        on moved.academy_id = characteristics.academy_id
        and moved.pupil_key = characteristics.pupil_key
        and moved.time_period = characteristics.time_period

),

-- Each academy's period together: the groups of the next model are then few at a time, which is much faster.
ordered as (

    select * from described
    order by academy_id, period_number

)

select * from ordered
