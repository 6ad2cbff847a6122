"""Is this candidate fit to be read? Every table there, every column explained, tables only, and the rows add up.

Here: what can be seen from the finished file alone, whoever built it. Not here: keys, joins and formulas (dbt tests) or an academy's data
(expectations); those have been judged before.
"""

from pathlib import Path

import duckdb

CONTRACT_TABLES = (
    "core.dim_academy",
    "core.dim_pupil",
    "core.dim_staff",
    "core.fct_assessment_result",
    "core.fct_attendance_session",
    "core.fct_attendance_week",
    "core.fct_behaviour_event",
    "core.fct_club_membership",
    "core.fct_cpd",
    "core.fct_enrolment",
    "core.fct_parent_event",
    "core.fct_staff_absence",
    "core.fct_staff_contract",
    "core.fct_survey_response",
    "core.fct_suspension",
    "dq.batch",
    "dq.check_decision",
    "dq.check_result",
    "dq.file",
    "dq.ledger",
    "dq.publication",
    "dq.rejected_row",
    "dq.work_list",
    "marts.alert",
    "marts.alignment_autonomy",
    "marts.alignment_autonomy_evidence",
    "marts.class_list",
    "marts.funnel",
    "marts.goal_year",
    "marts.governor_summary",
    "marts.intervention",
    "marts.learn_from",
    "marts.measure_value",
    "marts.pupil_summary",
    "marts.scorecard",
    "marts.similar_school",
    "marts.weekly_trend",
    "ref.attendance_code",
    "ref.benchmark",
    "ref.code_map",
    "ref.delegation",
    "ref.glossary",
    "ref.measure",
    "ref.scale",
    "ref.school",
)
PUBLISHED_SCHEMAS = ("core", "dq", "marts", "ref")
FACT_OF_ENTITY = {
    "attendance_mark": "core.fct_attendance_session",
    "attendance_week": "core.fct_attendance_week",
    "behaviour_event": "core.fct_behaviour_event",
    "club_membership": "core.fct_club_membership",
    "cpd_record": "core.fct_cpd",
    "parent_event": "core.fct_parent_event",
    "staff_absence": "core.fct_staff_absence",
    "staff_contract": "core.fct_staff_contract",
    "survey_response": "core.fct_survey_response",
    "suspension": "core.fct_suspension",
}
"""A fact table holds at most the rows that were accepted for its entity: a join that multiplies rows must never reach a reader."""


class CandidateRefusedError(Exception):
    """The candidate is not fit to be read; the message lists everything that is wrong with it."""

    def __init__(self, findings: list[str]) -> None:
        """Keep the findings, and say them all at once: a person should not have to run the night once per finding."""
        self.findings = findings
        listed = "\n".join(f"  - {finding}" for finding in findings)
        super().__init__(f"The new warehouse was not published; the last published file stands. What is wrong with the new one:\n{listed}")


def audit(candidate: Path) -> dict[str, int]:
    """Return the rows of each table of `candidate`; raise `CandidateRefusedError` when it is not fit to be published."""
    if not candidate.exists():
        raise CandidateRefusedError(["it was never built: no candidate file stands in the store"])
    try:
        connection = duckdb.connect(str(candidate), read_only=True)
    except duckdb.Error:
        raise CandidateRefusedError(["its file cannot be opened as a DuckDB database"]) from None
    with connection:
        rows = _rows_of_each_table(connection)
        findings = [*_missing(rows), *_misplaced(rows), *_views(connection), *_unexplained(connection)]
        if not findings:
            findings = [*_not_conserved(connection), *_multiplied(connection), *_lost_pupils(rows, connection)]
    if findings:
        raise CandidateRefusedError(findings)
    return rows


def _rows_of_each_table(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = connection.execute("select schema_name, table_name from duckdb_tables() where not internal order by all").fetchall()
    counts = {}
    for schema, table in tables:
        counted = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchone()
        counts[f"{schema}.{table}"] = int(counted[0]) if counted else 0
    return counts


def _missing(rows: dict[str, int]) -> list[str]:
    return [f"table {table} is missing" for table in CONTRACT_TABLES if table not in rows]


def _misplaced(rows: dict[str, int]) -> list[str]:
    return [f"table {table} is in a schema that is not published" for table in rows if table.split(".")[0] not in PUBLISHED_SCHEMAS]


def _views(connection: duckdb.DuckDBPyConnection) -> list[str]:
    views = connection.execute("select schema_name, view_name from duckdb_views() where not internal order by all").fetchall()
    return [f"{schema}.{view} is a view; readers get tables only" for schema, view in views]


def _unexplained(connection: duckdb.DuckDBPyConnection) -> list[str]:
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where not internal and coalesce(trim(comment), '') = '' order by all"
    ).fetchall()
    columns = connection.execute(
        """
        select schema_name, table_name, string_agg(column_name, ', ' order by column_index)
        from duckdb_columns()
        where not internal and coalesce(trim(comment), '') = ''
        group by all
        order by all
        """
    ).fetchall()
    return [
        *(f"table {schema}.{table} has no comment" for schema, table in tables),
        *(f"table {schema}.{table} has columns without a comment: {names}" for schema, table, names in columns),
    ]


def _not_conserved(connection: duckdb.DuckDBPyConnection) -> list[str]:
    batches = connection.execute(
        "select batch_id, entity from dq.batch where rows_read <> rows_accepted + rows_rejected + rows_duplicate order by all limit 5"
    ).fetchall()
    return [f"batch {batch} ({entity}): rows read are not the rows accepted, rejected and duplicate together" for batch, entity in batches]


def _multiplied(connection: duckdb.DuckDBPyConnection) -> list[str]:
    findings = []
    for entity, table in FACT_OF_ENTITY.items():
        academies = connection.execute(
            f"""
            with
                accepted as (
                    select academy_id, sum(rows_accepted) as accepted
                    from dq.batch
                    where entity = $entity and status in ('accepted', 'superseded')
                    group by all
                ),
                published as (select academy_id, count(*) as published from {table} group by all)
            select academy_id, published, coalesce(accepted, 0)
            from published
            left join accepted using (academy_id)
            where published > coalesce(accepted, 0)
            order by all
            """,
            {"entity": entity},
        ).fetchall()
        findings += [f"{table} has {has:,} rows of {academy}, which delivered {gave:,}" for academy, has, gave in academies]
    return findings


def _lost_pupils(rows: dict[str, int], connection: duckdb.DuckDBPyConnection) -> list[str]:
    accepted = connection.execute(
        "select coalesce(sum(rows_accepted), 0) from dq.batch where entity = 'pupil' and status = 'accepted'"
    ).fetchone()
    if accepted and accepted[0] > 0 and rows["core.dim_pupil"] == 0:
        return ["core.dim_pupil is empty though pupils were delivered and accepted"]
    return []
