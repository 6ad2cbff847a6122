{#- DfE's service shows up to 50; the trust reads the nearest of them. -#}
{%- set nearest = 20 -%}

with urns as (

    select * from {{ ref('academy_urn') }}

),

own as (

    select * from {{ ref('academy_characteristic') }}

),

schools as (

    select * from {{ ref('school_characteristic') }}

),

-- Without one that is required an academy has no similar schools; one that is not required is left out on both sides.
able as (

    select
        academy_id,
        count(value) as inputs_used
    from own
    group by all
    having count_if(is_required and value is null) = 0

),

-- Squares are summed as decimals: the same sum in whatever order.
pairs as (

    select
        own.academy_id,
        schools.urn,
        count(*) as inputs_compared,
        sum(cast(power(own.standardised - schools.standardised, 2) as decimal(28, 12))) as squared_distance
    from own
    inner join schools
        on own.phase = schools.phase
        and own.characteristic = schools.characteristic
    where own.value is not null
    group by all

),

compared as (

    select
        pairs.academy_id,
        pairs.urn,
        able.inputs_used,
        round(sqrt(cast(pairs.squared_distance as double)), 6) as distance
    from pairs
    inner join able
        on pairs.academy_id = able.academy_id
        and pairs.inputs_compared = able.inputs_used
    -- No school is like itself, under whatever URN.
    left join urns
        on pairs.academy_id = urns.academy_id
        and pairs.urn = urns.urn
    where urns.urn is null

),

ranked as (

    select
        academy_id,
        urn,
        cast(row_number() over (partition by academy_id order by distance, urn) as int) as similarity_rank,
        distance,
        cast(inputs_used as int) as inputs_used,
        cast(count(*) over (partition by academy_id) as int) as n_loaded
    from compared

),

neighbours as (

    select * from ranked
    where similarity_rank <= {{ nearest }}

)

select * from neighbours
