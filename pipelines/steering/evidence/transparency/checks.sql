-- Tonight's checks that had something to judge, in every area whose figures they touch. A failure that somebody accepted is one.
with tonight as (

    select
        academy_id,
        check_id,
        status,
        unnest(string_split(measures_affected, ', ')) as touched
    from dq.check_result
    where status in ('pass', 'fail') and run_id = (select max_by(run_id, checked_at) from dq.check_result)

),

checks as (

    select
        tonight.academy_id,
        coalesce(measures.domain, tonight.touched) as area,
        replace(tonight.check_id, '_', ' ') as thing,
        tonight.status = 'pass' as is_so
    from tonight
    left join ref.measure as measures on tonight.touched = measures.measure_id

)

select * from checks
