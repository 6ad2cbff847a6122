with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

school_days as (

    select * from {{ ref('dim_school_day') }}

),

academy_years as (

    select academy_id, time_period from {{ ref('dim_academy_year') }}
    union distinct
    select 'trust' as academy_id, time_period from {{ ref('dim_academy_year') }}

),

years as (

    select
        academy_years.academy_id,
        academy_years.time_period,
        'year_to_date' as period_type,
        'year' as period_name,
        {{ academic_year_start('academy_years.time_period') }} as period_start,
        least({{ academic_year_end('academy_years.time_period') }}, parameters.as_of) as period_end
    from academy_years
    cross join parameters

),

own_years as (

    select distinct
        academy_id,
        time_period
    from {{ source('run', 'half_term') }}

),

half_terms as (

    select
        academy_years.academy_id,
        academy_years.time_period,
        'half_term' as period_type,
        half_term_dates.half_term as period_name,
        half_term_dates.first_day as period_start,
        half_term_dates.last_day as period_end
    from academy_years
    left join own_years
        on academy_years.academy_id = own_years.academy_id
        and academy_years.time_period = own_years.time_period
    inner join {{ source('run', 'half_term') }} as half_term_dates
        on coalesce(own_years.academy_id, 'trust') = half_term_dates.academy_id
        and academy_years.time_period = half_term_dates.time_period

),

days_that_matter as (

    select academy_id, time_period, session_date as matters_on from school_days
    where is_school_day
    union distinct
    select academy_id, time_period, session_date as matters_on from {{ ref('fct_attendance_session') }}
    union distinct
    select academy_id, time_period, week_start_date as matters_on from {{ ref('fct_attendance_week') }}

),

weeks_of_academies as (

    select distinct
        academy_id,
        time_period,
        {{ week_start('matters_on') }} as monday
    from days_that_matter
    cross join parameters
    where matters_on <= parameters.as_of

),

weeks_of_all as (

    select academy_id, time_period, monday from weeks_of_academies
    union distinct
    select 'trust' as academy_id, time_period, monday from weeks_of_academies

),

weeks as (

    select
        academy_id,
        time_period,
        'week' as period_type,
        cast(monday as string) as period_name,
        monday as period_start,
        {{ add_days('monday', 6) }} as period_end
    from weeks_of_all

),

periods as (

    select * from years
    union all
    select * from half_terms
    union all
    select * from weeks

),

begun as (

    select
        periods.*,
        least(periods.period_end, parameters.as_of) as counted_to
    from periods
    cross join parameters
    where periods.period_start <= parameters.as_of

)

select * from begun
