"""The cases to judge, gathered from the manifest: each delivery with its reading, its modes and its rows by day.

Here: looking things up for the pure rules of verdicts.py, and comparing the keys of two snapshots. Not here: any rule about a delivery.
"""

from datetime import datetime
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.ingest.verdicts import Case
from pipelines.sources import Table, contract, load_profile, profile_names
from pipelines.sources.contract import Mode
from pipelines.store.manifest import DayCounts, Manifest
from pipelines.store.records import Delivery, EntityReading
from pipelines.trust import Academy, TrustConfig


def table_of(delivery: Delivery) -> Table | None:
    """Return the table that a delivery is of, None where today's profiles have it no more."""
    return _table(delivery.profile, delivery.table_name)


@cache
def _table(profile: str, table_name: str) -> Table | None:
    return load_profile(profile).tables.get(table_name) if profile in profile_names() else None


def modes_of(academy: Academy, table: Table) -> dict[str, Mode]:
    """Return what a delivery of the table does to each entity it gives: the academy's own mode, else the contract's."""
    return {entity: academy.modes.get(entity, contract().entity(entity).default_mode) for entity in table.entities}


def cases_of(manifest: Manifest, trust: TrustConfig, as_at: datetime | None) -> list[Case]:
    """Return a case for each delivery of an academy of the trust, as far as they were known at `as_at`."""
    academies = {academy.id: academy for academy in trust.academies}
    readings = manifest.readings()
    days: dict[str, dict[str, DayCounts]] = {}
    for (content_id, entity), counts in manifest.day_counts().items():
        days.setdefault(content_id, {})[entity] = counts
    cases = []
    for delivery in manifest.deliveries(as_at):
        academy, table = academies.get(delivery.academy_id), table_of(delivery)
        if academy is None or table is None:
            continue
        reading = readings.get(delivery.content_id)
        cases.append(
            Case(delivery, reading, modes_of(academy, table), academy.phase, table.rank, days.get(delivery.content_id, {})),
        )
    return cases


class KeyCovers:
    """Whether every key of one contract Parquet stands in another one; what was found once is kept in the manifest.

    A Parquet is never written again under its name, so an answer holds for ever.
    """

    def __init__(self, manifest: Manifest, raw: Path) -> None:
        self._manifest = manifest
        self._raw = raw
        self._known = manifest.key_covers()
        self._new: dict[tuple[str, str], bool] = {}

    def __call__(self, earlier: EntityReading, later: EntityReading) -> bool:
        """Whether the later reading has every key of the earlier one."""
        if earlier.path is None or earlier.rows_accepted == 0:
            return True
        if later.path is None:
            return False
        pair = (earlier.path, later.path)
        if earlier.path == later.path:
            return True
        if pair not in self._known:
            self._known[pair] = self._new[pair] = self._compare(earlier.entity, *pair)
        return self._known[pair]

    def save(self) -> None:
        """Keep what was found."""
        self._manifest.save_key_covers(self._new)
        self._new = {}

    def _compare(self, entity: str, earlier: str, later: str) -> bool:
        return self._keys(entity, earlier) <= self._keys(entity, later)

    def _keys(self, entity: str, path: str) -> set[tuple[str, ...]]:
        """Return the keys in a contract Parquet; of one that is gone, a key that no other has."""
        names = list(contract().entity(entity).key)
        try:
            columns = pq.read_table(self._raw / path, columns=names, partitioning=None).select(names).to_pydict()
        except OSError:
            return {(path,)}
        return set(zip(*columns.values(), strict=True))
