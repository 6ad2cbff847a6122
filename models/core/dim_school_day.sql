with academy_years as (

    select * from {{ ref('dim_academy_year') }}

),

delivered_days as (

    select * from {{ ref('std_calendar_day') }}

),

bank_holidays as (

    select distinct holiday_date from {{ source('run', 'bank_holiday') }}

),

days as (

    select
        academy_id,
        time_period,
        {{ each_day(academic_year_start('time_period'), academic_year_end('time_period')) }} as session_date
    from academy_years

),

-- An academy that keeps its own dates for a year keeps all of them; the trust's dates are for the others.
own_years as (

    select distinct
        academy_id,
        time_period
    from {{ source('run', 'half_term') }}

),

half_terms as (

    select
        academy_years.academy_id,
        half_term_dates.time_period,
        half_term_dates.half_term,
        half_term_dates.first_day,
        half_term_dates.last_day
    from academy_years
    left join own_years
        on academy_years.academy_id = own_years.academy_id
        and academy_years.time_period = own_years.time_period
    inner join {{ source('run', 'half_term') }} as half_term_dates
        on coalesce(own_years.academy_id, 'trust') = half_term_dates.academy_id
        and academy_years.time_period = half_term_dates.time_period

),

years_with_half_terms as (

    select distinct
        academy_id,
        time_period
    from half_terms

),

placed as (

    select
        days.academy_id,
        days.session_date,
        days.time_period,
        half_terms.half_term,
        {{ week_start('days.session_date') }} as week_start_date,
        delivered_days.is_school_day as is_delivered_school_day,
        dayofweek(days.session_date) between {{ monday_to_friday() }} as is_weekday,
        bank_holidays.holiday_date is not null as is_bank_holiday,
        years_with_half_terms.time_period is not null as has_half_terms
    from days
    left join half_terms
        on days.academy_id = half_terms.academy_id
        and days.session_date between half_terms.first_day and half_terms.last_day
    left join years_with_half_terms
        on days.academy_id = years_with_half_terms.academy_id
        and days.time_period = years_with_half_terms.time_period
    left join delivered_days
        on days.academy_id = delivered_days.academy_id
        and days.session_date = delivered_days.calendar_date
    left join bank_holidays on days.session_date = bank_holidays.holiday_date

),

decided as (

    select
        academy_id,
        session_date,
        time_period,
        half_term,
        week_start_date,
        case
            when is_delivered_school_day is not null then is_delivered_school_day
            when has_half_terms then half_term is not null and is_weekday and not is_bank_holiday
            else is_weekday and month(session_date) <> 8
        end as is_school_day,
        case
            when is_delivered_school_day is not null then 'delivered'
            when has_half_terms then 'half_term'
            else 'none'
        end as calendar_source
    from placed

)

select * from decided
