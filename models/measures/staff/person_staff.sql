{#- What one colleague counts for in each measure of people in post: whether teachers or the others, and what is counted of each. -#}
{%- set of_people_in_post = [
    ('teacher_sickness_days', true, 'sickness_days'),
    ('teacher_sickness_pct', true, 'is_away_sick'),
    ('support_sickness_days', false, 'sickness_days'),
    ('cpd_hours_per_teacher', true, 'cpd_hours'),
] -%}

with posts as (

    select * from {{ ref('staff_post') }}

),

periods as (

    select * from {{ ref('staff_period') }}

),

sickness as (

    select * from {{ ref('staff_sickness') }}

),

training as (

    select
        records.academy_id,
        records.staff_key,
        periods.period_number,
        sum(coalesce(records.hours, 0)) as cpd_hours
    from {{ ref('fct_cpd') }} as records
    inner join periods
        on records.academy_id = periods.academy_id
        and records.activity_date between periods.staff_from and periods.staff_to
    group by all

),

counted as (

    select
        posts.academy_id,
        posts.staff_key,
        posts.time_period,
        posts.period_number,
        posts.is_teacher,
        cast(coalesce(sickness.sickness_days, 0) as decimal(18, 6)) as sickness_days,
        cast(case when sickness.staff_key is null then 0 else 1 end as decimal(18, 6)) as is_away_sick,
        cast(coalesce(training.cpd_hours, 0) as decimal(18, 6)) as cpd_hours
    from posts
    left join sickness
        on posts.academy_id = sickness.academy_id
        and posts.staff_key = sickness.staff_key
        and posts.period_number = sickness.period_number
    left join training
        on posts.academy_id = training.academy_id
        and posts.staff_key = training.staff_key
        and posts.period_number = training.period_number

),

people_in_post as (
    {% for measure_id, is_of_teachers, count in of_people_in_post %}
    select
        academy_id,
        'staff' as person_kind,
        staff_key as person_key,
        time_period,
        period_number,
        '{{ measure_id }}' as measure_id,
        {{ count }} as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from counted
    where is_teacher = {{ 'true' if is_of_teachers else 'false' }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

pupil_ftes as (

    select
        rolls.academy_id,
        rolls.pupil_key,
        rolls.time_period,
        rolls.period_number,
        max(coalesce(enrolments.fte, 1)) as fte
    from {{ ref('count_pupil_roll') }} as rolls
    inner join periods
        on rolls.academy_id = periods.academy_id
        and rolls.period_number = periods.period_number
    inner join {{ ref('fct_enrolment') }} as enrolments
        on rolls.academy_id = enrolments.academy_id
        and rolls.pupil_key = enrolments.pupil_key
        and rolls.time_period = enrolments.time_period
        and periods.counted_to between enrolments.entry_date and coalesce(enrolments.leaving_date, date '9999-12-31')
    where rolls.roll = 1 and enrolments.is_in_population
    group by all

),

pupils_per_teacher as (

    select
        academy_id,
        'pupil' as person_kind,
        pupil_key as person_key,
        time_period,
        period_number,
        'pupil_teacher_ratio' as measure_id,
        cast(fte as decimal(18, 6)) as numerator,
        cast(0 as decimal(18, 6)) as denominator
    from pupil_ftes
    union all
    select
        academy_id,
        'staff' as person_kind,
        staff_key as person_key,
        time_period,
        period_number,
        'pupil_teacher_ratio' as measure_id,
        cast(0 as decimal(18, 6)) as numerator,
        teacher_fte_at_end as denominator
    from posts
    where teacher_fte_at_end > 0

),

people as (

    select * from people_in_post
    union all
    select * from pupils_per_teacher
    union all
    select * from {{ ref('person_turnover') }}

)

select * from people
