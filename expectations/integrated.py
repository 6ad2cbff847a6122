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
    what=(
        "A mark, suspension, event, result, club membership or invitation belongs to a pupil who is not in the pupil export, or whose row "
        "of it was rejected."
    ),
    when="Always: what is recorded for the pupil is missing from every figure.",
    how=(
        "Run the pupil export again with leavers and guests included (in SIMS: the pupil report's filter is 'on roll at any time this "
        "year'), "
        "and put right the pupil rows listed by `matlas rejected`."
    ),
    affects=("attendance", "inclusion", "achievement", "progress", "personal_development", "voice"),
    caveat="{failed} of {checked} rows of pupils whom no accepted pupil list has, and not counted",
    at="landing",  # against tonight's accepted pupils: September's new intake are not orphans
    entities=(
        "attendance_mark",
        "attendance_week",
        "suspension",
        "behaviour_event",
        "assessment_result",
        "club_membership",
        "parent_event",
    ),
    not_applicable="No marks, suspensions, events, results, club memberships or invitations were delivered.",
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

UNKNOWN_UPN = Check(
    id="unknown_upn",
    principle="integrated",
    severity=Severity.WARN,
    what="A result file of DfE's, or a Common Transfer File, names a pupil by a UPN that no pupil export has, now or formerly.",
    when="Always: the result counts nowhere. Usual for pupils who left before the academy's first pupil export; it never holds the file.",
    how=(
        "Compare the UPN with the pupil's record in the MIS: a UPN that was changed belongs into *former UPN* there. For pupils who have "
        "left run the pupil export of the year in which they were on roll, and deliver it with that year's date in its name."
    ),
    affects=("achievement", "progress"),
    caveat="{failed} of {checked} results with a UPN that no pupil list has, and not counted",
    at="landing",
    entities=("assessment_result",),
    not_applicable="No result files of DfE's and no Common Transfer Files were delivered.",
    checked="select batch_id, sum(row_count) as checked from tonight.upn_in where entity = '{entity}' group by all",
    sql="""
        select
            facts.batch_id,
            facts.upn as source_pupil_id,
            facts.entity as subject,
            'has results in ' || facts.table_name || ' but no pupil export has this UPN' as what,
            sum(facts.row_count) as failed,
        from tonight.upn_in as facts
        left join tonight.upn as known using (academy_id, upn)
        where facts.entity = '{entity}' and known.upn is null
        group by all
    """,
)

ORPHAN_STAFF_FACT = Check(
    id="orphan_staff_fact",
    principle="integrated",
    severity=Severity.WARN,
    hold_over_pct=10,
    what="A contract, absence or training record belongs to a colleague who is not in the staff export.",
    when="Always: what is recorded for the colleague is missing from every staff figure, for nobody knows whether they teach.",
    how="Run the staff export again with leavers of the last two years included, beside the export of contracts or absences.",
    affects=("staff",),
    caveat="{failed} of {checked} rows of colleagues whom no accepted staff list has, and not counted",
    at="landing",
    entities=("staff_contract", "staff_absence", "cpd_record"),
    not_applicable="No contracts, absences or training records of colleagues were delivered.",
    checked="select batch_id, sum(row_count) as checked from tonight.staff_in where entity = '{entity}' group by all",
    sql="""
        select
            facts.batch_id,
            null as source_pupil_id,
            facts.entity || ' of colleague ' || facts.source_staff_id as subject,
            'colleague ' || facts.source_staff_id || ' has rows of ' || facts.entity || ' but is not in the staff export' as what,
            sum(facts.row_count) as failed,
        from tonight.staff_in as facts
        left join tonight.staff as known using (academy_id, source_staff_id)
        where facts.entity = '{entity}' and known.source_staff_id is null
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
    caveat="{failed} of {checked} marks on days outside the roll, and not counted",
    at="built",
    not_applicable="No marks were delivered.",
    checked="select academy_id, sum(sessions) as checked from shared.mark_day group by all",
    sql=f"""
        with {DELIVERED_MARK},
        outside as (
            select mark.*
            from mark
            anti join core.bridge_enrolment_day_range as spells
                on mark.academy_id = spells.academy_id
                and mark.source_pupil_id = spells.source_pupil_id
                and mark.first_day <= spells.last_day
                and mark.last_day >= spells.first_day
        ),
        redundant as (
            select outside.*
            from outside
            semi join std.std_pupil as pupils using (academy_id, source_pupil_id)
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
    caveat="leavers are not delivered, so what they missed is not counted",
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
