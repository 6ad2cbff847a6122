-- What Matlas published, counted as the peers count, beside what a peer wrote (the variable `answers`); `ours` is the published file.

create table sessions as
with sessions as (

    select
        academy_id,
        enrolment_key,
        pupil_key,
        session_date,
        false as is_week,
        1 as sessions,
        is_possible,
        is_attending,
        is_authorised_absence,
        is_unauthorised_absence,
        is_late
    from ours.core.fct_attendance_session
    union all
    select
        academy_id,
        enrolment_key,
        pupil_key,
        week_start_date,
        true,
        sessions,
        is_possible,
        is_attending,
        is_authorised_absence,
        is_unauthorised_absence,
        is_late
    from ours.core.fct_attendance_week

),

half_terms as (

    select
        academy_id,
        period_name,
        period_start,
        period_end
    from ours.core.dim_period
    where period_type = 'half_term'

),

-- Whom the published measures leave out and a peer, which sees marks alone, cannot: guests, those not aged 5 to 15, the last half-term
-- of those aged 15.
enrolments as (

    select
        enrolment_key,
        is_in_population and age_at_year_start between 5 and 15 as is_counted,
        age_at_year_start = 15 as is_fifteen
    from ours.core.fct_enrolment

)

select
    sessions.*,
    make_date(year(sessions.session_date) - if(month(sessions.session_date) < 8, 1, 0), 8, 1) as year_start,
    half_terms.period_start as half_term_start,
    date_trunc('week', sessions.session_date)::date as monday,
    enrolments.is_counted
    and not (enrolments.is_fifteen and coalesce(half_terms.period_name, 'none') = 'HT6') as is_in_measures
from sessions
inner join enrolments on sessions.enrolment_key = enrolments.enrolment_key
left join half_terms
    on sessions.academy_id = half_terms.academy_id
    and sessions.session_date + if(sessions.is_week, 6, 0) >= half_terms.period_start
    and sessions.session_date <= half_terms.period_end;

create table figure as
with periods as (

    select *, 'year_to_date' as period_type, year_start as period_start from sessions
    union all
    select *, 'half_term', half_term_start from sessions
    where half_term_start is not null
    union all
    select *, 'week', monday from sessions

),

counts as (

    select
        academy_id,
        period_type,
        period_start,
        bool_and(is_in_measures) as is_comparable,
        coalesce(sum(sessions) filter (is_possible), 0) as possible,
        coalesce(sum(sessions) filter (is_attending), 0) as attending,
        coalesce(sum(sessions) filter (is_authorised_absence), 0) as authorised,
        coalesce(sum(sessions) filter (is_unauthorised_absence), 0) as unauthorised,
        coalesce(sum(sessions) filter (is_late), 0) as late
    from periods
    group by all

),

pupils as (

    select
        academy_id,
        pupil_key,
        year_start,
        bool_and(is_in_measures) as is_in_measures,
        coalesce(sum(sessions) filter (is_possible), 0) as possible,
        coalesce(sum(sessions) filter (is_authorised_absence or is_unauthorised_absence), 0) as absent
    from sessions
    group by all

),

pupil_counts as (

    select
        academy_id,
        year_start as period_start,
        bool_and(is_in_measures) as is_comparable,
        count(*) filter (possible > 0) as pupils,
        count(*) filter (possible > 0 and absent * 10 >= possible) as persistently_absent,
        count(*) filter (possible > 0 and absent * 2 >= possible) as severely_absent
    from pupils
    group by all

),

figures as (

    select
        academy_id,
        period_type,
        period_start,
        is_comparable,
        unnest(
            ['attendance_rate', 'absence_rate', 'authorised_absence_rate', 'unauthorised_absence_rate', 'late_rate']
        ) as measure_id,
        unnest([attending, authorised + unauthorised, authorised, unauthorised, late]) as numerator,
        possible as denominator
    from counts
    union all
    select
        academy_id,
        'year_to_date',
        period_start,
        is_comparable,
        unnest(['persistent_absence_rate', 'severe_absence_rate']),
        unnest([persistently_absent, severely_absent]),
        pupils
    from pupil_counts

)

select
    academy_id,
    measure_id,
    period_type,
    period_start,
    numerator::double as numerator,
    denominator::double as denominator,
    is_comparable
from figures;

create table published as
select
    published.academy_id,
    published.measure_id,
    published.period_type,
    published.period_start,
    published.numerator,
    published.denominator
from ours.marts.measure_value as published
semi join figure
    on published.academy_id = figure.academy_id
    and published.measure_id = figure.measure_id
    and published.period_type = figure.period_type
    and published.period_start = figure.period_start
    and figure.is_comparable
where published.level = 'academy' and published.breakdown_topic = 'all' and published.breakdown = 'all';

create table difference as
with answers as (

    select * from read_parquet(getvariable('answers'))

),

pairs as (

    select
        coalesce(answers.academy_id, figure.academy_id) as academy_id,
        coalesce(answers.measure_id, figure.measure_id) as measure_id,
        coalesce(answers.period_type, figure.period_type) as period_type,
        coalesce(answers.period_start, figure.period_start) as period_start,
        answers.numerator as their_numerator,
        answers.denominator as their_denominator,
        figure.numerator as our_numerator,
        figure.denominator as our_denominator
    from answers
    full join figure
        on answers.academy_id = figure.academy_id
        and answers.measure_id = figure.measure_id
        and answers.period_type = figure.period_type
        and answers.period_start = figure.period_start
    union all
    select
        published.academy_id,
        published.measure_id,
        published.period_type,
        published.period_start,
        answers.numerator,
        answers.denominator,
        published.numerator,
        published.denominator
    from published
    left join answers
        on published.academy_id = answers.academy_id
        and published.measure_id = answers.measure_id
        and published.period_type = answers.period_type
        and published.period_start = answers.period_start

)

select distinct * from pairs
where
    their_numerator is distinct from our_numerator
    or their_denominator is distinct from our_denominator;
