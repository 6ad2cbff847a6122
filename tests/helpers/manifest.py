"""Deliveries as the readers leave them, made by hand: records in the manifest and the small Parquet files beside them.

Here: writing them. Not here: reading real files (tests of pipelines/ingest).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import DeliveredFile, Delivery, EntityReading, FileReading, Reading, Verdict, VerdictStatus

PUPILS_IN = pa.schema([("entity", pa.string()), ("source_pupil_id", pa.string()), ("rows", pa.int64())])
UPNS = pa.schema([("upn", pa.string()), ("former_upn", pa.string())])
STAFF = pa.schema([("source_staff_id", pa.string())])
UNMAPPED = pa.schema(
    [
        ("entity", pa.string()),
        ("column_name", pa.string()),
        ("code_set", pa.string()),
        ("value", pa.string()),
        ("rows", pa.int64()),
        ("is_rejected", pa.bool_()),
    ]
)
REJECTED = pa.schema(
    [
        ("entity", pa.string()),
        ("file_name", pa.string()),
        ("source_row", pa.int64()),
        ("reason_code", pa.string()),
        ("column_name", pa.string()),
    ]
)


@dataclass(frozen=True)
class Batch:
    """One delivery by hand: `pupils` are its accepted rows per pupil, `staff` per colleague, `upns` of the pupils it describes (UPN and
    former UPN), `unmapped` its values without a map, `rejected` its rejected lines."""

    academy_id: str
    entity: str
    pupils: Mapping[str, int] = field(default_factory=dict)
    unmapped: tuple[tuple[str, str, int, bool], ...] = ()
    rejected: tuple[tuple[int, str, str], ...] = ()
    day: date = date(2026, 1, 12)
    status: VerdictStatus = "accepted"
    reason_code: str | None = None
    profile: str = "matlas"
    staff: Mapping[str, int] = field(default_factory=dict)
    upns: tuple[tuple[str, str | None], ...] = ()

    @property
    def batch_id(self) -> str:
        """Academy, table, date."""
        return f"{self.academy_id}-{self.table_name}-{self.day}"

    @property
    def table_name(self) -> str:
        """The canonical table."""
        return f"matlas_{self.entity}"

    @property
    def content_id(self) -> str:
        """As good as a fingerprint."""
        return f"content-{self.batch_id}"

    def superseded(self) -> "Batch":
        """The same, replaced by a newer one."""
        return replace(self, status="superseded")


def deliver(home: Home, *batches: Batch) -> None:
    """Write the batches to the manifest, in place of what verdicts there were, and their Parquet files to the raw folder."""
    with Manifest(home.manifest) as manifest:
        for each in batches:
            delivery = _delivery(each)
            manifest.save_deliveries([delivery])
            manifest.save_reading(_reading(home, each), "no lookups", {})
        manifest.save_verdicts([_verdict(each) for each in batches])


def _delivery(batch: Batch) -> Delivery:
    file = DeliveredFile(Path(f"{batch.table_name}.csv"), None, f"{batch.table_name}.csv", None, f"sha {batch.batch_id}", 10)
    seen = datetime(2026, 1, 13, 2, tzinfo=UTC)
    return Delivery(
        batch.batch_id, batch.content_id, batch.academy_id, batch.table_name, batch.profile, batch.day, batch.day, seen, "run 1", (file,)
    )


def _reading(home: Home, batch: Batch) -> Reading:
    accepted, rejected = sum(batch.pupils.values()) + sum(batch.staff.values()), len(batch.rejected)
    counts: Any = {"rows_read": accepted + rejected, "rows_accepted": accepted, "rows_rejected": rejected, "rows_duplicate": 0}
    file_name = f"{batch.table_name}.csv"
    pupils = [{"entity": batch.entity, "source_pupil_id": key, "rows": rows} for key, rows in batch.pupils.items()]
    unmapped = [
        {"entity": batch.entity, "column_name": column, "code_set": column, "value": value, "rows": rows, "is_rejected": is_rejected}
        for column, value, rows, is_rejected in batch.unmapped
    ]
    rows = [
        {"entity": batch.entity, "file_name": file_name, "source_row": line, "reason_code": code, "column_name": column}
        for line, code, column in batch.rejected
    ]
    return Reading(
        content_id=batch.content_id,
        maps_id="maps",
        academy_id=batch.academy_id,
        table_name=batch.table_name,
        status="read",
        entities=[EntityReading(batch.entity, **counts, path=_contract(home, batch))],
        files=[FileReading(file_name, f"sha {batch.batch_id}", 10, "utf-8", 1, ["House"], ["fte"], rows_in_file=5, **counts)],
        pupils_in_path=_write(home, "pupils_in", batch, pupils, PUPILS_IN),
        unmapped_path=_write(home, "unmapped", batch, unmapped, UNMAPPED) if unmapped else None,
        rejected_path=_write(home, "rejected", batch, rows, REJECTED) if rows else None,
    )


def _contract(home: Home, batch: Batch) -> str | None:
    """The columns of the contract's Parquet that say who is in it, where the batch says who."""
    if batch.upns:
        rows: list[dict[str, object]] = [{"upn": upn, "former_upn": former} for upn, former in batch.upns]
        return _write(home, batch.entity, batch, rows, UPNS)
    staff: list[dict[str, object]] = [{"source_staff_id": each} for each, rows in batch.staff.items() for _ in range(rows)]
    return _write(home, batch.entity, batch, staff, STAFF) if staff else None


def _write(home: Home, kind: str, batch: Batch, rows: list[dict[str, object]], schema: pa.Schema) -> str:
    path = Path(kind) / f"academy={batch.academy_id}" / f"{batch.content_id}-maps.parquet"
    (home.raw / path).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), home.raw / path)
    return path.as_posix()


def _verdict(batch: Batch) -> Verdict:
    return Verdict(
        batch_id=batch.batch_id,
        entity=batch.entity,
        academy_id=batch.academy_id,
        profile=batch.profile,
        table_name=batch.table_name,
        table_rank=50,
        content_id=batch.content_id,
        maps_id="maps",
        mode="window",
        status=batch.status,
        reason_code=batch.reason_code,
        reason=f"The reason is {batch.reason_code}." if batch.reason_code else None,
        effective_date=batch.day,
        time_period=202526,
        delivery_order=1,
        replaces_from=None,
        replaces_to=None,
        is_newest=batch.status == "accepted",
    )
