"""dq.check_result and dq.work_list: what tonight's checks came to, beside what earlier runs left.

Here: the results with their history, and the work list with its dates. Not here: how a result is reached (built.py). A run as at an
earlier moment is no part of the history: it neither reads it nor adds to it. An accepted failure fails, and stays on the list; only its
status there says that somebody knows.
"""

from datetime import UTC
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.catalogue import CHECKS
from expectations.dq_schema import CHECK_RESULT, WORK_LIST, Table
from pipelines.quality.summary import CheckResult
from pipelines.quality.workspace import quoted
from pipelines.store.records import RunRequest

KEPT_RUNS = 400
SHOWN_ROWS = 1000  # of one check and academy; one more row says how many there are besides
GONE_DAYS = 14

_CHECK_SCHEMA = pa.schema([("check_id", pa.string()), ("severity", pa.string()), ("severity_rank", pa.int32()), ("how", pa.string())])


def attach_history(connection: duckdb.DuckDBPyConnection, published: Path, request: RunRequest) -> None:
    """Lay the last published check_result and work_list out as tables of the schema `last`: empty if there are none that can be read."""
    connection.execute("create schema last")
    tables = (CHECK_RESULT, WORK_LIST)
    for table in tables:
        connection.execute(f"create table last.{table.name} as select * from dq.{table.name}")
    if request.as_at is not None or not published.is_file():
        return
    try:
        connection.execute(f"attach {quoted(published)} as published_last (read_only)")
    except duckdb.Error:  # a file of another storage version: the history begins again
        return
    try:
        for table in tables:
            _copy(connection, table)
    finally:
        connection.execute("detach published_last")


