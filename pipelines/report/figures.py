"""What the report is made of, read from the published warehouse: results, work, decisions, deliveries, history.

Here: the queries, and a row type for each. Not here: what is made of them (page.py). No query reads a pupil's number, a subject or, but for
the checks of `TELLING`, the words of a finding: those may hold what an academy delivered, and this file is passed on.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

SHOWN_RUNS = 30
SHOWN_LINES = 10
"""Of one check at one academy; the report says how to see the others."""

TELLING = (
    "all_present",
    "characteristics_backfilled",
    "domain_dominates",
    "domain_missing",
    "group_hidden",
    "leavers_not_delivered",
    "stage_missing",
    "stale_academy",
    "valued_not_only_easy",
)
"""Checks whose findings name weeks, groups, domains and stages in our own words, so that a line of them may be shown as it is."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Academy:
    """An academy as the warehouse knows it."""

    academy_id: str
    name: str
    phase: str
    mis: str
    left_on: date | None
    last_good_load_at: datetime | None
    last_delivered_on: date | None
    is_stale: bool


@dataclass(frozen=True)
class Result:
    """One check of the last run for one academy; `since` and `runs` tell how long a failure has lasted without a break."""

    academy_id: str
    check_id: str
    principle: str
    severity: str
    status: str
    reason: str | None
    checked: int
    failed: int
    measures_affected: str
    accepted_until: date | None
    since: date | None
    runs: int | None


@dataclass(frozen=True)
class Work:
    """What of one status stands on the work list for one check of one academy: counts, no row of it."""

    academy_id: str
    check_id: str
    status: str
    things: int
    pupils: int
    failed: int
    age_days: int
    is_capped: bool


@dataclass(frozen=True)
class Line:
    """One finding in our own words, of a check whose words hold nothing that was delivered."""

    academy_id: str
    check_id: str
    what: str
    age_days: int


@dataclass(frozen=True)
class Decision:
    """A failure that somebody lives with until a day. Why they do stands in dq.check_decision: it is free text."""

    academy_id: str
    check_id: str
    accepted_by: str
    accepted_until: date


@dataclass(frozen=True)
class Waiting:
    """A delivery that waits: held, or rejected."""

    academy_id: str
    batch_id: str
    table_name: str
    effective_date: date
    status: str
    reason: str | None


@dataclass(frozen=True)
class RunCount:
    """How many checks of a principle failed at an academy in one of the last runs (1 is the latest), were accepted, could not be run."""

    run: int
    checked_at: datetime
    academy_id: str
    principle: str
    failed: int
    accepted: int
    not_run: int


@dataclass(frozen=True)
class Figures:
    """Everything that the report is made of."""

    run_id: str
    checked_at: datetime | None
    counted_to: date | None
    academies: list[Academy]
    results: list[Result]
    work: list[Work]
    lines: list[Line]
    decisions: list[Decision]
    waiting: list[Waiting]
    history: list[RunCount]
    measures: dict[str, str]


def read_figures(published_database: Path) -> Figures:
    """Read a published warehouse."""
    with duckdb.connect(str(published_database), read_only=True) as connection:
        last = connection.execute(_LAST_RUN).fetchone() or ("", None)
        counted = connection.execute("select max(counted_to) from core.dim_period").fetchone()
        return Figures(
            run_id=last[0],
            checked_at=last[1],
            counted_to=counted[0] if counted else None,
            academies=_rows(connection, _ACADEMIES, Academy),
            results=_rows(connection, _RESULTS, Result),
            work=_rows(connection, _WORK, Work),
            lines=_rows(connection, _LINES, Line),
            decisions=_rows(connection, _DECISIONS, Decision),
            waiting=_rows(connection, _WAITING, Waiting),
            history=_rows(connection, _HISTORY, RunCount),
            measures=dict(connection.execute("select measure_id, measure_name from ref.measure").fetchall()),
        )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, kind: type[Row]) -> list[Row]:
    """The rows of a query whose columns stand in the order of the fields of `kind`."""
    rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return [kind(*row) for row in rows]


_LAST_RUN = "select run_id, checked_at from dq.check_result order by checked_at desc, run_id desc limit 1"

_ACADEMIES = """
    select academy_id, academy_name, phase, mis, left_on, last_good_load_at, last_delivered_on, is_stale
    from core.dim_academy
    order by academy_name, academy_id
"""

# A night on which a check could not be run neither proves a failure nor ends it.
_RESULTS = f"""
    with
    last_run as ({_LAST_RUN}),
    ended as (
        select academy_id, check_id, max(checked_at) as ended_at
        from dq.check_result
        where status in ('pass', 'not_applicable')
        group by all
    ),
    lasting as (
        select
            results.academy_id,
            results.check_id,
            cast(min(results.checked_at) as date) as since,
            count(*) as runs,
        from dq.check_result as results
        left join ended using (academy_id, check_id)
        where results.status = 'fail' and (ended.ended_at is null or results.checked_at > ended.ended_at)
        group by all
    )
    select
        results.academy_id,
        results.check_id,
        results.principle,
        results.severity,
        results.status,
        results.reason,
        results.checked,
        results.failed,
        results.measures_affected,
        results.accepted_until,
        lasting.since,
        lasting.runs,
    from dq.check_result as results
    inner join last_run using (run_id)
    left join lasting
        on results.academy_id = lasting.academy_id
        and results.check_id = lasting.check_id
        and results.status = 'fail'
    order by results.academy_id, results.check_id
"""

_WORK = """
    select
        academy_id,
        check_id,
        status,
        count(*) filter (where subject <> 'the rest') as things,
        count(distinct source_pupil_id) as pupils,
        cast(sum(failed) as bigint) as failed,
        max(age_days) as age_days,
        bool_or(subject = 'the rest') as is_capped,
    from dq.work_list
    group by all
    order by all
"""

_LINES = f"""
    with
    placed as (
        select
            academy_id,
            check_id,
            what,
            age_days,
            position,
            row_number() over (partition by academy_id, check_id order by position) as place,
        from dq.work_list
        where check_id in {TELLING} and source_pupil_id is null and status <> 'gone'
    )
    select academy_id, check_id, what, age_days
    from placed
    where place <= {SHOWN_LINES}
    order by academy_id, position
"""

_DECISIONS = """
    select academy_id, check_id, accepted_by, accepted_until
    from dq.check_decision
    where is_current
    order by all
"""

_WAITING = """
    select distinct academy_id, batch_id, table_name, effective_date, status, reason
    from dq.batch
    where status in ('held', 'rejected')
    order by academy_id, status, table_name, effective_date, batch_id
"""

_HISTORY = f"""
    with
    runs as (
        select run_id, max(checked_at) as checked_at
        from dq.check_result
        group by all
        order by checked_at desc, run_id desc
        limit {SHOWN_RUNS}
    ),
    numbered as (
        select run_id, checked_at, row_number() over (order by checked_at desc, run_id desc) as run
        from runs
    )
    select
        numbered.run,
        numbered.checked_at,
        results.academy_id,
        results.principle,
        count(*) filter (where results.status = 'fail') as failed,
        count(*) filter (where results.status = 'fail' and results.accepted_until is not null) as accepted,
        count(*) filter (where results.status = 'not_run') as not_run,
    from dq.check_result as results
    inner join numbered using (run_id)
    group by all
    order by numbered.run, results.academy_id, results.principle
"""
