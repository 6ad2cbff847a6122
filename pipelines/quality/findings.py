"""Run the checks' SQL and keep what it finds: how many were judged, how many failed, and which.

Here: the two tables of findings, and filling them. Not here: the checks (expectations/), the verdict on a finding (gx.py) and where the
tables that a check reads come from (landing.py, built.py). `finding` holds counts only; `failing` holds MIS ids and code values and never
leaves the store but as dq.work_list.
"""

import logging
from collections.abc import Iterable, Sequence

import duckdb

from expectations.check import Check
from expectations.shared import SHARED

_log = logging.getLogger(__name__)

FINDING_COLUMNS = "finding text, check_id text, entity text, {key} text, checked bigint, failed bigint, failed_pct double"
RAN_COLUMNS = "check_id text, entity text, has_run boolean"
FAILING_COLUMNS = "check_id text, entity text, {key} text, source_pupil_id text, subject text, what text, failed bigint"
BUILT = "built"  # what stands for the entity where a check judges built tables


class Findings:
    """The findings in one attached database; `key` is what they are about, `batch_id` or `academy_id`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: str, key: str) -> None:
        self._connection = connection
        self._database = database
        self._key = key
        self._shared: set[str] = set()
        for table, columns in (("finding", FINDING_COLUMNS), ("failing", FAILING_COLUMNS), ("ran", RAN_COLUMNS)):
            connection.execute(f"create table if not exists {database}.main.{table} ({columns.format(key=key)})")

    def clear(self, entities: Iterable[str]) -> None:
        """Forget what was found about these entities."""
        for table in ("finding", "failing", "ran"):
            self._connection.execute(f"delete from {self._database}.main.{table} where entity in (select unnest(?))", [list(entities)])

    def add(self, check: Check, entity: str = BUILT) -> None:
        """Run a check and keep what it finds, and whether it could be run: without a finding it is never a pass.

        DuckDB's messages may print a value, so nothing of them is passed on.
        """
        batch = f"(select * from tonight.pupil_in where entity = '{entity}')"
        checked, failing = (each.replace("{batch}", batch).replace("{entity}", entity) for each in (check.checked, check.sql))
        try:
            self._share(checked + failing)
            self._keep(check, entity, checked, failing)
        except duckdb.Error as error:
            _log.warning(
                "The check %s about %s could not be run (%s): its SQL does not fit the tables.", check.id, entity, type(error).__name__
            )
            self._note(check, entity, has_run=False)
        else:
            self._note(check, entity, has_run=True)

    def _share(self, sql: str) -> None:
        """Make the shared tables that this SQL is the first to name."""
        for name in SHARED:
            if f"shared.{name}" in sql and name not in self._shared:
                self._connection.execute("create schema if not exists shared")
                self._connection.execute(f"create or replace table shared.{name} as {SHARED[name]}")
                self._shared.add(name)

    def _keep(self, check: Check, entity: str, checked: str, failing: str) -> None:
        """Keep what a check finds, all of it or nothing."""
        self._connection.execute("begin")
        try:
            self._add_failing(check, entity, failing)
            self._add_finding(check, entity, checked)
        except duckdb.Error:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def add_landed(self, check: Check, landing: str) -> None:
        """Sum up by academy what the landing suites found in the batches that stand or wait."""
        condition = f"check_id = '{check.id}'"
        has_run = self._connection.execute(f"select bool_and(has_run) from {landing}.main.ran where {condition}").fetchone()
        self._note(check, BUILT, has_run=bool(has_run and has_run[0]))
        batches = "dq.batch as batch using (batch_id, entity) where batch.status in ('accepted', 'held')"
        self._connection.execute(
            f"""
            insert into {self._database}.main.failing
            select check_id, '{BUILT}', academy_id, source_pupil_id, subject, what, sum(failed)
            from {landing}.main.failing inner join {batches} and {condition}
            group by all
            """
        )
        self._connection.execute(
            f"""
            insert into {self._database}.main.finding
            select '{finding_name(check)}', check_id, '{BUILT}', academy_id, sum(checked), sum(failed), 100.0 * sum(failed) / sum(checked)
            from {landing}.main.finding inner join {batches} and {condition}
            group by all
            """
        )

    def not_run(self, check: Check) -> None:
        """Note that a check could not be run."""
        self._note(check, BUILT, has_run=False)

    def _note(self, check: Check, entity: str, *, has_run: bool) -> None:
        self._connection.execute(f"insert into {self._database}.main.ran values (?, ?, ?)", [check.id, entity, has_run])

    def _add_failing(self, check: Check, entity: str, sql: str) -> None:
        self._connection.execute(
            f"""
            insert into {self._database}.main.failing
            select '{check.id}', '{entity}', {self._key}, source_pupil_id, subject, what, failed
            from ({sql}) as found
            where failed > 0
            """
        )

    def _add_finding(self, check: Check, entity: str, sql: str) -> None:
        """Count by key. Where something failed and nothing was judged, the check is wrong about one of them: what failed was judged."""
        self._connection.execute(
            f"""
            insert into {self._database}.main.finding
            with
            judged as (select {self._key}, sum(checked) as checked from ({sql}) as found group by all),
            broken as (
                select {self._key}, sum(failed) as failed
                from {self._database}.main.failing
                where check_id = '{check.id}' and entity = '{entity}'
                group by all
            ),
            counted as (
                select {self._key}, greatest(coalesce(checked, 0), coalesce(failed, 0)) as checked, coalesce(failed, 0) as failed
                from judged
                full join broken using ({self._key})
            )
            select '{finding_name(check, entity)}', '{check.id}', '{entity}', {self._key}, checked, failed, 100.0 * failed / checked
            from counted
            where checked > 0
            """
        )


def finding_name(check: Check, entity: str = BUILT) -> str:
    """Return what the findings of a check about an entity are called."""
    return f"{check.id}/{entity}"


def of_entity(checks: Sequence[Check], entity: str) -> list[Check]:
    """Return the checks that judge an entity."""
    return [each for each in checks if entity in each.entities]
