with cells as (

    select * from {{ ref('scorecard') }}
    where academy_id <> 'trust' and value_status = 'ok'

),

shares as (

    select measure_id from {{ ref('ref_measure_interval') }}
    where method = 'wilson'

),

centred as (

    select
        cells.academy_id,
        cells.academy_name,
        cells.phase,
        cells.measure_id,
        cells.measure_name,
        cells.time_period,
        cells.denominator,
        cells.value,
        cells.is_small,
        case when cells.national_value is not null then 'england' else 'trust' end as centre,
        coalesce(cells.national_value, cells.trust_value) as centre_value
    from cells
    inner join shares on cells.measure_id = shares.measure_id
    where coalesce(cells.national_value, cells.trust_value) is not null

),

-- How far a share of so many people strays from the centre by chance alone: the score test of a binomial share.
errors as (

    select
        *,
        case
            when centre_value > 0 and centre_value < 100 then sqrt(centre_value * (100 - centre_value) / denominator)
        end as standard_error
    from centred

),

limits as (

    select
        *,
        case when standard_error is not null then greatest(centre_value - {{ z95() }} * standard_error, 0) end as lower_95,
        case when standard_error is not null then least(centre_value + {{ z95() }} * standard_error, 100) end as upper_95,
        case when standard_error is not null then greatest(centre_value - {{ z998() }} * standard_error, 0) end as lower_998,
        case when standard_error is not null then least(centre_value + {{ z998() }} * standard_error, 100) end as upper_998
    from errors

),

funnel as (

    select
        academy_id,
        academy_name,
        phase,
        measure_id,
        measure_name,
        time_period,
        denominator,
        value,
        is_small,
        centre,
        centre_value,
        lower_95,
        upper_95,
        lower_998,
        upper_998,
        case
            when lower_95 is null then null
            when value > upper_998 then 'above_998'
            when value > upper_95 then 'above_95'
            when value < lower_998 then 'below_998'
            when value < lower_95 then 'below_95'
            else 'inside'
        end as standing
    from limits
    order by academy_id, measure_id

)

select * from funnel
