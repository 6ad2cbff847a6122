{%- set topic_columns = [
    'all', 'sex', 'fsm', 'fsm6', 'pupil_premium', 'disadvantaged', 'looked_after', 'social_worker', 'sen', 'eal', 'ethnicity',
    'ethnicity_code', 'year_group', 'age_group',
] -%}
with enrolments as (

    select
        fct_enrolment.*,
        row_number() over (
            partition by academy_id, pupil_key, time_period
            order by is_in_population desc, entry_date desc, source_pupil_id
        ) as place
    from {{ ref('fct_enrolment') }} as fct_enrolment

),

persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

pupil_years as (

    select * from {{ ref('std_pupil_year') }}

),

ethnicities as (

    select * from {{ ref('ref_ethnicity') }}

),

provisions as (

    select * from {{ ref('ref_sen_provision') }}

),

with_events as (

    select academy_id, source_pupil_id, time_period from {{ ref('fct_suspension') }}
    union distinct
    select academy_id, source_pupil_id, time_period from {{ ref('fct_behaviour_event') }}
    union distinct
    select academy_id, source_pupil_id, time_period from {{ ref('fct_parent_event') }}

),

-- Suspensions, events and invitations count whatever the spell, so whoever has one needs a group, on roll in that year or not.
described as (

    select
        academy_id,
        pupil_key,
        source_pupil_id,
        time_period,
        year_group,
        1 as precedence
    from enrolments
    where place = 1
    union all
    select
        with_events.academy_id,
        persons.pupil_key,
        with_events.source_pupil_id,
        with_events.time_period,
        pupil_years.year_group,
        2 as precedence
    from with_events
    inner join persons
        on with_events.academy_id = persons.academy_id
        and with_events.source_pupil_id = persons.source_pupil_id
    inner join pupil_years
        on with_events.academy_id = pupil_years.academy_id
        and with_events.source_pupil_id = pupil_years.source_pupil_id
        and with_events.time_period = pupil_years.time_period

),

placed as (

    select
        described.*,
        row_number() over (
            partition by academy_id, pupil_key, time_period
            order by precedence, source_pupil_id
        ) as place
    from described

),

pupils as (

    select
        placed.academy_id,
        placed.pupil_key,
        placed.time_period,
        'all' as all_group,
        pupil_years.sex as sex_group,
        case when pupil_years.is_fsm then 'yes' else 'no' end as fsm_group,
        case when pupil_years.is_fsm6 then 'yes' else 'no' end as fsm6_group,
        case when pupil_years.is_pupil_premium then 'yes' else 'no' end as pupil_premium_group,
        case when pupil_years.is_disadvantaged then 'yes' else 'no' end as disadvantaged_group,
        case when pupil_years.is_looked_after then 'yes' else 'no' end as looked_after_group,
        case when pupil_years.has_social_worker then 'yes' else 'no' end as social_worker_group,
        coalesce(provisions.sen_group, 'none') as sen_group,
        pupil_years.eal as eal_group,
        coalesce(ethnicities.ethnicity_group, 'unknown') as ethnicity_group,
        coalesce(ethnicities.main_code, 'unknown') as ethnicity_code_group,
        placed.year_group as year_group_group,
        case
            when pupil_years.age_at_year_start < 5 then 'under_5'
            when pupil_years.age_at_year_start <= 15 then '5_to_15'
            else '16_plus'
        end as age_group_group
    from placed
    inner join pupil_years
        on placed.academy_id = pupil_years.academy_id
        and placed.source_pupil_id = pupil_years.source_pupil_id
        and placed.time_period = pupil_years.time_period
    left join ethnicities on pupil_years.ethnicity_code = ethnicities.ethnicity_code
    left join provisions on pupil_years.sen_provision_code = provisions.sen_provision_code
    where placed.place = 1

),

topics as (

    select listed.breakdown_topic
    from (
        values
        {%- for topic in topic_columns %}
        ('{{ topic }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as listed (breakdown_topic)

),

groups as (

    select
        pupils.academy_id,
        pupils.pupil_key,
        pupils.time_period,
        topics.breakdown_topic,
        case topics.breakdown_topic
            {%- for topic in topic_columns %}
            when '{{ topic }}' then pupils.{{ topic }}_group
            {%- endfor %}
        end as breakdown
    from pupils
    cross join topics

)

select * from groups
