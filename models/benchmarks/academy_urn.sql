{% set generations = 8 %}

-- A link is written at either end, or at both: this school's predecessor, or that school's successor.
with links as (

    select
        urn,
        linked_urn as predecessor_urn,
        link_date
    from {{ source('raw', 'school_link') }}
    where lower(trim(link_type)) = 'predecessor'
    union all
    select
        linked_urn as urn,
        urn as predecessor_urn,
        link_date
    from {{ source('raw', 'school_link') }}
    where lower(trim(link_type)) = 'successor'

),

conversions as (

    select
        urn,
        predecessor_urn,
        min(link_date) as taken_over_on
    from links
    where urn <> predecessor_urn
    group by urn, predecessor_urn

),

-- A merger or a split is told by its link type or by having two schools at one end: its past is not that of one school.
counted as (

    select
        *,
        count(*) over (partition by urn) as predecessors,
        count(*) over (partition by predecessor_urn) as successors
    from conversions

),

single as (

    select * from counted
    where predecessors = 1 and successors = 1

),

generation_0 as (

    select
        academy_id,
        urn,
        cast(null as date) as left_off_on
    from {{ ref('dim_academy') }}
    where urn is not null

),

{% for generation in range(generations) %}
step_{{ generation }} as (

    select
        later.academy_id,
        later.urn,
        {{ generation }} as generation,
        later.left_off_on,
        single.predecessor_urn,
        single.taken_over_on
    from generation_{{ generation }} as later
    left join single on later.urn = single.urn

),

generation_{{ generation + 1 }} as (

    select
        academy_id,
        predecessor_urn as urn,
        taken_over_on as left_off_on
    from step_{{ generation }}
    where predecessor_urn is not null

),

{% endfor %}

steps as (

    {% for generation in range(generations) %}
    select * from step_{{ generation }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Two schools that name each other as predecessor would go round: each URN is taken once, where it comes first.
first_met as (

    select
        *,
        row_number() over (partition by academy_id, urn order by generation) as meeting
    from steps

),

academy_urns as (

    select
        academy_id,
        cast(urn as int) as urn,
        cast(generation as int) as generation,
        taken_over_on as valid_from,
        {{ add_days('left_off_on', -1) }} as valid_to
    from first_met
    where meeting = 1

)

select * from academy_urns
