"""Identities: sums that hold to the unit, in DfE's own file and in ours.

Here: the arithmetic of attendance, judged on the facts and on every published figure. A failure is our mistake, so nothing is published.
Not here: what an academy delivered (the other files beside this one).
"""

from expectations.check import Check, Severity

_HOW = (
    "Nothing in a school's MIS can cause this: Matlas itself is wrong. The published files stay as they were. Send the run's id and this "
    "line to "
    "whoever looks after Matlas."
)
_NO_MARKS = "No marks have been counted."

_CHECKED_SESSIONS = "select academy_id, sum(session_rows) as checked from shared.session_kind group by all"

_CHECKED_CELLS = "select academy_id, count(*) as checked from shared.attendance_cell group by all"

_CHECKED_SESSIONS_AND_CELLS = f"""
        with counted as (
            {_CHECKED_SESSIONS}
            union all
            {_CHECKED_CELLS}
        )
        select academy_id, sum(checked) as checked from counted group by all
    """


def _broken_cells(condition: str, words: str) -> str:
    return f"""
            select academy_id, 'figures of ' || time_period as subject, count(*) as failed, '{words}' as words
            from shared.attendance_cell
            where {condition}
            group by all"""


def _broken_sessions(condition: str, words: str) -> str:
    return f"""
            select academy_id, 'session rows of ' || time_period as subject, sum(session_rows) as failed, '{words}' as words
            from shared.session_kind
            where {condition}
            group by all"""


def _sql(*parts: str) -> str:
    union = "\n            union all".join(parts)
    return f"""
        with broken as ({union}
        )
        select academy_id, null as source_pupil_id, subject, failed || ' ' || subject || ': ' || words as what, failed
        from broken
    """


IDENTITY_POSSIBLE = Check(
    id="identity_possible",
    principle="standardised",
    severity=Severity.STOP,
    what="Possible sessions are not the attended and the absent ones together.",
    when="Always: every attendance figure of the academy rests on it.",
    how=_HOW,
    affects=("attendance",),
    at="built",
    covers_trust=True,
    not_applicable=_NO_MARKS,
    checked=_CHECKED_SESSIONS_AND_CELLS,
    sql=_sql(
        _broken_sessions(
            "cast(is_possible as int) is distinct from "
            "cast(is_attending as int) + cast(is_authorised_absence as int) + cast(is_unauthorised_absence as int)",
            "possible is not attending + absence",
        ),
        _broken_cells(
            "possible is distinct from attending + absence or possible is distinct from possible_of_absence",
            "possible is not attending + absence",
        ),
    ),
)

IDENTITY_ATTENDING = Check(
    id="identity_attending",
    principle="standardised",
    severity=Severity.STOP,
    what="Attended sessions are not those present and those at an approved educational activity together.",
    when="Always: every attendance figure of the academy rests on it.",
    how=_HOW,
    affects=("attendance",),
    at="built",
    not_applicable=_NO_MARKS,
    checked=_CHECKED_SESSIONS,
    sql=_sql(
        _broken_sessions(
            "is_attending is distinct from coalesce(statistical_class in ('present', 'approved_educational_activity'), false)",
            "attending is not present + activity",
        ),
    ),
)

IDENTITY_ABSENCE = Check(
    id="identity_absence",
    principle="standardised",
    severity=Severity.STOP,
    what="Absence is not authorised and unauthorised absence together.",
    when="Always: every absence figure of the academy rests on it.",
    how=_HOW,
    affects=("attendance",),
    at="built",
    covers_trust=True,
    not_applicable=_NO_MARKS,
    checked=_CHECKED_CELLS,
    sql=_sql(_broken_cells("absence is distinct from authorised + unauthorised", "absence is not authorised + unauthorised")),
)

IDENTITY_LATE = Check(
    id="identity_late",
    principle="standardised",
    severity=Severity.STOP,
    what="Late sessions are not those marked L (before the register closed) and U (after it) together.",
    when="Always: the late rate rests on it.",
    how=_HOW,
    affects=("late_rate",),
    at="built",
    covers_trust=True,
    not_applicable=_NO_MARKS,
    checked=_CHECKED_SESSIONS_AND_CELLS,
    sql=_sql(
        _broken_sessions("is_late is distinct from coalesce(mark_code in ('L', 'U'), false)", "late is not L + U"),
        _broken_cells("(late is null and possible is not null) or late > possible", "more sessions are late than possible"),
    ),
)
