"""Which of tonight's batches are new deliveries: pure rules.

A delivery is that an academy's landing folder held a content for a table under a name (its *slot*: profile, table, date in the name or
none). Its effective date is the date in the name, else the day it was first seen, in the trust's time zone. Content seen again after other
content in its slot is a new delivery, for a correction may be undone. Files that leave landing change nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.ingest.landing import FoundBatch
from pipelines.store.records import Delivery


@dataclass(frozen=True)
class Seen:
    """The night on which landing was searched."""

    run_id: str
    at: datetime
    timezone: str


def registered(found: Iterable[FoundBatch], known: Iterable[Delivery], seen: Seen) -> list[Delivery]:
    """Return what to keep in the manifest: new deliveries, and known ones whose content now lies in other files."""
    last: dict[tuple[object, ...], Delivery] = {}
    batch_ids = set()
    for delivery in sorted(known, key=lambda each: each.first_seen_at):
        last[delivery.slot] = delivery
        batch_ids.add(delivery.batch_id)
    changed = []
    for batch in found:
        before = last.get((batch.academy_id, batch.profile, batch.table_name, batch.date_in_name))
        if before is None or before.content_id != batch.content_id:
            delivery = _delivery(batch, seen, batch_ids)
            batch_ids.add(delivery.batch_id)
            changed.append(delivery)
        elif before.files != batch.files:
            changed.append(replace(before, files=batch.files))
    return changed


def _delivery(batch: FoundBatch, seen: Seen, batch_ids: set[str]) -> Delivery:
    effective = batch.date_in_name or seen.at.astimezone(ZoneInfo(seen.timezone)).date()
    table = re.sub(r"[^a-z0-9_]", "_", batch.table_name.lower())
    base = f"{batch.academy_id}-{table}-{effective.isoformat()}-{batch.content_id[:8]}"
    batch_id, number = base, 1
    while batch_id in batch_ids:
        number += 1
        batch_id = f"{base}-{number}"
    return Delivery(
        batch_id=batch_id,
        content_id=batch.content_id,
        academy_id=batch.academy_id,
        table_name=batch.table_name,
        profile=batch.profile,
        date_in_name=batch.date_in_name,
        effective_date=effective,
        first_seen_at=seen.at,
        first_seen_run=seen.run_id,
        files=batch.files,
    )
