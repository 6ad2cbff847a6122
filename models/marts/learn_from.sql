{%- set topics = ['all', 'sex', 'fsm6', 'disadvantaged', 'sen', 'eal', 'ethnicity'] -%}
{%- set most_academies = 3 -%}
{%- set least_characteristics = 3 -%}
{#- Rates of sessions: those of one pupil hang together, so it is pupils that vary. As in figure_spread. -#}
{%- set rates = [
    ('attendance_rate', 'attending', 'possible'),
    ('absence_rate', 'absent', 'possible'),
    ('authorised_absence_rate', 'authorised', 'possible'),
    ('unauthorised_absence_rate', 'unauthorised', 'possible'),
    ('late_rate', 'late', 'possible'),
    ('missing_mark_rate', 'missing', 'register'),
    ('sessions_lost_to_suspension_rate', 'suspended', 'possible_with_suspensions'),
] -%}
{%- set events = [('suspension_rate', 'suspensions'), ('permanent_exclusion_rate', 'exclusions')] -%}

with parameters as (

    select * from {{ source('run', 'parameter') }}

),

definitions as (

    select
        measures.*,
        methods.method
    from {{ ref('ref_measure') }} as measures
    inner join {{ ref('ref_measure_interval') }} as methods on measures.measure_id = methods.measure_id
    where measures.direction <> 'context'

),

academies as (

    select academies.*
    from {{ ref('dim_academy') }} as academies
    cross join parameters
    where coalesce(academies.joined_on <= parameters.as_of, true) and coalesce(academies.left_on >= parameters.as_of, true)

),

today as (

    select distinct
        periods.time_period,
        periods.period_number
    from {{ ref('measure_period') }} as periods
    cross join parameters
    where periods.period_type = 'year_to_date' and periods.time_period = {{ academic_year('parameters.as_of') }}

),

figures as (

    select
        academies.academy_id,
        academies.academy_name,
        academies.phase,
        measured.time_period,
        measured.period_end,
        measured.breakdown_topic,
        measured.breakdown,
        measured.measure_id,
        measured.numerator,
        measured.denominator,
        measured.denominator_people,
        measured.value,
        definitions.domain,
        definitions.measure_name,
        definitions.direction,
        definitions.method,
        {{ per_unit('definitions.unit') }} as per_unit
    from {{ ref('measure_value') }} as measured
    inner join definitions on measured.measure_id = definitions.measure_id
    inner join academies on measured.academy_id = academies.academy_id
    where
        measured.level = 'academy'
        and measured.period_type = 'year_to_date'
        and measured.time_period in (select today.time_period from today)
        and measured.value_status = 'ok'
        and measured.breakdown_topic in ('{{ topics | join("', '") }}')
        and measured.breakdown <> 'unknown'

),

groups as (

    select
        breakdowns.academy_id,
        breakdowns.pupil_key,
        breakdowns.breakdown_topic,
        breakdowns.breakdown
    from {{ ref('bridge_pupil_breakdown') }} as breakdowns
    where
        breakdowns.time_period in (select today.time_period from today)
        and breakdowns.breakdown_topic in ('{{ topics | join("', '") }}')
        and breakdowns.breakdown <> 'unknown'

),

inclusion as (

    select counted.*
    from {{ ref('count_pupil_inclusion') }} as counted
    inner join today on counted.period_number = today.period_number

),

sessions as (

    select
        attendance.*,
        coalesce(inclusion.suspended_sessions, 0) as suspended
    from {{ ref('count_pupil_attendance') }} as attendance
    inner join today on attendance.period_number = today.period_number
    left join inclusion
        on attendance.academy_id = inclusion.academy_id
        and attendance.pupil_key = inclusion.pupil_key
    where attendance.is_aged_5_to_15

),

-- Whole numbers, so that their sums are the same in every order.
session_squares as (

    select
        sessions.academy_id,
        groups.breakdown_topic,
        groups.breakdown,
    {%- for measure_id, numerator, denominator in rates %}
    count_if(sessions.{{ denominator }} > 0) as n_{{ measure_id }},
    sum(sessions.{{ numerator }} * sessions.{{ numerator }}) as aa_{{ measure_id }},
    sum(sessions.{{ numerator }} * sessions.{{ denominator }}) as ad_{{ measure_id }},
    sum(sessions.{{ denominator }} * sessions.{{ denominator }}) as dd_{{ measure_id }}{{ ',' if not loop.last }}
    {%- endfor %}
    from sessions
    inner join groups
        on sessions.academy_id = groups.academy_id
        and sessions.pupil_key = groups.pupil_key
    group by sessions.academy_id, groups.breakdown_topic, groups.breakdown

),

event_squares as (

    select
        inclusion.academy_id,
        groups.breakdown_topic,
        groups.breakdown,
    {%- for measure_id, numerator in events %}
    sum(inclusion.{{ numerator }} * inclusion.{{ numerator }}) as aa_{{ measure_id }}{{ ',' if not loop.last }}
    {%- endfor %}
    from inclusion
    inner join groups
        on inclusion.academy_id = groups.academy_id
        and inclusion.pupil_key = groups.pupil_key
    group by inclusion.academy_id, groups.breakdown_topic, groups.breakdown

),

-- A person's rows of one measure are one observation; answers to surveys and staff are of no pupil group.
people as (

    select
        rows_of_people.academy_id,
        rows_of_people.measure_id,
        rows_of_people.person_kind,
        rows_of_people.person_key,
        sum(cast(rows_of_people.numerator as decimal(18, 6))) as numerator,
        sum(cast(rows_of_people.denominator as decimal(18, 6))) as denominator
    from {{ ref('person_measure') }} as rows_of_people
    inner join today on rows_of_people.period_number = today.period_number
    inner join definitions on rows_of_people.measure_id = definitions.measure_id
    where definitions.method in ('ratio', 'mean')
    group by
        rows_of_people.academy_id, rows_of_people.measure_id, rows_of_people.person_kind, rows_of_people.person_key
    having sum(cast(rows_of_people.denominator as decimal(18, 6))) > 0

),

grouped_people as (

    select
        people.academy_id,
        people.measure_id,
        groups.breakdown_topic,
        groups.breakdown,
        cast(people.numerator as double) as numerator,
        cast(people.denominator as double) as denominator
    from people
    inner join groups
        on people.academy_id = groups.academy_id
        and people.person_key = groups.pupil_key
    where people.person_kind = 'pupil'
    union all
    select
        academy_id,
        measure_id,
        'all' as breakdown_topic,
        'all' as breakdown,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator
    from people
    where person_kind <> 'pupil'

),

squares as (
    {% for measure_id, numerator, denominator in rates %}
    select
        academy_id,
        '{{ measure_id }}' as measure_id,
        breakdown_topic,
        breakdown,
        cast(n_{{ measure_id }} as bigint) as people,
        cast(aa_{{ measure_id }} as double) as numerator_squares,
        cast(ad_{{ measure_id }} as double) as products,
        cast(dd_{{ measure_id }} as double) as denominator_squares
    from session_squares
    union all
    {%- endfor %}
    {% for measure_id, numerator in events %}
    select
        academy_id,
        '{{ measure_id }}' as measure_id,
        breakdown_topic,
        breakdown,
        cast(null as bigint) as people,
        cast(aa_{{ measure_id }} as double) as numerator_squares,
        cast(null as double) as products,
        cast(null as double) as denominator_squares
    from event_squares
    union all
    {%- endfor %}
    select
        academy_id,
        measure_id,
        breakdown_topic,
        breakdown,
        count(*) as people,
        cast(sum(cast(numerator * numerator as decimal(24, 6))) as double) as numerator_squares,
        cast(sum(cast(numerator * denominator as decimal(24, 6))) as double) as products,
        cast(sum(cast(denominator * denominator as decimal(24, 6))) as double) as denominator_squares
    from grouped_people
    group by academy_id, measure_id, breakdown_topic, breakdown

),

progress8_sds as (

    select
        time_period,
        cast(sd as double) as sd
    from {{ ref('ref_progress8_sd') }}

),

-- What a figure is compared as, and its variance. A share is reckoned with one more who has it and one more who has not (Agresti and
-- Caffo), a count of events with one event more: of a few people none is no proof that there are never any.
varied as (

    select
        figures.*,
        case
            when figures.method = 'wilson' then (figures.numerator + 1) / (figures.denominator + 2)
            else figures.numerator / figures.denominator
        end as share,
        case
            when figures.method = 'wilson'
                then
                    (figures.numerator + 1) * (figures.denominator - figures.numerator + 1)
                    / power(figures.denominator + 2, 3)
            when figures.method = 'poisson' then (coalesce(squares.numerator_squares, 0) + 1) / power(figures.denominator, 2)
            when figures.method = 'progress8' then power(progress8_sds.sd, 2) / figures.denominator
            when squares.people > 1
                then
                    (
                        squares.numerator_squares - 2 * figures.numerator / figures.denominator * squares.products
                        + power(figures.numerator / figures.denominator, 2) * squares.denominator_squares
                    )
                    * squares.people / (squares.people - 1) / power(figures.denominator, 2)
        end as variance
    from figures
    left join squares
        on figures.academy_id = squares.academy_id
        and figures.measure_id = squares.measure_id
        and figures.breakdown_topic = squares.breakdown_topic
        and figures.breakdown = squares.breakdown
    left join progress8_sds on figures.time_period = progress8_sds.time_period

),

-- The academies of one phase two by two. A group that others are to learn from is of twice as many people, so that it stands for more than
-- a few.
pairs as (

    select
        own.academy_id,
        own.academy_name,
        own.phase,
        own.domain,
        own.measure_id,
        own.measure_name,
        own.breakdown_topic,
        own.breakdown,
        own.time_period,
        own.period_end,
        others.academy_id as learn_from_academy_id,
        others.academy_name as learn_from_academy_name,
        case when own.direction = 'higher' then others.share - own.share else own.share - others.share end as better_by,
        sqrt(own.variance + others.variance) as standard_error,
        count(*) over (partition by own.academy_id, own.measure_id) as compared
    from varied as own
    inner join varied as others
        on own.phase = others.phase
        and own.measure_id = others.measure_id
        and own.breakdown_topic = others.breakdown_topic
        and own.breakdown = others.breakdown
        and own.academy_id <> others.academy_id
    cross join parameters
    where
        own.denominator_people >= parameters.suppress_below
        and others.denominator_people >= 2 * parameters.suppress_below
        and own.variance + others.variance > 0.000000000001

),

better as (

    select * from pairs
    where better_by > {{ z95_of('compared') }} * standard_error

),

characteristics as (

    select * from {{ ref('academy_characteristic') }}
    where standardised is not null

),

distances as (

    select
        own.academy_id,
        others.academy_id as learn_from_academy_id,
        count(*) as compared_on,
        round(sqrt(cast(avg(cast(power(own.standardised - others.standardised, 2) as decimal(28, 12))) as double)), 2) as distance
    from characteristics as own
    inner join characteristics as others
        on own.phase = others.phase
        and own.characteristic = others.characteristic
        and own.academy_id <> others.academy_id
    group by own.academy_id, others.academy_id
    having count(*) >= {{ least_characteristics }}

),

chosen as (

    select
        better.*,
        distances.distance,
        cast(distances.compared_on as int) as compared_on,
        row_number() over (
            partition by better.academy_id, better.measure_id, better.breakdown_topic, better.breakdown
            order by coalesce(distances.distance, 1000000), better.learn_from_academy_id
        ) as place
    from better
    left join distances
        on better.academy_id = distances.academy_id
        and better.learn_from_academy_id = distances.learn_from_academy_id

),

shown as (

    select
        academy_id,
        academy_name,
        phase,
        domain,
        measure_id,
        measure_name,
        breakdown_topic,
        breakdown,
        time_period,
        period_end,
        learn_from_academy_id,
        learn_from_academy_name,
        case
            when distance is null then 'not known'
            when distance <= 0.5 then 'very alike'
            when distance <= 1 then 'alike'
            else 'less alike'
        end as how_alike,
        distance,
        compared_on,
        concat('The head of ', learn_from_academy_name) as whom_to_ask
    from chosen
    where place <= {{ most_academies }}
    order by academy_id, domain, measure_id, breakdown_topic, breakdown, coalesce(distance, 1000000), learn_from_academy_id

)

select * from shown
