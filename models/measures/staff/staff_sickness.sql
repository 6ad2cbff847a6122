with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

periods as (

    select * from {{ ref('staff_period') }}

),

working_days as (

    select * from {{ ref('staff_working_day') }}

),

last_days as (

    select
        academy_id,
        staff_key,
        max(last_day) as last_day
    from {{ ref('staff_spell') }}
    group by all

),

-- An open absence goes on until the as-of date, or until the last day in post: nobody closes the absence of who has left.
absences as (

    select
        absences.academy_id,
        absences.staff_key,
        absences.source_absence_id,
        absences.start_date,
        coalesce(absences.end_date, least(parameters.as_of, coalesce(last_days.last_day, parameters.as_of))) as end_date,
        absences.working_days
    from {{ ref('fct_staff_absence') }} as absences
    cross join parameters
    left join last_days
        on absences.academy_id = last_days.academy_id
        and absences.staff_key = last_days.staff_key
    where absences.category_code = 'SIC'

),

inside as (

    select
        absences.*,
        periods.time_period,
        periods.period_number,
        periods.staff_from,
        greatest(absences.start_date, periods.staff_from) as first_day,
        least(absences.end_date, periods.staff_to) as last_day
    from absences
    inner join periods
        on absences.academy_id = periods.academy_id
        and absences.start_date <= periods.staff_to
        and absences.end_date >= periods.staff_from
    where absences.start_date <= absences.end_date

),

counted as (

    select
        inside.academy_id,
        inside.source_absence_id,
        inside.period_number,
        count(*) as calendar_days
    from inside
    inner join working_days
        on inside.academy_id = working_days.academy_id
        and working_days.working_date between inside.first_day and inside.last_day
    where inside.working_days is null
    group by all

),

-- Of an absence over a period's edge whose working days are given as one number, the period has the part of them that its weekdays are of
-- all the weekdays of the absence. One on a weekend alone is where it begins.
shared as (

    select
        inside.academy_id,
        inside.staff_key,
        inside.time_period,
        inside.period_number,
        case
            when inside.working_days is null then cast(coalesce(counted.calendar_days, 0) as decimal(18, 6))
            when {{ weekdays_between('inside.start_date', 'inside.end_date') }} > 0
                then cast(
                    inside.working_days * {{ weekdays_between('inside.first_day', 'inside.last_day') }}
                    / {{ weekdays_between('inside.start_date', 'inside.end_date') }} as decimal(18, 6)
                )
            when inside.start_date >= inside.staff_from then cast(inside.working_days as decimal(18, 6))
            else cast(0 as decimal(18, 6))
        end as sickness_days
    from inside
    left join counted
        on inside.academy_id = counted.academy_id
        and inside.source_absence_id = counted.source_absence_id
        and inside.period_number = counted.period_number

),

sickness as (

    select
        academy_id,
        staff_key,
        time_period,
        period_number,
        cast(sum(sickness_days) as decimal(18, 6)) as sickness_days
    from shared
    group by all

)

select * from sickness
