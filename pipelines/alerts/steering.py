"""A night's alerts: worked out on what is about to be published, written beside it, and kept once it is published.

Here: the order of things. Before the swap `steer` writes marts.alert into the candidate, from the alerts so far and what the rules find;
after it `keep` saves what the published file says. A run that is killed between the two is made good by the next: `steer` begins with what
the published file says. Not here: the rules, the life of an alert, how it is kept (store/alerts.py).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.steering_schema import ALERT, STEERING
from pipelines.alerts.evaluating import evaluate
from pipelines.alerts.life import Night, lived, over_since
from pipelines.alerts.nights import current_tonight, places
from pipelines.store.alert_records import OPEN, Alert
from pipelines.store.alerts import Alerts
from pipelines.store.home import Home
from pipelines.store.machine import Machine
from pipelines.store.records import RunRequest
from pipelines.store.rows import columns
from pipelines.trust import TrustConfig

SHOWN_DAYS = 400
CANDIDATE = "published"  # what dbt calls it too: views of the build name it so
_TYPES = {"value": pa.float64(), "limit": pa.float64(), "raised_on": pa.date32(), "last_seen_on": pa.date32(), "state_since": pa.date32()}
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in ALERT.column_names])


@dataclass(frozen=True)
class Steered:
    """What a night's steering came to: alerts that are open and new, who was current, and what could not be done."""

    day: date
    open_alerts: int
    raised: int
    resolved: int
    current: tuple[str, ...]
    faults: tuple[str, ...]


def prepare(home: Home) -> None:
    """Put the empty tables into the candidate: they are there whatever becomes of the night's steering."""
    with _candidate(home, is_written=True) as connection:
        for table in STEERING:
            connection.execute(f"create schema if not exists {CANDIDATE}.{table.schema}")
            for statement in table.ddl(CANDIDATE):
                connection.execute(statement)


def steer(home: Home, trust: TrustConfig, request: RunRequest) -> Steered:
    """Work out tonight's alerts and write marts.alert into the candidate.

    Raises duckdb.Error, ManifestError: the caller lets no night fail by it. A rule that cannot be run is among the faults.
    """
    keep_published(home)
    with Alerts(home.manifest) as kept:
        so_far, nights = kept.all(), kept.nights()
    with _candidate(home, is_written=False) as connection:
        connection.execute(f"use {CANDIDATE}")
        found = evaluate(connection, trust.alerts.rules, request.as_of, trust.privacy.suppress_below)
        stand = places(connection, request.as_of, nights)
    tonight = lived(found.findings, so_far, Night(request.as_of, stand, found.rules), trust.alerts.rules)
    with _candidate(home, is_written=True) as connection:
        write(connection, CANDIDATE, over_since(tonight, request.as_of - timedelta(days=SHOWN_DAYS)))
    before = {each.alert_id for each in so_far}
    return Steered(
        day=request.as_of,
        open_alerts=sum(each.state in OPEN for each in tonight),
        raised=sum(each.alert_id not in before for each in tonight),
        resolved=len(
            {each.alert_id for each in tonight if each.state == "resolved"} - {a.alert_id for a in so_far if a.state == "resolved"}
        ),
        current=tuple(current_tonight(stand, request.as_of)),
        faults=tuple(found.faults.values()),
    )


def keep(home: Home, steered: Steered) -> None:
    """After the swap: save what the published file says, and who was current tonight."""
    keep_published(home)
    with Alerts(home.manifest) as kept:
        kept.add_night(steered.day, steered.current, steered.day - timedelta(days=SHOWN_DAYS))


def keep_published(home: Home) -> None:
    """Save the alerts of the published file, as often as it is asked; nothing where none was published, or by a Matlas without alerts."""
    if not home.published_file.exists():
        return
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        alerts = published_alerts(connection)
    with Alerts(home.manifest) as kept:
        kept.save(alerts)


def published_alerts(connection: duckdb.DuckDBPyConnection) -> list[Alert]:
    """The alerts of an open published file; none where it has no such table."""
    there = "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = 'alert'"
    if not connection.execute(there).fetchone():
        return []
    names = columns(Alert)
    rows = connection.execute(f"select {_quoted(names)} from marts.alert order by raised_on, alert_id").fetchall()
    return [Alert(**dict(zip(names, row, strict=True))) for row in rows]


def write(connection: duckdb.DuckDBPyConnection, database: str, alerts: Iterable[Alert]) -> None:
    """Fill marts.alert of an attached database anew, oldest first."""
    rows = pa.Table.from_pylist([vars(each) for each in alerts], schema=_SCHEMA)
    connection.register("tonights_alerts", rows)
    connection.execute(f"delete from {database}.{ALERT.full_name}")
    connection.execute(f"insert into {database}.{ALERT.full_name} select {_quoted(ALERT.column_names)} from tonights_alerts")
    connection.unregister("tonights_alerts")


@contextmanager
def _candidate(home: Home, *, is_written: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """The candidate, attached to a database in memory; what was written is folded into its file."""
    with duckdb.connect(config=Machine.from_environment().settings(home)) as connection:
        how = "storage_version 'v1.0.0'" if is_written else "read_only"
        connection.execute(f"attach {_path(home.candidate)} as {CANDIDATE} ({how})")
        yield connection
        if is_written:
            connection.execute(f"checkpoint {CANDIDATE}")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _path(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"
