"""dq.batch, dq.file and dq.rejected_row: what the manifest and the raw layer say of every delivery.

Here: laying the manifest's records out as rows. Not here: any judgement; the verdicts were reached by `pipelines.ingest.decide`.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from expectations.dq_schema import BATCH, FILE, REJECTED_ROW, Table
from pipelines.store.manifest import KeptReading, Manifest
from pipelines.store.records import Delivery, EntityReading, FileReading, Verdict

STANDING = ("accepted", "held", "rejected")


def fill_deliveries(connection: duckdb.DuckDBPyConnection, manifest: Manifest, raw: Path, as_at: datetime | None) -> None:
    """Fill the three tables from the manifest's deliveries, verdicts and readings."""
    deliveries = {each.batch_id: each for each in manifest.deliveries(as_at)}
    readings = manifest.kept_readings()
    verdicts = [each for each in manifest.verdicts(as_at) if each.batch_id in deliveries]
    _insert(connection, BATCH, [_batch(each, deliveries[each.batch_id], readings.get(each.content_id)) for each in verdicts])
    judged = {each.batch_id: each for each in verdicts}
    _insert(connection, FILE, [row for each in judged for row in _files(deliveries[each], readings.get(deliveries[each].content_id))])
    _fill_rejected(connection, raw, judged.values(), readings)


def _batch(verdict: Verdict, delivery: Delivery, kept: KeptReading | None) -> dict[str, Any]:
    read = kept.reading.entity(verdict.entity) if kept else None
    counts = read or EntityReading(verdict.entity, 0, 0, 0, 0)
    return {
        "batch_id": verdict.batch_id,
        "academy_id": verdict.academy_id,
        "entity": verdict.entity,
        "table_name": verdict.table_name,
        "effective_date": verdict.effective_date,
        "profile": verdict.profile,
        "mode": verdict.mode,
        "status": verdict.status,
        "reason_code": verdict.reason_code,
        "reason": verdict.reason,
        "rows_read": counts.rows_read,
        "rows_accepted": counts.rows_accepted,
        "rows_rejected": counts.rows_rejected,
        "rows_duplicate": counts.rows_duplicate,
        "first_date": counts.first_date,
        "last_date": counts.last_date,
        "delivered_at": _utc(delivery.first_seen_at),
        "loaded_at": _utc(kept.first_read_at) if kept else None,
        "decided_by": verdict.decided_by,
        "decided_why": verdict.decided_why,
        "content_id": verdict.content_id,
    }


def _files(delivery: Delivery, kept: KeptReading | None) -> Iterable[dict[str, Any]]:
    """The files of a delivery under the names it delivered them with, beside what reading equal contents gave."""
    read = {each.sha256: each for each in kept.reading.files} if kept else {}
    for file in delivery.files:
        counts = read.get(file.sha256) or FileReading(file.name, file.sha256, file.bytes)
        yield {
            "batch_id": delivery.batch_id,
            "academy_id": delivery.academy_id,
            "file_name": file.name,
            "sha256": file.sha256,
            "bytes": file.bytes,
            "encoding": counts.encoding,
            "header_line": counts.header_line,
            "extra_columns": ", ".join(counts.extra_columns) or None,
            "missing_optional": ", ".join(counts.missing_optional) or None,
            "rows_in_file": counts.rows_in_file,
            "rows_read": counts.rows_read,
            "rows_accepted": counts.rows_accepted,
            "rows_rejected": counts.rows_rejected,
            "rows_duplicate": counts.rows_duplicate,
        }


def _fill_rejected(
    connection: duckdb.DuckDBPyConnection, raw: Path, verdicts: Iterable[Verdict], readings: Mapping[str, KeptReading]
) -> None:
    rows = []
    for each in verdicts:
        kept = readings.get(each.content_id)
        path = raw / kept.reading.rejected_path if kept and kept.reading.rejected_path else None
        if each.status in STANDING and path and path.is_file():
            rows.append({"batch_id": each.batch_id, "academy_id": each.academy_id, "path": str(path)})
    if not rows:
        return
    places = pa.Table.from_pylist(rows)
    files = sorted({each["path"] for each in rows})
    connection.register("places", places)
    connection.execute(
        f"""
        insert into dq.{REJECTED_ROW.name}
        select batch_id, academy_id, entity, file_name, source_row, reason_code, column_name
        from read_parquet($1, filename = true) as found
        inner join places on places.path = found.filename
        order by all
        """,
        [files],
    )
    connection.unregister("places")


def _insert(connection: duckdb.DuckDBPyConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    names = table.column_names
    laid_out = pa.table({name: [row[name] for row in rows] for name in names})
    connection.register("laid_out", laid_out)
    connection.execute(f"insert into dq.{table.name} select {', '.join(names)} from laid_out order by all")
    connection.unregister("laid_out")


def _utc(moment: datetime) -> datetime:
    """Published timestamps carry no zone: they are UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)
