with bank_holidays as (

    select distinct holiday_date from {{ source('run', 'bank_holiday') }}

),

delivered_days as (

    select * from {{ ref('std_calendar_day') }}

),

days as (

    select * from {{ ref('dim_school_day') }}

),

-- Staff also work when pupils are not expected: on training days and when the building is closed to pupils.
working_days as (

    select
        days.academy_id,
        days.session_date as working_date
    from days
    left join delivered_days
        on days.academy_id = delivered_days.academy_id
        and days.session_date = delivered_days.calendar_date
    left join bank_holidays on days.session_date = bank_holidays.holiday_date
    where
        dayofweek(days.session_date) between {{ monday_to_friday() }}
        and bank_holidays.holiday_date is null
        and (days.is_school_day or coalesce(delivered_days.day_type in ('inset', 'closure'), false))

)

select * from working_days
