with years as (

    select * from {{ ref('std_academy_year') }}

),

academies as (

    select * from {{ ref('dim_academy') }}

),

years_with_phase as (

    select
        years.academy_id,
        years.time_period,
        academies.phase
    from years
    inner join academies on years.academy_id = academies.academy_id

)

select * from years_with_phase
