"""What is doubtful about a figure: the checks that touch it, and why one has no value.

Here: dq.check_result of the last run, the scorecard's caveat, and `value_status` in words. Not here: any check (expectations/).
"""

from typing import TYPE_CHECKING, Any

from pipelines.trace.figure import TRUST, Figure
from pipelines.trace.rows import records

if TYPE_CHECKING:
    import duckdb

NO_VALUE = {
    "x": "Not available: what this measure needs was not delivered.",
    "z": "Not applicable: there is nobody or nothing to count.",
    "c": "Hidden: it is of few people.",
    "low": "It rounds to zero but is not zero.",
    "u": "Too unsure to be given.",
}
NEEDED = {
    "attendance": "attendance marks or weekly counts",
    "attendance_mark": "attendance marks (weekly counts do not tell which session lacks one)",
    "school_day": "school days up to the last day delivered",
    "suspension": "suspensions (a file without rows is enough)",
    "behaviour_event": "behaviour events",
    "enrolment": "enrolments",
    "club_membership": "club memberships",
    "pupil_answer": "answers of pupils to a survey",
    "parent_answer": "answers of parents to a survey",
    "staff_answer": "answers of staff to a survey",
    "parent_event": "invitations to parents",
    "staff": "colleagues in post",
    "staff_absence": "absences of staff",
    "staff_contract": "contracts with their full-time equivalent",
    "staff_of_last_november": "colleagues in post last November, with those who left since",
    "trust_staff_ref": "a payroll or teacher reference number, which the trust knows colleagues by",
    "cpd_record": "records of training",
    "formative_result": "results of the year",
    "formative_standing": "results of the year on a scale that is described",
    "summative_standing": "results at the end of key stage 2 or 4",
    "half_term": "half-term dates",
    "phonics_year_before": "last year's phonics check",
    "progress8": "key stage 4 results, and the same pupils' key stage 2 results",
}
RESULT = "result_"


def why_no_value(connection: "duckdb.DuckDBPyConnection", figure: Figure) -> str | None:
    """Why a figure is null, in words; none where it has a value."""
    if figure.value is not None:
        return None
    first, last = figure.measure.get("valid_from"), figure.measure.get("valid_to")
    if (first and figure.period_end < first) or (last and figure.period_start > last):
        return f"Not applicable: the measure is defined {f'from {first}' if first else ''}{f' to {last}' if last else ''} only."
    words = NO_VALUE.get(figure.value_status, f"Its status is {figure.value_status}.")
    if figure.value_status != "x":
        return words
    needed = records(
        connection,
        "select evidence from ref.measure_evidence where measure_id = $measure order by all",
        {"measure": figure.measure_id},
    )
    return f"{words} It needs {', and '.join(_needed(row['evidence']) for row in needed)}, of {_year(figure.time_period)}."


def _needed(evidence: str) -> str:
    if evidence.startswith(RESULT):
        return f"results of {evidence.removeprefix(RESULT).replace('_', ' ')} of its own season, or DfE's file of them"
    return NEEDED.get(evidence, evidence.replace("_", " "))


def _year(time_period: int) -> str:
    return f"{time_period // 100}/{time_period % 100:02d}"


def checks_of(connection: "duckdb.DuckDBPyConnection", figure: Figure, academies: list[str]) -> list[dict[str, Any]]:
    """The last run's results of every check that touches the measure, failing ones first. The academy's own, and those of the trust."""
    rows = records(
        connection,
        """
        with last as (select run_id from dq.check_result order by checked_at desc, run_id desc limit 1)
        select results.* exclude (run_id)
        from dq.check_result as results
        semi join last using (run_id)
        where results.academy_id in (select unnest($academies))
        order by results.status <> 'fail', results.status <> 'not_run', results.check_id, results.academy_id
        """,
        {"academies": [*academies, TRUST]},
    )
    names = {"all", figure.measure_id, str(figure.measure["domain"])}
    return [row for row in rows if names & {each.strip() for each in str(row["measures_affected"]).split(",")}]


def caveat_of(connection: "duckdb.DuckDBPyConnection", figure: Figure) -> str | None:
    """What the scorecard says to whoever reads the figure, where it shows this one."""
    rows = records(
        connection,
        """
        select caveat from marts.scorecard
        where academy_id = $academy and measure_id = $measure and time_period = $year
            and $period_type = 'year_to_date' and $topic = 'all'
        """,
        {
            "academy": figure.academy_id,
            "measure": figure.measure_id,
            "year": figure.time_period,
            "period_type": figure.period_type,
            "topic": figure.breakdown_topic,
        },
    )
    return rows[0]["caveat"] if rows else None
