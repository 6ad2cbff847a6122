with responses as (

    select
        academy_id,
        response_key,
        time_period,
        max(year_group) as year_group
    from {{ ref('fct_survey_response') }}
    group by all

),

groups as (

    select
        academy_id,
        response_key,
        time_period,
        'all' as breakdown_topic,
        'all' as breakdown
    from responses
    union all
    select
        academy_id,
        response_key,
        time_period,
        'year_group' as breakdown_topic,
        year_group as breakdown
    from responses
    where year_group is not null

)

select * from groups
