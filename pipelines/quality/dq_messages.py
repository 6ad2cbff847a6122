"""dq.message: what readers of alerts were sent, and what waits for its channel.

Here: laying the outbox out as rows. Not here: the messages and their words (store/outbox.py): no text and no address is published.
"""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.dq_schema import MESSAGE
from pipelines.store.outbox import Message, Outbox

_SCHEMA = pa.schema(
    [
        ("reader", pa.string()),
        ("message_number", pa.int64()),
        ("day", pa.date32()),
        ("alerts", pa.int64()),
        ("state", pa.string()),
        ("tries", pa.int64()),
        ("last_tried_at", pa.timestamp("us")),
        ("sent_at", pa.timestamp("us")),
        ("failure", pa.string()),
    ]
)


def fill_messages(connection: duckdb.DuckDBPyConnection, manifest: Path, as_at: datetime | None) -> None:
    """Fill dq.message, oldest first. A run that looks back told nobody: its table is empty."""
    with Outbox(manifest) as outbox:
        rows = [_row(each) for each in outbox.messages()] if as_at is None else []
    connection.register("laid_out", pa.Table.from_pylist(rows, schema=_SCHEMA))
    connection.execute(f"insert into dq.{MESSAGE.name} select {', '.join(MESSAGE.column_names)} from laid_out")
    connection.unregister("laid_out")


def _row(message: Message) -> dict[str, object]:
    return {
        "reader": message.reader,
        "message_number": message.number,
        "day": message.day,
        "alerts": message.alerts,
        "state": message.state,
        "tries": message.tries,
        "last_tried_at": _utc(message.last_tried_at),
        "sent_at": _utc(message.sent_at),
        "failure": message.failure,
    }


def _utc(moment: datetime | None) -> datetime | None:
    """Published timestamps carry no zone: they are UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
