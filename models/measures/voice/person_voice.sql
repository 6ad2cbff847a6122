with periods as (

    select * from {{ ref('measure_period') }}
    where period_type in ('year_to_date', 'half_term', 'same_week_last_year')

),

-- A score that is not on the scale says nothing.
answers as (

    select
        *,
        concat(respondent, '_voice_pct') as measure_id
    from {{ ref('fct_survey_response') }}
    where respondent in ('pupil', 'parent', 'staff') and score between 1 and 5

),

invitations as (

    select * from {{ ref('fct_parent_event') }}

),

voices as (

    select
        answers.academy_id,
        'answer' as person_kind,
        answers.response_key as person_key,
        periods.time_period,
        periods.period_number,
        answers.measure_id,
        cast(count_if(answers.score >= 4) as decimal(18, 6)) as numerator,
        cast(count(*) as decimal(18, 6)) as denominator
    from answers
    inner join periods
        on answers.academy_id = periods.academy_id
        and answers.time_period = periods.time_period
        and answers.survey_date between periods.period_start and periods.counted_to
    group by all

),

engagement as (

    select
        invitations.academy_id,
        'pupil' as person_kind,
        invitations.pupil_key as person_key,
        periods.time_period,
        periods.period_number,
        'parent_engagement_pct' as measure_id,
        cast(count_if(invitations.is_attended) as decimal(18, 6)) as numerator,
        cast(count(*) as decimal(18, 6)) as denominator
    from invitations
    inner join periods
        on invitations.academy_id = periods.academy_id
        and invitations.time_period = periods.time_period
        and invitations.event_date between periods.period_start and periods.counted_to
    group by all

),

people as (

    select * from voices
    union all
    select * from engagement

)

select * from people
