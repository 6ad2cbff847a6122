"""Timeliness: what happened yesterday is here this morning.

Here: academies whose attendance has stopped coming, registers with gaps, and deliveries that wait for a person. Not here: whether what
came is believable (plausibility.py).
"""

from expectations.check import Check, Severity

STALE_ACADEMY = Check(
    id="stale_academy",
    principle="timeliness",
    severity=Severity.WARN,
    what="No attendance has been accepted from the academy for more than two school days of its own calendar.",
    when="In term: every figure of the academy is as old as its last good delivery. Never in the holidays.",
    how=(
        "Look at the MIS's scheduled export (is it switched on, does its password still work, does it still write to the academy's landing "
        "folder?) and at `matlas batches`: a delivery may be waiting for a decision."
    ),
    affects=("all",),
    caveat="late by over two school days",
    at="built",
    not_applicable="The academy is not in the trust on this date.",
    checked="""
        select academies.academy_id, 1 as checked
        from run.academy as academies
        cross join run.parameter as parameter
        where coalesce(academies.left_on, parameter.as_of) >= parameter.as_of
            and coalesce(academies.joined_on, parameter.as_of) <= parameter.as_of
    """,
    sql="""
        select
            academies.academy_id,
            null as source_pupil_id,
            'attendance' as subject,
            case
                when academies.last_delivered_on is null then 'no attendance has been accepted yet'
                else 'no attendance since ' || academies.last_delivered_on
            end as what,
            1 as failed,
        from run.academy as academies
        cross join run.parameter as parameter
        where academies.is_stale
            and coalesce(academies.left_on, parameter.as_of) >= parameter.as_of
            and coalesce(academies.joined_on, parameter.as_of) <= parameter.as_of
    """,
)

_REGISTER = """
        register as (
            select academy_id, time_period, numerator, denominator
            from marts.measure_value
            where measure_id = 'missing_mark_rate' and level = 'academy' and period_type = 'year_to_date'
                and breakdown_topic = 'all' and breakdown = 'all'
        )"""

MISSING_MARKS = Check(
    id="missing_marks",
    principle="timeliness",
    severity=Severity.WARN,
    what="Over 2 % of an academic year's expected sessions have no mark. Each such session counts as one failure.",
    when="Always: a session without a mark is not counted as present or absent, so the rates rest on less than they seem to.",
    how=(
        "Run the MIS's report of missing marks (in SIMS: Missing Marks; in Arbor: Incomplete Registers), and let the registers be "
        "completed."
    ),
    affects=("attendance",),
    caveat="{failed} of {checked} sessions without a mark",
    at="built",
    not_applicable="No session is known to be due: none was yet, or the MIS gives weekly counts only.",
    checked=f"with {_REGISTER} select academy_id, sum(denominator) as checked from register group by all",
    sql=f"""
        with {_REGISTER},
        gap as (
            select academy_id, time_period
            from register
            where numerator * 100 > denominator * 2
        ),
        person as (
            select academy_id, pupil_key, min(source_pupil_id) as source_pupil_id
            from core.bridge_pupil_source
            group by all
        )
        select
            academy_id,
            person.source_pupil_id,
            'year ' || time_period as subject,
            pupils.missing || ' of ' || pupils.register || ' sessions of ' || time_period || ' have no mark' as what,
            pupils.missing as failed,
        from measures.count_pupil_attendance as pupils
        inner join measures.measure_period as periods using (academy_id, time_period, period_number)
        inner join gap using (academy_id, time_period)
        left join person using (academy_id, pupil_key)
        where periods.period_type = 'year_to_date' and pupils.is_aged_5_to_15 and pupils.missing > 0
    """,
)

SHRUNK = Check(
    id="shrunk",
    principle="timeliness",
    severity=Severity.HOLD,
    what=(
        "A delivery has so many fewer rows than the one before it in its place that it waits for a person; the last good one still stands."
    ),
    when="Always: either the export broke (a filter, a half-written file), or something big happened that a person knows of.",
    how=(
        "Compare the number of rows with the MIS. If the export broke, run it again: the new delivery takes its place. If it is right, "
        "let it "
        "in with `matlas accept BATCH`; `matlas refuse BATCH` drops it."
    ),
    affects=("all",),
    caveat="{failed} of {checked} deliveries held because rows went missing",
    at="built",
    not_applicable="Nothing has been delivered.",
    checked="select academy_id, count(distinct batch_id) as checked from dq.batch where status in ('accepted', 'held') group by all",
    sql="""
        select distinct
            academy_id,
            null as source_pupil_id,
            batch_id as subject,
            'the delivery ' || batch_id || ' waits for a decision: ' || reason as what,
            1 as failed,
        from dq.batch
        where status = 'held' and reason_code = 'shrunk'
    """,
)
