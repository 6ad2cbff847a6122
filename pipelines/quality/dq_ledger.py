"""dq.ledger: every decision, as readers of the trust's file have it.

Here: laying the entries out as rows. Not here: the ledger itself (store/ledger.py). What is published is a copy that leaves the machine's
store: an entry that was seen here and is gone there is found by `matlas audit`.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.dq_schema import LEDGER
from pipelines.store.ledger import Ledger, Written
from pipelines.store.rows import stored

_SCHEMA = pa.schema(
    [("seq", pa.int64()), ("decided_at", pa.timestamp("us")), ("written_at", pa.timestamp("us"))]
    + [(name, pa.string()) for name in ("kind", "subject", "academy_id", "who", "why", "detail", "why_hash", "previous", "hash")]
)


def fill_ledger(connection: duckdb.DuckDBPyConnection, manifest: Path, as_at: datetime | None) -> None:
    """Fill dq.ledger, oldest first: what had been written by the moment that a run looks back to, or all of it."""
    with Ledger(manifest) as ledger:
        rows = [_row(each) for each in ledger.entries() if as_at is None or each.written_at <= as_at]
    connection.register("laid_out", pa.Table.from_pylist(rows, schema=_SCHEMA))
    connection.execute(f"insert into dq.{LEDGER.name} select {', '.join(LEDGER.column_names)} from laid_out order by seq")
    connection.unregister("laid_out")


def _row(entry: Written) -> dict[str, object]:
    moments = {name: getattr(entry, name).astimezone(UTC).replace(tzinfo=None) for name in ("decided_at", "written_at")}
    return {name: getattr(entry, name) for name in LEDGER.column_names} | moments | {"detail": json.dumps(entry.detail, default=stored)}
