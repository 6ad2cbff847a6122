"""A candidate warehouse made by hand: every table of the contract, a row or two, everything commented."""

from pathlib import Path

import duckdb

from pipelines.publish.audit import CONTRACT_TABLES

COLUMNS = {
    "dq.batch": "batch_id string, academy_id string, entity string, status string, "
    "rows_read int, rows_accepted int, rows_rejected int, rows_duplicate int",
    "core.dim_academy": "academy_id string",
    "core.dim_pupil": "pupil_key string",
    "core.fct_attendance_session": "academy_id string, mark_code string",
    "core.fct_attendance_week": "academy_id string",
    "core.fct_behaviour_event": "academy_id string",
    "core.fct_club_membership": "academy_id string",
    "core.fct_cpd": "academy_id string",
    "core.fct_parent_event": "academy_id string",
    "core.fct_staff_absence": "academy_id string",
    "core.fct_staff_contract": "academy_id string",
    "core.fct_survey_response": "academy_id string",
    "core.fct_suspension": "academy_id string",
}


def make_candidate(path: Path, pupils: int = 2, marks: int = 3) -> Path:
    """Write a candidate that passes the audit: `pupils` pupils and `marks` marks of the academy ashby."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        for schema in ("core", "dq", "marts", "ref"):
            connection.execute(f"create schema {schema}")
        for table in CONTRACT_TABLES:
            columns = COLUMNS.get(table, "a string")
            connection.execute(f"create table {table} ({columns})")
            connection.execute(f"comment on table {table} is 'what one row is'")
            for column in columns.split(", "):
                connection.execute(f"comment on column {table}.{column.split()[0]} is 'what it means'")
        connection.execute("insert into core.dim_academy values ('ashby')")
        connection.execute("insert into core.dim_pupil select range::string from range(?)", [pupils])
        connection.execute("insert into core.fct_attendance_session select 'ashby', '/' from range(?)", [marks])
        connection.execute("insert into dq.batch values ('b1', 'ashby', 'pupil', 'accepted', ?, ?, 0, 0)", [pupils, pupils])
        connection.execute("insert into dq.batch values ('b2', 'ashby', 'attendance_mark', 'accepted', ?, ?, 1, 1)", [marks + 2, marks])
    return path
