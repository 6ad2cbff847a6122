with academies as (

    select * from {{ ref('dim_academy') }}

),

inputs as (

    select * from {{ ref('ref_similar_school_input') }}

),

-- Under any URN that the academy has had: the newest that anything is published of.
published as (

    select
        urns.academy_id,
        schools.characteristic,
        schools.value,
        row_number() over (partition by urns.academy_id, schools.characteristic order by urns.generation) as place
    from {{ ref('academy_urn') }} as urns
    inner join {{ ref('school_characteristic') }} as schools on urns.urn = schools.urn

),

today as (

    select
        periods.academy_id,
        periods.time_period,
        periods.period_number
    from {{ ref('measure_period') }} as periods
    cross join {{ source('run', 'parameter') }} as parameters
    where
        periods.period_type = 'year_to_date'
        and periods.time_period = {{ academic_year('parameters.as_of') }}

),

counts as (

    select counted.*
    from {{ ref('count_roll') }} as counted
    inner join today
        on counted.academy_id = today.academy_id
        and counted.time_period = today.time_period
        and counted.period_number = today.period_number
    where counted.level = 'academy' and counted.roll > 0

),

everybody as (

    select * from counts
    where breakdown_topic = 'all'

),

-- A first language that nobody was asked for is unknown, not English.
languages_known as (

    select distinct academy_id from counts
    where breakdown_topic = 'eal' and breakdown in ('yes', 'no')

),

secondary_pupils as (

    select
        rolls.academy_id,
        averages.ks2_average
    from {{ ref('count_pupil_roll') }} as rolls
    inner join today
        on rolls.academy_id = today.academy_id
        and rolls.time_period = today.time_period
        and rolls.period_number = today.period_number
    inner join {{ ref('bridge_pupil_breakdown') }} as year_groups
        on rolls.academy_id = year_groups.academy_id
        and rolls.pupil_key = year_groups.pupil_key
        and rolls.time_period = year_groups.time_period
    left join {{ ref('pupil_ks2_average') }} as averages on rolls.pupil_key = averages.pupil_key
    where
        rolls.roll = 1
        and year_groups.breakdown_topic = 'year_group'
        and year_groups.breakdown in ('7', '8', '9', '10', '11')

),

-- The scores of a few who moved here say nothing of the rest: at least half must be known.
prior_attainment as (

    select
        academy_id,
        cast(sum(ks2_average) as double) / count(ks2_average) as ks2_average
    from secondary_pupils
    group by all
    having count(ks2_average) * 2 >= count(*)

),

-- A flag that was not delivered reads as no. A school where nobody has it, or nobody has any special need, is taken for one that did not
-- say, not for one with none.
own as (

    select
        academy_id,
        'roll' as characteristic,
        cast(roll as double) as value
    from everybody
    union all
    select
        academy_id,
        'pupil_premium_pct' as characteristic,
        cast(100 * pupil_premium as double) / roll as value
    from everybody
    where pupil_premium > 0
    union all
    select
        everybody.academy_id,
        'eal_pct' as characteristic,
        cast(100 * everybody.eal as double) / everybody.roll as value
    from everybody
    inner join languages_known on everybody.academy_id = languages_known.academy_id
    union all
    select
        academy_id,
        'sen_support_pct' as characteristic,
        cast(100 * sen_support as double) / roll as value
    from everybody
    where sen_support + ehcp > 0
    union all
    select
        academy_id,
        'ehcp_pct' as characteristic,
        cast(100 * ehcp as double) / roll as value
    from everybody
    where sen_support + ehcp > 0
    union all
    select
        academy_id,
        'ks2_average' as characteristic,
        ks2_average as value
    from prior_attainment

),

-- An academy among the loaded schools is described as they are, by the same hand and for the same year; its own figures fill the gaps.
characteristics as (

    select
        academies.academy_id,
        academies.phase,
        inputs.characteristic,
        inputs.characteristic_name,
        inputs.is_required,
        coalesce(published.value, own.value) as value,
        coalesce(published.value, own.value) / inputs.sd as standardised,
        case when published.value is not null then 'published' when own.value is not null then 'own' end as whose
    from academies
    inner join inputs on academies.phase = inputs.phase
    left join published
        on academies.academy_id = published.academy_id
        and inputs.characteristic = published.characteristic
        and published.place = 1
    left join own
        on academies.academy_id = own.academy_id
        and inputs.characteristic = own.characteristic

)

select * from characteristics
