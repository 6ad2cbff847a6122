"""Lifecycle: records come, change and end; they do not disappear.

Here: pupils and spells that left the exports without a leaving date, and years described with another year's characteristics. Not here:
what a vanished record means for the figures (models/standardised decides it; these checks only tell).
"""

from expectations.check import Check, Severity
from expectations.parts import NEWEST_PUPIL

_RECORD = f"""{NEWEST_PUPIL},
        record as (
            select academy_id, source_pupil_id, 'pupil' as subject, 'pupil record' as record, is_vanished, last_delivered_on
            from newest_pupil
            union all
            select
                spells.academy_id,
                spells.source_pupil_id,
                'spell of ' || spells.entry_date as subject,
                'spell of ' || spells.entry_date as record,
                spells.is_vanished,
                spells.last_delivered_on,
            from std.std_enrolment as spells
            anti join (select academy_id, source_pupil_id from newest_pupil where is_vanished) as counted using (academy_id,
            source_pupil_id) )"""

VANISHED = Check(
    id="vanished",
    principle="lifecycle",
    severity=Severity.WARN,
    what=("A pupil or a spell that earlier exports had and the newest has not. A pupil who vanished together with the spells counts once."),
    when=(
        "Always: an open spell is taken to end on the day of the last export that had it. If the pupil is still here, the sessions since "
        "are "
        "not counted; if the pupil left, the leaving date is a guess."
    ),
    how=(
        "If the pupil left, give the record a leaving date in the MIS and let the export include leavers. If the pupil is here, look at "
        "the "
        "export's filter (year groups, status, 'on roll today'). If it was never a pupil, nothing needs doing."
    ),
    affects=("attendance", "inclusion", "context"),
    caveat="{failed} of {checked} pupils and spells that came before and are in no export now",
    at="built",
    not_applicable="No pupils were delivered.",
    checked=f"with {_RECORD} select academy_id, count(*) as checked from record group by all",
    sql=f"""
        with {_RECORD}
        select
            academy_id,
            source_pupil_id,
            subject,
            'the ' || record || ' is in no export since ' || last_delivered_on as what,
            1 as failed,
        from record
        where is_vanished
    """,
)

CHARACTERISTICS_BACKFILLED = Check(
    id="characteristics_backfilled",
    principle="lifecycle",
    severity=Severity.INFO,
    what="A past year's enrolments are described with the characteristics of another year, because no export of that year was delivered.",
    when=(
        "When past years are compared by free school meals, SEN or year group: a pupil who is eligible today was perhaps not eligible then."
    ),
    how="Nothing is wrong in the MIS. If an export of that summer was kept, deliver it with its date in the file name.",
    affects=("attendance", "inclusion", "context"),
    at="built",
    not_applicable="No enrolments were delivered.",
    checked="select academy_id, count(*) as checked from core.fct_enrolment group by all",
    sql="""
        select
            academy_id,
            null as source_pupil_id,
            'year ' || time_period as subject,
            count(*) || ' enrolments of ' || time_period || ' have the characteristics of another year' as what,
            count(*) as failed,
        from core.fct_enrolment
        where is_backfilled
        group by academy_id, time_period
    """,
)
