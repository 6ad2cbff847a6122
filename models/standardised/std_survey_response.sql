with {{ winning_rows('survey_response', 'survey_date', ['response_id', 'question_code']) }},

typed as (

    select
        academy_id,
        response_id,
        question_code,
        respondent,
        standing_day as survey_date,
        try_cast(score as int) as score,
        nc_year,
        time_period,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from winners

)

select * from typed
