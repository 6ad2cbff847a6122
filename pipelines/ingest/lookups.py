"""Which deliveries of look-up tables a content is read with (`attendance-codes` for `attendance_session`). Pure.

The look-up delivered for the same date, if there is one; else all of them, oldest first, a later row of a key winning. The choice is part
of what makes a reading current: a code table that comes late reads its facts again.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.sources import Table
from pipelines.store.records import Decision, Delivery, Reading


@dataclass(frozen=True)
class Lookups:
    """The text Parquets to look values up in, by table, oldest first; `id` names the choice (empty: nothing to look up)."""

    id: str = ""
    paths: dict[str, list[Path]] = field(default_factory=dict)


def refused_contents(decisions: Iterable[Decision]) -> set[str]:
    """Return the contents whose newest decision is to refuse them."""
    newest = {each.content_id: each.decision for each in sorted(decisions, key=lambda each: each.id)}
    return {content_id for content_id, decision in newest.items() if decision == "refuse"}


def choose(
    table: Table, deliveries: Sequence[Delivery], candidates: Iterable[Delivery], readings: dict[str, Reading], refused: set[str]
) -> Lookups:
    """Return what a content, delivered as `deliveries`, is looked up in; `candidates` are the academy's deliveries of that profile."""
    if not table.lookups:
        return Lookups()
    dates = {each.effective_date for each in deliveries}
    usable = [each for each in candidates if each.content_id not in refused and _text(readings, each)]
    paths: dict[str, list[Path]] = {}
    for name in table.lookups:
        of_table = sorted((each for each in usable if each.table_name == name), key=lambda each: each.order)
        chosen = [each for each in of_table if each.effective_date in dates] or of_table
        paths[name] = _last_of_each([_text(readings, each) for each in chosen])
    words = "|".join(f"{name}:{','.join(map(str, found))}" for name, found in sorted(paths.items()))
    return Lookups(hashlib.sha256(words.encode()).hexdigest()[:12], paths)


def _text(readings: dict[str, Reading], delivery: Delivery) -> str | None:
    reading = readings.get(delivery.content_id)
    return reading.text_path if reading and reading.status == "read" else None


def _last_of_each(paths: Iterable[str | None]) -> list[Path]:
    """Return the paths in order, one that comes twice at its last place: delivered again, it counts anew."""
    found = [path for path in paths if path]
    return [Path(path) for place, path in enumerate(found) if path not in found[place + 1 :]]
