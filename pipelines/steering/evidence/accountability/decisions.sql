-- Decisions that were written down, and whether they say why. That of an alert belongs to the alert's area, any other to the whole alone.
with decisions as (

    select
        ledger.academy_id,
        alerts.domain as area,
        cast(ledger.seq as text) as thing,
        trim(coalesce(ledger.why, '')) <> '' as is_so
    from dq.ledger as ledger
    left join marts.alert as alerts on ledger.subject = alerts.alert_id
    where
        ledger.kind in ('accept', 'refuse', 'accept_failure', 'reopen', 'erase', 'lift', 'close', 'assist', 'monitor')
        and ledger.decided_at > $day - $counted_days

)

select * from decisions
