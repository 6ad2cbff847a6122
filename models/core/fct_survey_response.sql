with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

answers as (

    select * from {{ ref('std_survey_response') }}

),

nc_years as (

    select * from {{ ref('ref_nc_year') }}

),

counted as (

    select
        {{ surrogate_key(["'answer'", 'answers.academy_id', 'answers.response_id']) }} as response_key,
        answers.academy_id,
        answers.response_id,
        answers.question_code,
        answers.respondent,
        answers.survey_date,
        answers.score,
        answers.nc_year,
        case when answers.respondent = 'pupil' then nc_years.year_group end as year_group,
        answers.time_period,
        answers.batch_id,
        answers.source_file,
        answers.source_row,
        answers.loaded_at
    from answers
    inner join parameters on answers.survey_date <= parameters.as_of
    left join nc_years on answers.nc_year = nc_years.nc_year

)

select * from counted
