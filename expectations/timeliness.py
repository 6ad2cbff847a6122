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

MISSING_MARKS = Check(
    id="missing_marks",
    principle="timeliness",
    severity=Severity.WARN,
    what="Over 2 % of an academic year's expected sessions have no mark.",
    when="Always: a session without a mark is not counted as present or absent, so the rates rest on less than they seem to.",
    how=(
        "Run the MIS's report of missing marks (in SIMS: Missing Marks; in Arbor: Incomplete Registers), and let the registers be "
        "completed."
    ),
    affects=("attendance",),
    at="built",
    not_applicable="No sessions have been expected yet.",
    checked="""
        select academy_id, sum(denominator) as checked
        from marts.measure_value
        where measure_id = 'missing_mark_rate' and level = 'academy' and period_type = 'year_to_date'
            and breakdown_topic = 'all' and breakdown = 'all'
        group by all
    """,
    sql="""
        select
            academy_id,
            null as source_pupil_id,
            'year ' || time_period as subject,
            numerator || ' of ' || denominator || ' sessions of ' || time_period || ' have no mark' as what,
            numerator as failed,
        from marts.measure_value
        where measure_id = 'missing_mark_rate' and level = 'academy' and period_type = 'year_to_date'
            and breakdown_topic = 'all' and breakdown = 'all'
            and numerator * 100 > denominator * 2
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
