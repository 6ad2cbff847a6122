with formative as (

    select * from {{ ref('read_formative') }}

),

end_of_stages as (

    select
        academy_id,
        time_period,
        sum(pupils) as pupils
    from {{ ref('stage_year') }}
    where stage_end in ('KS2', 'KS4')
    group by all

),

every_kind as (

    select distinct academy_id, time_period, 'formative_result' as evidence from formative
    union
    select distinct academy_id, time_period, 'formative_standing' as evidence from formative
    where standing is not null
    union
    select distinct academy_id, time_period, 'half_term' as evidence from {{ ref('measure_period') }}
    where period_type = 'half_term'
    union
    select distinct academy_id, time_period, 'summative_standing' as evidence from {{ ref('summative_standing') }}
    union
    select academy_id, time_period, 'summative_standing' as evidence from end_of_stages
    where pupils = 0

)

select * from every_kind
