"""Integrated: the data is made by work that helps the teacher, and it joins up.

Here: checks that facts belong to a known pupil and to a spell on the roll, and that an export is whole. Not here: keys and relationships
inside our own tables (dbt tests), and whether a value is plausible (plausibility.py).
"""

from expectations.check import Check, Severity
from expectations.parts import DELIVERED_MARK

ORPHAN_FACT = Check(
    id="orphan_fact",
    principle="integrated",
    severity=Severity.WARN,
    hold_over_pct=10,
    what="A mark, suspension or event belongs to a pupil who is not in the pupil export, or whose row of it was rejected.",
    when="Always: what is recorded for the pupil is missing from every figure.",
    how=(
        "Run the pupil export again with leavers and guests included (in SIMS: the pupil report's filter is 'on roll at any time this "
        "year'), "
        "and put right the pupil rows listed by `matlas rejected`."
    ),
    affects=("attendance", "inclusion"),
    at="landing",  # against tonight's accepted pupils: September's new intake are not orphans
    entities=("attendance_mark", "attendance_week", "suspension", "behaviour_event"),
    not_applicable="No marks, suspensions or events were delivered.",
    checked="select batch_id, sum(row_count) as checked from {batch} group by all",
    sql="""
        select
            facts.batch_id,
            facts.source_pupil_id,
            facts.entity as subject,
            'has rows of ' || facts.entity || ' but is not in the pupil export' as what,
            sum(facts.row_count) as failed,
        from {batch} as facts
        left join tonight.pupil as pupils using (academy_id, source_pupil_id)
        where pupils.source_pupil_id is null
        group by all
    """,
)

REDUNDANT_MARK = Check(
    id="redundant_mark",
    principle="integrated",
    severity=Severity.WARN,
    what="A mark on a day when the pupil was not on the roll: before the entry date, after the leaving date, or between two spells.",
    when="Always: the mark is not counted. A wrong entry or leaving date takes a pupil's real marks out of every figure.",
    how=(
        "Compare the pupil's admission and leaving dates in the MIS's enrolment history with the register, and correct the date that is "
        "wrong; "
        "if the dates are right, delete the marks outside them."
    ),
    affects=("attendance",),
    at="built",
    not_applicable="No marks were delivered.",
    checked=f"with {DELIVERED_MARK} select academy_id, sum(sessions) as checked from mark group by all",
    sql=f"""
        with {DELIVERED_MARK},
        known as (
            select mark.*
            from mark
            semi join std.std_pupil as pupils using (academy_id, source_pupil_id)
        ),
        redundant as (
            select known.*
            from known
            anti join core.bridge_enrolment_day_range as spells
                on known.academy_id = spells.academy_id
                and known.source_pupil_id = spells.source_pupil_id
                and known.first_day <= spells.last_day
                and known.last_day >= spells.first_day
        )
        select
            academy_id,
            source_pupil_id,
            'marks outside the roll' as subject,
            sum(sessions) || ' marks outside the roll, ' || min(first_day) || ' to ' || max(last_day) as what,
            sum(sessions) as failed,
        from redundant
        group by academy_id, source_pupil_id
    """,
)

LEAVERS_NOT_DELIVERED = Check(
    id="leavers_not_delivered",
    principle="integrated",
    severity=Severity.WARN,
    what="The export of current pupils came without the export of leavers.",
    when="Whenever anybody has left this year: a leaver's absence is missing from the year-to-date figures, which then look too good.",
    how="In Wonde, ask for the endpoint `students-leaver` beside `students`, and let both be delivered every night.",
    affects=("attendance", "inclusion"),
    at="built",
    not_applicable="This MIS delivers leavers and current pupils in one export.",
    checked="select academy_id, 1 as checked from raw.delivery where lower(table_name) = 'students' and profile = 'wonde' group by all",
    sql="""
        with
        current_pupils as (select distinct academy_id from raw.delivery where lower(table_name) = 'students' and profile = 'wonde'),
        leavers as (select distinct academy_id from raw.delivery where lower(table_name) = 'students-leaver')
        select
            academy_id,
            null as source_pupil_id,
            'students-leaver' as subject,
            'students-leaver has not been delivered' as what,
            1 as failed,
        from current_pupils
        anti join leavers using (academy_id)
    """,
)
