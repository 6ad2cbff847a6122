"""What an academy's system writes: rows of the contract as files, in the canonical shape and in Arbor's.

Here: columns and file names. Not here: what the rows say (life.py), or which academy delivers when (happenings.py).
"""

import csv
import datetime as dt
import gzip
import io
from collections.abc import Callable

from tests.helpers.life import ARBOR, BY_THE_WEEK, Life, Row

SNAPSHOTS = ("pupil", "enrolment", "staff", "staff_contract")
DATED = (
    "assessment_result", "behaviour_event", "suspension", "club_membership", "survey_response", "parent_event", "staff_absence",
    "cpd_record", "calendar_day",
)  # fmt: skip
DATE_OF = {"attendance_mark": "session_date", "attendance_week": "week_start_date"}

# Arbor's tables of an entity: the view, its columns, and what the contract calls them.
ARBOR_TABLES: dict[str, dict[str, dict[str, str]]] = {
    "pupil": {
        "STUDENTS": {
            "STUDENT_ID": "source_pupil_id",
            "UPN": "upn",
            "DATE_OF_BIRTH": "date_of_birth",
            "SEX": "sex",
            "ETHNICITY": "ethnicity_code",
            "NATIVE_LANGUAGE_CODES": "first_language_code",
            "CURRENT_YEAR_GROUP": "nc_year",
            "CURRENT_SEN_STATUS": "sen_provision_code",
            "FSM": "is_fsm",
        }
    },
    "enrolment": {"STUDENT_SCHOOL_ENROLMENTS": {"STUDENT_ID": "source_pupil_id", "START_DATE": "entry_date", "END_DATE": "leaving_date"}},
    "attendance_mark": {
        "ROLL_CALL_ATTENDANCE": {
            "STUDENT_ID": "source_pupil_id",
            "DATE": "session_date",
            "PERIOD": "session",
            "MARK_CODE": "mark_code",
            "MINUTES_LATE": "minutes_late",
        }
    },
    "behaviour_event": {
        "BEHAVIOURAL_INCIDENTS": {
            "BEHAVIOURAL_INCIDENT_ID": "source_event_id",
            "BEHAVIOUR_NAME": "behaviour_type",
            "INCIDENT_DATE": "event_date",
        },
        "BEHAVIOURAL_INCIDENT_STUDENT_INVOLVEMENTS": {
            "BEHAVIOURAL_INCIDENT_ID": "source_event_id",
            "STUDENT_ID": "source_pupil_id",
            "SEVERITY": "points",
        },
    },
}
KEYS = {
    "attendance_mark": ("source_pupil_id", "session_date", "session"),
    "attendance_week": ("source_pupil_id", "week_start_date", "mark_code"),
}


def files(life: Life, academy: str, entity: str, day: dt.date, keep: Callable[[Row], bool] = lambda row: True) -> dict[str, bytes]:
    """The files of an academy's export of an entity on a day, with the rows that `keep` picks; none where there is nothing to say."""
    rows = [row for row in life.rows(academy, entity, day) if keep(row)]
    if not rows:
        return {}
    if academy == ARBOR and entity in ARBOR_TABLES:
        tables = ARBOR_TABLES[entity]
        return {f"{table}_{day}.csv.gz": gzip.compress(_csv(rows, columns), mtime=0) for table, columns in tables.items()}
    columns = {name: name for row in rows for name in row}
    return {f"matlas_{entity}_{day}.csv": _csv(rows, columns)}


def whole_export(life: Life, academy: str, day: dt.date) -> dict[str, bytes]:
    """Everything that the academy knows of the year up to a day."""
    entities = (*SNAPSHOTS, *DATED, *attendance(academy, day))
    return {name: text for entity in entities for name, text in files(life, academy, entity, day).items()} if life.of(academy) else {}


def attendance(academy: str, day: dt.date) -> tuple[str, ...]:
    """What the academy delivers of its registers: one counts by the week, and from January 2026 has marks as well."""
    if academy == BY_THE_WEEK:
        return ("attendance_week",) if day < dt.date(2026, 1, 1) else ("attendance_week", "attendance_mark")
    return ("attendance_mark",)


def _csv(rows: list[Row], columns: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    written = {tuple("" if row.get(name) is None else str(row.get(name)) for name in columns.values()): None for row in rows}
    writer.writerows(written)
    return text.getvalue().encode()
