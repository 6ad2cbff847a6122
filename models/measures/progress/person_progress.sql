with periods as (

    select * from {{ ref('measure_period') }}
    where period_type in ('year_to_date', 'half_term', 'same_week_last_year')

),

on_roll as (

    select pupils.*
    from {{ ref('count_pupil_roll') }} as pupils
    inner join periods
        on pupils.academy_id = periods.academy_id
        and pupils.period_number = periods.period_number
    where pupils.roll = 1

),

half_terms as (

    select
        academy_id,
        time_period,
        period_start,
        cast(ceil(cast(substr(period_name, 3) as int) / 2.0) as int) as term
    from periods
    where period_type = 'half_term'

),

-- A term is two half-terms and the holiday after them: it lasts until the next begins.
terms as (

    select
        academy_id,
        time_period,
        term,
        min(period_start) as term_start
    from half_terms
    group by all

),

term_of_period as (

    select
        periods.academy_id,
        periods.period_number,
        periods.counted_to,
        max(terms.term_start) as term_start
    from periods
    inner join terms
        on periods.academy_id = terms.academy_id
        and periods.time_period = terms.time_period
        and periods.counted_to >= terms.term_start
    group by all

),

core_subjects as (

    select * from {{ ref('ref_core_subject') }}

),

core_subjects_due as (

    select
        groups.academy_id,
        groups.pupil_key,
        groups.time_period,
        years.core_subject
    from {{ ref('bridge_pupil_breakdown') }} as groups
    inner join {{ ref('ref_core_subject_year') }} as years on groups.breakdown = years.year_group
    where groups.breakdown_topic = 'year_group'

),

-- An assessment is one whatever its scale: also a result that nobody has said the meaning of.
assessed as (

    select distinct
        results.academy_id,
        results.pupil_key,
        term_of_period.period_number,
        core_subjects.core_subject
    from {{ ref('read_formative') }} as results
    inner join core_subjects on results.subject_code = core_subjects.subject_code
    inner join term_of_period
        on results.academy_id = term_of_period.academy_id
        and results.result_date between term_of_period.term_start and term_of_period.counted_to

),

assessed_this_term as (

    select
        on_roll.academy_id,
        on_roll.pupil_key,
        on_roll.time_period,
        on_roll.period_number,
        'assessed_this_term_pct' as measure_id,
        cast(case when count(*) = count(assessed.core_subject) then 1 else 0 end as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from on_roll
    inner join core_subjects_due
        on on_roll.academy_id = core_subjects_due.academy_id
        and on_roll.pupil_key = core_subjects_due.pupil_key
        and on_roll.time_period = core_subjects_due.time_period
    inner join term_of_period
        on on_roll.academy_id = term_of_period.academy_id
        and on_roll.period_number = term_of_period.period_number
    left join assessed
        on on_roll.academy_id = assessed.academy_id
        and on_roll.pupil_key = assessed.pupil_key
        and on_roll.period_number = assessed.period_number
        and core_subjects_due.core_subject = assessed.core_subject
    group by all

),

formative as (

    select * from {{ ref('formative_standing') }}

),

on_track as (

    select
        on_roll.academy_id,
        on_roll.pupil_key,
        on_roll.time_period,
        on_roll.period_number,
        'on_track_pct' as measure_id,
        cast(count_if(formative.is_on_track) as decimal(18, 6)) as numerator,
        cast(count(*) as decimal(18, 6)) as denominator
    from on_roll
    inner join periods
        on on_roll.academy_id = periods.academy_id
        and on_roll.period_number = periods.period_number
    inner join formative
        on on_roll.academy_id = formative.academy_id
        and on_roll.pupil_key = formative.pupil_key
        and on_roll.time_period = formative.time_period
        and periods.counted_to between formative.first_day and formative.last_day
    group by all

),

subject_names as (

    select subject_code, min(core_subject) as core_subject from core_subjects
    group by all

),

summative as (

    select
        standings.*,
        {{ summative_year('standings.result_date') }} as year_of_judgement,
        coalesce(subject_names.core_subject, standings.subject_code) as subject
    from {{ ref('summative_standing') }} as standings
    left join subject_names on standings.subject_code = subject_names.subject_code

),

judgements as (

    select
        formative.*,
        coalesce(subject_names.core_subject, formative.subject_code) as subject
    from formative
    left join subject_names on formative.subject_code = subject_names.subject_code

),

-- The last judgement before the result, in the subject of that name, else in the core subject that it is part of.
compared as (

    select
        summative.academy_id,
        summative.pupil_key,
        summative.time_period,
        summative.subject_code,
        summative.standing = formative.standing as is_agreed,
        row_number() over (
            partition by summative.academy_id, summative.pupil_key, summative.time_period, summative.stage, summative.subject_code
            order by
                case when summative.subject_code = formative.subject_code then 0 else 1 end,
                formative.first_day desc,
                formative.subject_code
        ) as place
    from summative
    inner join judgements as formative
        on summative.academy_id = formative.academy_id
        and summative.pupil_key = formative.pupil_key
        and summative.year_of_judgement = formative.time_period
        and summative.subject = formative.subject
        and summative.result_date > formative.first_day

),

-- A stage's result is the year's: last year's stands whole beside this year's, whatever the week.
agreement as (

    select
        compared.academy_id,
        compared.pupil_key,
        compared.time_period,
        periods.period_number,
        'formative_summative_agreement_pct' as measure_id,
        cast(count_if(compared.is_agreed) as decimal(18, 6)) as numerator,
        cast(count(*) as decimal(18, 6)) as denominator
    from compared
    inner join periods
        on compared.academy_id = periods.academy_id
        and compared.time_period = periods.time_period
    where compared.place = 1 and periods.period_type <> 'half_term'
    group by all

),

every_row as (

    select * from assessed_this_term
    union all
    select * from on_track
    union all
    select * from agreement

),

people as (

    select
        academy_id,
        'pupil' as person_kind,
        pupil_key as person_key,
        time_period,
        period_number,
        measure_id,
        numerator,
        denominator
    from every_row

)

select * from people
