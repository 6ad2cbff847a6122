-- Alerts that asked for action, and whether somebody took them up in time: said that they know, or handled or closed it, or decided what to do.
-- One that nobody took up counts once its time is over; one that the data resolved before that asked for nothing.
with taken_up as (

    select
        subject as alert_id,
        min(cast(decided_at as date)) as taken_up_on
    from dq.ledger
    where kind in ('acknowledge', 'handle', 'close', 'assist', 'monitor')
    group by all

),

asked as (

    select
        alerts.alert_id,
        alerts.academy_id,
        alerts.domain,
        alerts.raised_on,
        rules.school_days as school_days_given,
        least(
            taken_up.taken_up_on,
            case when alerts.state in ('acknowledged', 'being_handled', 'closed') then alerts.state_since end
        ) as taken_up_on,
        case when alerts.state = 'resolved' then alerts.state_since end as resolved_on
    from marts.alert as alerts
    inner join given_rule as rules on alerts.rule = rules.rule
    left join taken_up on alerts.alert_id = taken_up.alert_id
    where alerts.severity = 'act' and alerts.raised_on > $day - $counted_days

),

lasted as (

    select
        *,
        least(taken_up_on, resolved_on, $day) as until_day
    from asked

),

waited as (

    select
        lasted.alert_id,
        lasted.academy_id,
        lasted.domain,
        lasted.taken_up_on,
        lasted.school_days_given,
        count(days.session_date) as school_days
    from lasted
    left join core.dim_school_day as days
        on lasted.academy_id = days.academy_id
        and days.is_school_day
        and lasted.raised_on < days.session_date
        and lasted.until_day >= days.session_date
    group by all

),

alerts as (

    select
        academy_id,
        domain as area,
        alert_id as thing,
        school_days <= school_days_given as is_so
    from waited
    where taken_up_on is not null or school_days > school_days_given

)

select * from alerts
