{#- Rates of sessions: the sessions of one pupil hang together, so it is pupils that vary. Numerator and denominator as in measure_attendance. -#}
{%- set rates = [
    ('attendance_rate', 'attending', 'possible'),
    ('absence_rate', 'absent', 'possible'),
    ('authorised_absence_rate', 'authorised', 'possible'),
    ('unauthorised_absence_rate', 'unauthorised', 'possible'),
    ('late_rate', 'late', 'possible'),
    ('missing_mark_rate', 'missing', 'register'),
] -%}

with years as (

    select distinct
        time_period,
        period_number
    from {{ ref('measure_period') }}
    where period_type = 'year_to_date'

),

attendance as (

    select pupils.*
    from {{ ref('count_pupil_attendance') }} as pupils
    inner join years on pupils.period_number = years.period_number
    where pupils.is_aged_5_to_15

),

methods as (

    select measure_id from {{ ref('ref_measure_interval') }}
    where method in ('ratio', 'mean')

),

people as (
    {% for measure_id, numerator, denominator in rates %}
    select
        academy_id,
        time_period,
        '{{ measure_id }}' as measure_id,
        cast({{ numerator }} as double) as numerator,
        cast({{ denominator }} as double) as denominator
    from attendance
    union all
    {%- endfor %}
    select
        rows_of_people.academy_id,
        rows_of_people.time_period,
        rows_of_people.measure_id,
        cast(sum(rows_of_people.numerator) as double) as numerator,
        cast(sum(rows_of_people.denominator) as double) as denominator
    from {{ ref('person_measure') }} as rows_of_people
    inner join years on rows_of_people.period_number = years.period_number
    inner join methods on rows_of_people.measure_id = methods.measure_id
    group by rows_of_people.academy_id, rows_of_people.time_period, rows_of_people.measure_id, rows_of_people.person_key

),

academies as (

    select
        academy_id,
        time_period,
        measure_id,
        cast(count(*) as bigint) as people,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(numerator * numerator) as numerator_squares,
        sum(numerator * denominator) as products,
        sum(denominator * denominator) as denominator_squares
    from people
    where denominator > 0
    group by all

),

-- A person at two academies is two here: too few to change an interval.
trusts as (

    select
        academies.time_period,
        academies.measure_id,
        cast(sum(academies.people) as bigint) as people,
        sum(academies.numerator) as numerator,
        sum(academies.denominator) as denominator,
        sum(academies.numerator_squares) as numerator_squares,
        sum(academies.products) as products,
        sum(academies.denominator_squares) as denominator_squares
    from academies
    inner join {{ ref('trust_member') }} as members
        on academies.academy_id = members.academy_id
        and academies.time_period = members.time_period
    inner join years on members.period_number = years.period_number
    where members.level = 'trust' and members.phase = 'all'
    group by all

),

spreads as (

    select
        'academy' as level,
        academies.*
    from academies
    union all
    select
        'trust' as level,
        'trust' as academy_id,
        trusts.*
    from trusts

),

-- The variance of a ratio of two sums over people; where everybody's denominator is 1 it is that of a mean.
errors as (

    select
        level,
        academy_id,
        time_period,
        measure_id,
        people,
        case
            when people > 1
                then
                    sqrt(
                        greatest(
                            numerator_squares
                            - 2 * numerator / denominator * products
                            + numerator / denominator * numerator / denominator * denominator_squares,
                            0
                        )
                        * people / (people - 1)
                    )
                    / denominator
        end as standard_error
    from spreads

)

select * from errors
