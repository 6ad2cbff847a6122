with parameters as (

    select * from {{ source('run', 'parameter') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

years as (

    select
        periods.academy_id,
        periods.time_period,
        periods.period_start,
        cast(date_trunc('week', make_date(year(periods.period_start) + 1, 1, 4)) as date) as first_iso_week,
        parameters.as_of
    from periods
    cross join parameters
    where periods.period_type = 'year_to_date'

),

-- The census day is the third Thursday of January; the week that holds 4 January holds the first one.
census_days as (

    select
        academy_id,
        time_period,
        'census' as period_type,
        'census' as period_name,
        {{ days_after('first_iso_week', 17) }} as period_start,
        {{ days_after('first_iso_week', 17) }} as period_end,
        least({{ days_after('first_iso_week', 17) }}, as_of) as counted_to
    from years

),

half_terms_begun as (

    select
        periods.*,
        parameters.as_of,
        row_number() over (partition by periods.academy_id order by periods.period_start desc) as latest
    from periods
    cross join parameters
    where periods.period_type = 'half_term' and periods.time_period = {{ academic_year('parameters.as_of') }}

),

-- Where the as-of date stands this year: which half-term, and how many weeks into it.
today as (

    select
        academy_id,
        time_period - 101 as last_time_period,
        period_name,
        {{ days_between(week_start('period_start'), week_start('as_of')) }} as days_in
    from half_terms_begun
    where latest = 1

),

last_half_terms as (

    select
        periods.academy_id,
        periods.time_period,
        periods.period_end,
        {{ days_after(week_start('periods.period_start'), 'today.days_in + 6') }} as same_week_end
    from today
    inner join periods
        on today.academy_id = periods.academy_id
        and today.last_time_period = periods.time_period
        and today.period_name = periods.period_name
    where periods.period_type = 'half_term'

),

same_weeks_last_year as (

    select
        last_half_terms.academy_id,
        last_half_terms.time_period,
        'same_week_last_year' as period_type,
        'same_week_last_year' as period_name,
        years.period_start,
        least(last_half_terms.period_end, last_half_terms.same_week_end) as period_end,
        least(last_half_terms.period_end, last_half_terms.same_week_end) as counted_to
    from last_half_terms
    inner join years
        on last_half_terms.academy_id = years.academy_id
        and last_half_terms.time_period = years.time_period

),

all_periods as (

    select academy_id, time_period, period_type, period_name, period_start, period_end, counted_to from periods
    union all
    select academy_id, time_period, period_type, period_name, period_start, period_end, counted_to from census_days
    union all
    select academy_id, time_period, period_type, period_name, period_start, period_end, counted_to from same_weeks_last_year

),

-- Millions of counts are grouped by period: one number is quicker than four words. It is the same for every academy and on every night:
-- the year, then 100 and more for its weeks, 811 to 816 for its half-terms, 900 for all of it. The weeks come first, so that what changes
-- from one night to the next, the last weeks and all that they are part of, lies together.
numbered as (

    select
        academy_id,
        time_period,
        cast(time_period * 1000 + case period_type
            when 'half_term' then 810 + try_cast(substr(period_name, 3) as int)
            when 'year_to_date' then 900
            when 'census' then 901
            when 'same_week_last_year' then 902
            else 100 + {{ days_between(week_start(academic_year_start('time_period')), 'period_start') }} / 7
        end as int) as period_number,
        period_type,
        period_name,
        period_start,
        period_end,
        counted_to
    from all_periods

)

select * from numbered
