{#- Rates of sessions: those of one pupil hang together, so it is pupils that vary. Numerator and denominator as in measure_attendance. -#}
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
        attendance.academy_id,
        attendance.time_period,
        'sessions_lost_to_suspension_rate' as measure_id,
        cast(coalesce(inclusion.suspended_sessions, 0) as double) as numerator,
        cast(attendance.possible_with_suspensions as double) as denominator
    from attendance
    left join {{ ref('count_pupil_inclusion') }} as inclusion
        on attendance.academy_id = inclusion.academy_id
        and attendance.pupil_key = inclusion.pupil_key
        and attendance.period_number = inclusion.period_number
    union all
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

-- Sums of decimals are the same in every order; those of doubles are not.
academies as (

    select
        academy_id,
        time_period,
        measure_id,
        count(*) as people,
        sum(cast(numerator as decimal(24, 6))) as numerator,
        sum(cast(denominator as decimal(24, 6))) as denominator,
        sum(cast(numerator * numerator as decimal(24, 6))) as numerator_squares,
        sum(cast(numerator * denominator as decimal(24, 6))) as products,
        sum(cast(denominator * denominator as decimal(24, 6))) as denominator_squares
    from people
    where denominator > 0
    group by all

),

-- A person at two academies is two here: too few to change an interval.
trusts as (

    select
        academies.time_period,
        academies.measure_id,
        sum(academies.people) as people,
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

summed as (

    select
        level,
        academy_id,
        time_period,
        measure_id,
        cast(people as bigint) as people,
        cast(denominator as double) as denominator,
        cast(numerator as double) / cast(denominator as double) as ratio,
        cast(numerator_squares as double) as numerator_squares,
        cast(products as double) as products,
        cast(denominator_squares as double) as denominator_squares
    from spreads

),

varied as (

    select
        *,
        numerator_squares - 2 * ratio * products + ratio * ratio * denominator_squares as residual_squares
    from summed

),

-- The variance of a ratio of two sums over people; where everybody's denominator is 1 it is that of a mean. One person, or people who are
-- all alike, say nothing of how much they might have differed.
errors as (

    select
        level,
        academy_id,
        time_period,
        measure_id,
        people,
        case
            when people > 1 and residual_squares > 0.000001 * denominator_squares * greatest(ratio * ratio, 0.000001)
                then sqrt(residual_squares * people / (people - 1)) / denominator
        end as standard_error
    from varied

)

select * from errors
