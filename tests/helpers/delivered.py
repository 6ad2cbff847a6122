"""Deliveries made up for tests of the pure rules: what lay in landing, and what reading it gave.

Here: cases with rows given by hand. Not here: files on disk (home.py).
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipelines.ingest.verdicts import Case
from pipelines.sources.contract import Mode
from pipelines.store.manifest import DayCounts
from pipelines.store.records import DeliveredFile, Delivery, EntityReading, Reading
from pipelines.trust import academic_year

FIRST_NIGHT = datetime(2025, 9, 1, 2, tzinfo=UTC)


def delivery(
    table: str = "pupils", on: str = "2025-09-10", content: str = "aaaaaaaa", *, night: int = 1, is_dated: bool = True, batch_id: str = ""
) -> Delivery:
    """A delivery of `table` with this effective date, first seen on the nth night."""
    day = date.fromisoformat(on)
    return Delivery(
        batch_id=batch_id or f"ashby-{table}-{on}-{content[:8]}",
        content_id=content,
        academy_id="ashby",
        table_name=table,
        profile="sims",
        date_in_name=day if is_dated else None,
        effective_date=day,
        first_seen_at=FIRST_NIGHT + timedelta(days=night),
        first_seen_run=f"run {night}",
        files=(DeliveredFile(Path(f"{table}.csv"), None, f"{table}.csv", None, content * 8, 100),),
    )


def reading(of: Delivery, *entities: EntityReading) -> Reading:
    """The reading of a delivery's content."""
    return Reading(of.content_id, "maps", of.academy_id, of.table_name, "read", entities=list(entities))


def unreadable(of: Delivery, code: str = "unreadable_file") -> Reading:
    """The reading of a content that could not be read."""
    return Reading(of.content_id, "maps", of.academy_id, of.table_name, "rejected", code, "The file is damaged. Deliver it again.")


def snapshot(of: Delivery, rows: int, years: dict[str, int] | None = None, entity: str = "pupil", rejected: int = 0) -> Case:
    """A pupil list of so many rows."""
    counted = EntityReading(entity, rows + rejected, rows, rejected, 0, rows_by_nc_year=years or {}, path=f"{of.content_id}.parquet")
    return Case(of, reading(of, counted), {entity: "snapshot"}, "secondary")


def dated(of: Delivery, rows: dict[str, int], mode: Mode = "window", entity: str = "attendance_mark") -> Case:
    """Rows by day ("2025-09-08": 10)."""
    days = {date.fromisoformat(day): count for day, count in rows.items()}
    by_year: dict[str, int] = {}
    for day, count in days.items():
        year = str(academic_year(day))
        by_year[year] = by_year.get(year, 0) + count
    total = sum(days.values())
    first, last = (min(days), max(days)) if days else (None, None)
    counted = EntityReading(entity, total, total, 0, 0, first, last, by_year, path=f"{of.content_id}.parquet")
    counts = {}
    if first and last:
        span = (last - first).days + 1
        counts[entity] = DayCounts(first, [days.get(first + timedelta(days=offset), 0) for offset in range(span)])
    return Case(of, reading(of, counted), {entity: mode}, "secondary", day_counts=counts)


def unread(of: Delivery, code: str = "unreadable_file", entity: str = "pupil", mode: Mode = "snapshot") -> Case:
    """A delivery whose content could not be read."""
    return Case(of, unreadable(of, code), {entity: mode}, "secondary")


def again(case: Case, on: str, night: int, number: int = 2) -> Case:
    """The same content delivered once more."""
    batch_id = f"ashby-{case.delivery.table_name}-{on}-{case.delivery.content_id[:8]}-{number}"
    day = date.fromisoformat(on)
    moved = replace(
        case.delivery,
        batch_id=batch_id,
        effective_date=day,
        date_in_name=day if case.delivery.date_in_name else None,
        first_seen_at=FIRST_NIGHT + timedelta(days=night),
    )
    return replace(case, delivery=moved)