def _copy(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Copy what an earlier night wrote; a column that its Matlas did not have yet stays empty."""
    found = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'published_last' and schema_name = 'dq' and table_name = $1",
        [table.name],
    ).fetchall()
    both = [name for name in table.column_names if (name,) in found]
    try:
        connection.execute(f"insert into last.{table.name} by name select {', '.join(both)} from published_last.dq.{table.name}")
    except duckdb.Error:  # written by a Matlas whose columns were of other kinds, or all of other names: its history begins again
        connection.execute(f"delete from last.{table.name}")


def fill_results(connection: duckdb.DuckDBPyConnection, request: RunRequest, results: list[CheckResult]) -> None:
    """Fill dq.check_result with tonight's results after those of the last runs."""
    connection.execute(
        f"""
        insert into dq.check_result
        with
        runs as (
            select run_id, max(checked_at) as checked_at
            from last.check_result
            where run_id <> $1
            group by all
            order by checked_at desc, run_id desc
            limit {KEPT_RUNS - 1}
        )
        select results.* from last.check_result as results semi join runs using (run_id)
        order by results.checked_at, results.run_id, results.academy_id, results.check_id
        """,
        [request.run_id],
    )
    moment = request.started_at.astimezone(UTC).replace(tzinfo=None)
    rows = [
        {
            "run_id": request.run_id,
            "academy_id": each.academy_id,
            "check_id": each.check_id,
            "principle": each.principle,
            "severity": each.severity.value,
            "status": each.status,
            "reason": each.reason,
            "checked": each.checked,
            "failed": each.failed,
            "measures_affected": each.measures_affected,
            "checked_at": moment,
            "accepted_until": each.accepted_until,
        }
        for each in results
    ]
    if rows:
        tonight = pa.table({name: [row[name] for row in rows] for name in CHECK_RESULT.column_names})
        connection.register("tonight_results", tonight)
        connection.execute(f"insert into dq.check_result select {', '.join(CHECK_RESULT.column_names)} from tonight_results")
        connection.unregister("tonight_results")


def fill_work_list(connection: duckdb.DuckDBPyConnection, request: RunRequest, findings: str) -> int:
    """Fill dq.work_list from the failing things of tonight's failed checks, and return how many things are open.

    What an earlier list had and tonight's checks no longer find is *gone*, and shown for two weeks; what a check could not judge stays as
    it was. What a person has accepted is *accepted* until the decision's last day, then open again: since the day it always was.
    """
    checks = pa.Table.from_pylist(
        [{"check_id": each.id, "severity": each.severity.value, "severity_rank": each.severity.rank, "how": each.how} for each in CHECKS],
        schema=_CHECK_SCHEMA,
    )
    connection.register("checks", checks)
    today = request.started_at.astimezone(UTC).date()
    connection.execute(_WORK.replace("{findings}", findings), {"run_id": request.run_id, "today": today})
    connection.execute(_LIST, {"today": today})
    connection.unregister("checks")
    row = connection.execute("select count(*) from work where status = 'open'").fetchone()
    return int(row[0]) if row else 0


_WORK = f"""
    create temp table work as
    with
    result as (
        select check_result.academy_id, check_result.check_id, check_result.status, decision.check_id is not null as is_accepted
        from dq.check_result as check_result
        left join dq.check_decision as decision
            on check_result.check_id = decision.check_id and check_result.academy_id = decision.academy_id and decision.is_current
        where check_result.run_id = $run_id
    ),
    found as (
        select
            failing.academy_id,
            failing.check_id,
            failing.source_pupil_id,
            failing.subject,
            any_value(failing.what) as what,
            sum(failing.failed) as failed,
        from {{findings}}.main.failing as failing
        inner join result using (academy_id, check_id)
        where result.status = 'fail'
        group by failing.academy_id, failing.check_id, failing.source_pupil_id, failing.subject
    ),
    known as (
        select
            found.*,
            coalesce(min(last.since), $today) as since,
            case when result.is_accepted then 'accepted' else 'open' end as status,
            cast(null as date) as gone_on,
        from found
        inner join result using (academy_id, check_id)
        left join last.work_list as last
            on found.academy_id = last.academy_id
            and found.check_id = last.check_id
            and found.source_pupil_id is not distinct from last.source_pupil_id
            and found.subject = last.subject
            and last.status <> 'gone'
        group by all
    ),
    unfound as (
        select
            last.*,
            result.status = 'not_run' as is_unjudged,
            case when last.status = 'gone' then 'gone' when result.is_accepted then 'accepted' else 'open' end as status_kept,
        from last.work_list as last
        inner join result using (academy_id, check_id)
        anti join found
            on found.academy_id = last.academy_id
            and found.check_id = last.check_id
            and found.source_pupil_id is not distinct from last.source_pupil_id
            and found.subject = last.subject
        where last.subject <> 'the rest'
    ),
    earlier as (
        select
            academy_id,
            check_id,
            source_pupil_id,
            subject,
            what,
            failed,
            since,
            case when is_unjudged then status_kept else 'gone' end as status,
            case when is_unjudged then gone_on else coalesce(gone_on, $today) end as gone_on,
        from unfound
        where coalesce(gone_on, $today) > $today - {GONE_DAYS}
    )
    select * from known
    union all by name
    select * from earlier
"""

_LIST = f"""
    insert into dq.work_list
    with
    placed as (
        select
            work.*,
            row_number() over (
                partition by academy_id, check_id, status order by failed desc, source_pupil_id nulls first, subject
            ) as place,
        from work
    ),
    shown as (
        select * exclude (place) from placed where place <= {SHOWN_ROWS}
        union all by name
        select
            placed.academy_id,
            placed.check_id,
            cast(null as text) as source_pupil_id,
            'the rest' as subject,
            'and ' || count(*) || ' more of the same' as what,
            sum(placed.failed) as failed,
            coalesce(min(before.since), min(placed.since)) as since,
            placed.status,
            max(placed.gone_on) as gone_on,
        from placed
        left join last.work_list as before
            on placed.academy_id = before.academy_id
            and placed.check_id = before.check_id
            and (placed.status = 'gone') = (before.status = 'gone')
            and before.subject = 'the rest'
        where place > {SHOWN_ROWS}
        group by placed.academy_id, placed.check_id, placed.status
    ),
    ordered as (
        select
            shown.academy_id,
            row_number() over (
                partition by shown.academy_id
                order by
                    shown.status = 'gone',
                    shown.status = 'accepted',
                    checks.severity_rank,
                    shown.check_id,
                    shown.subject = 'the rest',
                    shown.failed desc,
                    shown.source_pupil_id nulls first,
                    shown.subject
            ) as position,
            shown.check_id,
            checks.severity,
            shown.source_pupil_id,
            shown.subject,
            shown.what,
            checks.how,
            shown.failed,
            shown.since,
            shown.status,
            shown.gone_on,
            cast($today - shown.since as integer) as age_days,
        from shown
        inner join checks using (check_id)
    )
    select * from ordered order by academy_id, position
"""
