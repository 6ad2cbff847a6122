"""Integrated: the register and the list of suspensions tell of the same days.

Here: suspensions that the register does not know, and the other way round. Not here: what a suspension counts for (models/measures).
"""

from expectations.check import Check, Severity

SUSPENSION_REGISTER_MISMATCH = Check(
    id="suspension_register_mismatch",
    principle="integrated",
    severity=Severity.WARN,
    what=(
        "A session in which a pupil was suspended and the register has another code than E, or a session with code E outside every "
        "suspension or exclusion of the pupil."
    ),
    when=(
        "Always: either absence or suspensions are miscounted, and the two returns that the school makes to DfE contradict each other. A "
        "session without a mark, and what comes after the fifth school day of a suspension, is not judged."
    ),
    how=(
        "Open the pupil's suspensions beside the register of those days. Correct the dates of the suspension or record the one that is "
        "lacking (exclusions screen), or correct the marks (edit marks): E only for a suspended or excluded pupil who is not taught "
        "elsewhere."
    ),
    affects=("attendance", "inclusion"),
    at="built",
    not_applicable="No suspensions were delivered, no session has a mark of its own day, or nobody was suspended.",
    checked="""
        select academy_id, greatest(expected, 0) as checked from shared.suspension_marked
        union all
        select academy_id, count(*) as checked from shared.e_unexplained group by all
    """,
    sql="""
        select
            academy_id,
            source_pupil_id,
            'suspension of ' || start_date as subject,
            'suspended from ' || start_date || ' to ' || end_date || ', but ' || expected - as_suspended || ' of ' || expected
            || ' sessions have another code than E in the register' as what,
            expected - as_suspended as failed,
        from shared.suspension_marked
        where expected > as_suspended
        union all
        select
            academy_id,
            source_pupil_id,
            'E in ' || time_period as subject,
            count(*) || ' sessions of ' || time_period || ' have code E, ' || min(session_date) || ' to ' || max(session_date)
            || ', and no suspension or exclusion covers them' as what,
            count(*) as failed,
        from shared.e_unexplained
        group by academy_id, source_pupil_id, time_period
    """,
)
