with {{ winning_rows(
    'assessment_result',
    'result_date',
    ['source_pupil_id', 'stage', 'subject_code', 'component', 'assessment_name', 'standing_day', 'result_type'],
    blank_is_effective_date=true,
) }},

typed as (

    select
        winners.academy_id,
        winners.source_pupil_id,
        coalesce(deliveries.pupil_id_kind, 'mis') as pupil_id_kind,
        winners.kind,
        winners.stage,
        upper(winners.subject_code) as subject_code,
        winners.component,
        winners.assessment_name,
        winners.period_name,
        winners.standing_day as result_date,
        winners.result_type,
        winners.result,
        try_cast(winners.points as decimal(12, 4)) as points,
        winners.scale,
        case
            when winners.kind = 'summative' then {{ summative_year('winners.standing_day') }}
            else {{ academic_year('winners.standing_day') }}
        end as time_period,
        winners.batch_id,
        winners.source_file,
        winners.source_row,
        winners.loaded_at
    from winners
    inner join deliveries on winners.batch_id = deliveries.batch_id

)

select * from typed
