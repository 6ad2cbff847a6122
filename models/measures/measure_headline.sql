with headlines as (

    select * from {{ ref('measure_figure') }}
    where
        breakdown_topic = 'all'
        and level in ('academy', 'trust')
        and period_type in ('year_to_date', 'same_week_last_year')

)

select * from headlines
