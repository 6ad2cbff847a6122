{%- set groups = ['breakdown_topic', 'breakdown', 'measure_id'] -%}
{%- set counts = ['numerator', 'denominator', 'numerator_people', 'denominator_people'] -%}

with people as (

    select * from {{ ref('person_measure') }}

),

definitions as (

    select * from {{ ref('ref_measure') }}

),

members as (

    select * from {{ ref('trust_member') }}

),

groups as (

    select
        'pupil' as person_kind,
        academy_id,
        pupil_key as person_key,
        time_period,
        breakdown_topic,
        breakdown
    from {{ ref('bridge_pupil_breakdown') }}
    where breakdown_topic <> 'age_group'

),

academy_rows as (

    select
        people.academy_id,
        people.time_period,
        people.period_number,
        people.measure_id,
        groups.breakdown_topic,
        groups.breakdown,
        people.numerator,
        people.denominator
    from people
    inner join groups
        on people.academy_id = groups.academy_id
        and people.person_key = groups.person_key
        and people.time_period = groups.time_period
    where people.person_kind = 'pupil'
    union all
    select
        people.academy_id,
        people.time_period,
        people.period_number,
        people.measure_id,
        groups.breakdown_topic,
        groups.breakdown,
        people.numerator,
        people.denominator
    from people
    inner join {{ ref('response_breakdown') }} as groups
        on people.academy_id = groups.academy_id
        and people.person_key = groups.response_key
        and people.time_period = groups.time_period
    where people.person_kind = 'answer'
    union all
    select
        academy_id,
        time_period,
        period_number,
        measure_id,
        'all' as breakdown_topic,
        'all' as breakdown,
        numerator,
        denominator
    from people
    where person_kind = 'staff'

),

academy_counts as (

    select
        academy_id,
        time_period,
        period_number,
        measure_id,
        breakdown_topic,
        breakdown,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        count_if(numerator <> 0) as numerator_people,
        count_if(denominator <> 0) as denominator_people
    from academy_rows
    group by all

),

-- Whoever has rows of one measure and period at more than one academy: few, so that only they are looked at one by one.
shared as (

    select
        person_kind,
        person_key,
        time_period,
        period_number,
        measure_id,
        row_number() over (order by person_kind, person_key, period_number, measure_id) as shared_number
    from people
    where person_kind <> 'answer'
    group by person_kind, person_key, time_period, period_number, measure_id
    having count(*) > 1

),

ranks as (

    select
        'pupil' as person_kind,
        academy_id,
        pupil_key as person_key,
        period_number,
        roll_order as rank_of_academy,
        last_entry_date
    from {{ ref('count_pupil_roll') }}
    union all
    select
        'staff' as person_kind,
        academy_id,
        staff_key as person_key,
        period_number,
        -fte as rank_of_academy,
        last_start_date as last_entry_date
    from {{ ref('staff_post') }}

),

shared_rows as (

    select
        people.*,
        members.level,
        case when people.person_kind = 'pupil' then definitions.pupil_at_two_academies else definitions.colleague_at_two_academies end
            as counts_as,
        row_number() over (
            partition by members.level, shared.shared_number
            order by coalesce(ranks.rank_of_academy, 9), ranks.last_entry_date desc, people.academy_id
        ) as place,
        max(people.numerator) over (partition by members.level, shared.shared_number) as greatest_numerator,
        sum(people.numerator) over (partition by members.level, shared.shared_number) as summed_numerator
    from people
    inner join shared
        on people.person_kind = shared.person_kind
        and people.person_key = shared.person_key
        and people.time_period = shared.time_period
        and people.period_number = shared.period_number
        and people.measure_id = shared.measure_id
    left join definitions on people.measure_id = definitions.measure_id
    inner join members
        on people.academy_id = members.academy_id
        and people.time_period = members.time_period
        and people.period_number = members.period_number
        and members.phase = 'all'
    left join ranks
        on people.person_kind = ranks.person_kind
        and people.academy_id = ranks.academy_id
        and people.person_key = ranks.person_key
        and people.period_number = ranks.period_number

),

shared_in_groups as (

    select
        shared_rows.*,
        members.phase,
        coalesce(groups.breakdown_topic, 'all') as breakdown_topic,
        coalesce(groups.breakdown, 'all') as breakdown
    from shared_rows
    inner join members
        on shared_rows.level = members.level
        and shared_rows.academy_id = members.academy_id
        and shared_rows.time_period = members.time_period
        and shared_rows.period_number = members.period_number
    left join groups
        on shared_rows.person_kind = groups.person_kind
        and shared_rows.academy_id = groups.academy_id
        and shared_rows.person_key = groups.person_key
        and shared_rows.time_period = groups.time_period
    where shared_rows.person_kind = 'staff' or groups.breakdown is not null

),

-- What such a person counts for in each group of the trust, as ref.measure says: with each row, or once: as the one academy says, with the
-- amounts of all, or with what is so anywhere.
settled as (

    select
        level,
        phase,
        person_kind,
        person_key,
        time_period,
        period_number,
        measure_id,
        breakdown_topic,
        breakdown,
        sum(case counts_as
            when 'sum' then summed_numerator
            when 'anywhere' then greatest_numerator
            else numerator
        end) as numerator,
        sum(denominator) as denominator
    from shared_in_groups
    where place = 1 or counts_as = 'each'
    group by all

),

trust_parts as (

    {{ trust_parts_of_academies(groups, counts) }}
    union all
    select
        level,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        measure_id,
        -numerator as numerator,
        -denominator as denominator,
        case when numerator <> 0 then -1 else 0 end as numerator_people,
        case when denominator <> 0 then -1 else 0 end as denominator_people
    from shared_in_groups
    union all
    select
        level,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        measure_id,
        numerator,
        denominator,
        case when numerator <> 0 then 1 else 0 end as numerator_people,
        case when denominator <> 0 then 1 else 0 end as denominator_people
    from settled

),

{{ all_levels(groups, counts, none) }},

-- The sums are exact; what they are handed on as holds six decimals and as many digits before them as any trust needs.
counted as (

    select
        level,
        academy_id,
        phase,
        time_period,
        period_number,
        breakdown_topic,
        breakdown,
        measure_id,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(numerator_people as bigint) as numerator_people,
        cast(denominator_people as bigint) as denominator_people
    from all_levels

)

select * from counted
