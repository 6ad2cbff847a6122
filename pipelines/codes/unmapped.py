"""The values that no map knows, gathered from what the last runs read: also those of held deliveries, and of rejected rows.

Here: the small Parquets that reading leaves in the store, one a content, and which of them still count. Not here: what to ask of a person
about them (to_fill.py).
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow.parquet as pq

from pipelines.codes.vocabularies import kinds, reads_as
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import Delivery
from pipelines.trust import Academy, TrustConfig

GONE = ("superseded", "refused")


@dataclass(frozen=True)
class Unmapped:
    """One value of one academy that no map knows. `rows` are those of deliveries that still count."""

    academy_id: str
    mis: str
    code_set: str
    value: str
    columns: tuple[str, ...]
    rows: int
    is_rejected: bool
    first_seen: datetime.date
    last_seen: datetime.date
    batch_id: str


@dataclass(frozen=True)
class _Content:
    academy: Academy
    deliveries: tuple[Delivery, ...]
    counts: bool
    path: str


def unmapped_values(home: Home, trust: TrustConfig) -> tuple[list[Unmapped], int]:
    """Every value without a map today, by academy, code set and value; and how many more stand in columns that codes cannot map."""
    found: dict[tuple[str, str, str], Unmapped] = {}
    beyond: set[tuple[str, str, str]] = set()
    for content in _contents(home, trust):
        for row in _rows(home, content):
            key = (content.academy.id, row["code_set"], row["value"])
            if row["code_set"] not in kinds():
                beyond |= {key} if content.counts else set()
            elif reads_as(content.academy, row["code_set"], row["value"], content.deliveries[-1].profile) is None:
                one = _unmapped(content, row)
                found[key] = _together(found[key], one) if key in found else one
    return [one for _, one in sorted(found.items()) if one.rows], len(beyond)


def _contents(home: Home, trust: TrustConfig) -> Iterator[_Content]:
    """Every content that was read, with its deliveries, oldest first."""
    if not home.manifest.is_file():
        return
    academies = {academy.id: academy for academy in trust.academies}
    with Manifest(home.manifest) as manifest:
        deliveries = [each for each in manifest.deliveries() if each.academy_id in academies]
        readings = manifest.readings()
        gone = {each.batch_id for each in manifest.verdicts() if each.status in GONE}
    by_content: dict[str, list[Delivery]] = {}
    for each in deliveries:
        by_content.setdefault(each.content_id, []).append(each)
    for content_id, some in by_content.items():
        reading = readings.get(content_id)
        if reading and reading.unmapped_path:
            counts = any(each.batch_id not in gone for each in some)
            yield _Content(academies[some[0].academy_id], tuple(some), counts, reading.unmapped_path)


def _rows(home: Home, content: _Content) -> Iterable[dict[str, Any]]:
    path = home.raw / content.path
    if not path.is_file():  # the next run reads the content again
        return []
    rows: list[dict[str, Any]] = pq.read_table(path, partitioning=None).to_pylist()
    return rows


def _unmapped(content: _Content, row: dict[str, Any]) -> Unmapped:
    newest = content.deliveries[-1]
    return Unmapped(
        academy_id=content.academy.id,
        mis=content.academy.mis,
        code_set=row["code_set"],
        value=row["value"],
        columns=(f"{row['entity']}.{row['column_name']}",),
        rows=row["rows"] if content.counts else 0,
        is_rejected=row["is_rejected"],
        first_seen=content.deliveries[0].effective_date,
        last_seen=newest.effective_date,
        batch_id=newest.batch_id,
    )


def _together(one: Unmapped, other: Unmapped) -> Unmapped:
    newest = max((one, other), key=lambda each: (each.rows > 0, each.last_seen))
    return replace(
        newest,
        columns=tuple(sorted({*one.columns, *other.columns})),
        rows=one.rows + other.rows,
        is_rejected=one.is_rejected or other.is_rejected,
        first_seen=min(one.first_seen, other.first_seen),
        last_seen=max(one.last_seen, other.last_seen),
    )
