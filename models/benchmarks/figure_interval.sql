with figures as (

    select * from {{ ref('scorecard_cell') }}
    where value_status = 'ok'

),

methods as (

    select * from {{ ref('ref_measure_interval') }}

),

spreads as (

    select * from {{ ref('figure_spread') }}

),

progress8_sds as (

    select
        'progress8' as measure_id,
        time_period,
        cast(sd as double) as sd
    from {{ ref('ref_progress8_sd') }}

),

measured as (

    select
        figures.level,
        figures.academy_id,
        figures.measure_id,
        figures.value,
        figures.unit,
        figures.numerator,
        figures.denominator,
        figures.numerator / figures.denominator as share,
        methods.method,
        case
            when methods.method = 'progress8' then {{ z95() }} * progress8_sds.sd / sqrt(figures.denominator)
            when methods.method in ('ratio', 'mean') then {{ z95() }} * spreads.standard_error * {{ per_unit('figures.unit') }}
        end as margin
    from figures
    inner join methods on figures.measure_id = methods.measure_id
    left join spreads
        on figures.level = spreads.level
        and figures.academy_id = spreads.academy_id
        and figures.measure_id = spreads.measure_id
        and figures.time_period = spreads.time_period
    left join progress8_sds
        on figures.measure_id = progress8_sds.measure_id
        and figures.time_period = progress8_sds.time_period

),

ends as (

    select
        level,
        academy_id,
        measure_id,
        unit,
        case
            when method = 'wilson' then {{ wilson('share', 'denominator', '-') }}
            when method = 'poisson' then 100 * {{ byar_lower('numerator') }} / denominator
            else value - margin
        end as ci_low,
        case
            when method = 'wilson' then {{ wilson('share', 'denominator', '+') }}
            when method = 'poisson' then 100 * {{ byar_upper('numerator') }} / denominator
            else value + margin
        end as ci_high,
        method
    from measured

),

-- Rounding in the last place, and a ratio's margin, may leave the range that a share can have.
intervals as (

    select
        level,
        academy_id,
        measure_id,
        case when unit = '%' then greatest(ci_low, 0) else ci_low end as ci_low,
        case when unit = '%' then least(ci_high, 100) else ci_high end as ci_high,
        method as interval_method
    from ends
    where ci_low is not null

)

select * from intervals
