"""dq.check_decision: which failures somebody has decided to live with, who, why, and until when.

Here: laying the acceptances out as rows. Not here: which of them hold (decisions.py) and what follows from it (dq_results.py).
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from expectations.dq_schema import CHECK_DECISION
from pipelines.quality.decisions import Acceptance

_SCHEMA = pa.schema(
    [
        ("check_id", pa.string()),
        ("academy_id", pa.string()),
        ("accepted_by", pa.string()),
        ("accepted_why", pa.string()),
        ("accepted_until", pa.date32()),
        ("accepted_at", pa.timestamp("us")),
        ("is_current", pa.bool_()),
        ("reopened_by", pa.string()),
        ("reopened_why", pa.string()),
        ("reopened_at", pa.timestamp("us")),
    ]
)


def decision_row(acceptance: Acceptance) -> dict[str, Any]:
    """Return an acceptance under the names of dq.check_decision."""
    accepted, reopened = acceptance.accepted, acceptance.reopened
    return {
        "check_id": accepted.check_id,
        "academy_id": accepted.academy_id,
        "accepted_by": accepted.decided_by,
        "accepted_why": accepted.why,
        "accepted_until": acceptance.until,
        "accepted_at": _utc(accepted.decided_at),
        "is_current": acceptance.is_current,
        "reopened_by": reopened.decided_by if reopened else None,
        "reopened_why": reopened.why if reopened else None,
        "reopened_at": _utc(reopened.decided_at) if reopened else None,
    }


def fill_decisions(connection: duckdb.DuckDBPyConnection, accepted: Iterable[Acceptance]) -> None:
    """Fill dq.check_decision, oldest first."""
    laid_out = pa.Table.from_pylist([decision_row(each) for each in accepted], schema=_SCHEMA)
    connection.register("laid_out", laid_out)
    names = ", ".join(CHECK_DECISION.column_names)
    connection.execute(f"insert into dq.{CHECK_DECISION.name} select {names} from laid_out")
    connection.unregister("laid_out")


def _utc(moment: datetime) -> datetime:
    """Published timestamps carry no zone: they are UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)
