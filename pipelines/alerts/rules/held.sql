-- The tables of which a delivery waits for a person: one matter a table, however many deliveries of it wait.
with findings as (

    select
        batches.academy_id,
        batches.table_name as subject,
        cast(null as varchar) as measure_id,
        cast(null as varchar) as domain,
        cast(null as varchar) as breakdown_topic,
        cast(null as varchar) as breakdown,
        count(distinct batches.batch_id) as value,
        cast(null as double) as limit_value,
        true as is_certain,
        true as is_worse,
        min(batches.effective_date) as first_effective_date
    from dq.batch as batches
    inner join academy_tonight on batches.academy_id = academy_tonight.academy_id
    where batches.status = 'held'
    group by all

)

select * from findings
order by academy_id, subject
