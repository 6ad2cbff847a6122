-- Checks of a severity that somebody must act on, which fail tonight and that nobody has accepted. One that only says that a delivery is
-- held is left to that rule: one matter is one alert.
with tonights as (

    select * from dq.check_result
    where checked_at = (select max(checked_at) from dq.check_result)

),

held as (

    select distinct
        academy_id,
        reason_code as check_id
    from dq.batch
    where status = 'held'

),

findings as (

    select
        tonights.academy_id,
        tonights.check_id as subject,
        cast(null as varchar) as measure_id,
        cast(null as varchar) as domain,
        cast(null as varchar) as breakdown_topic,
        cast(null as varchar) as breakdown,
        cast(null as double) as value,
        cast(null as double) as limit_value,
        true as is_certain,
        true as is_worse,
        tonights.severity as check_severity
    from tonights
    anti join held
        on tonights.academy_id = held.academy_id
        and tonights.check_id = held.check_id
    where
        tonights.status = 'fail'
        and tonights.accepted_until is null
        and tonights.severity in (select unnest($severities))

)

select * from findings
order by academy_id, subject
