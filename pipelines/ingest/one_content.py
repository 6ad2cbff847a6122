"""Read one content into the raw layer, and keep what came of it: Parquet first, the manifest's row after.

Here: what surrounds the reading: is the file still the one that was fingerprinted, which Parquets are no longer needed. A run killed at
any step leaves a store that the next run completes. Not here: the reading itself (reading.py), how several are read at once and what if a
reader fails (side_by_side.py), and which content is due (load.py).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.ingest import reading as reader
from pipelines.ingest.lookups import Lookups
from pipelines.ingest.side_by_side import FAILED, is_read_elsewhere, readers
from pipelines.sources import Table, contract
from pipelines.store.erasures import Sought
from pipelines.store.home import Home
from pipelines.store.manifest import DayCounts, FileHash, KeptReading, Manifest
from pipelines.store.records import DeliveredFile, Delivery, Reading
from pipelines.trust import Academy, Limits, TrustConfig

AHEAD = 32  # so many contents wait behind the one whose turn it is: a small one need not wait for a large one
LIMITED = {"too_large", "too_compressed"}


@dataclass(frozen=True)
class Content:
    """One content with every delivery of it, oldest first, what its values are looked up in, and the key if some become pseudonyms."""

    academy: Academy
    table: Table
    deliveries: tuple[Delivery, ...]
    lookups: Lookups
    pseudonym_key: bytes | None = None

    @property
    def content_id(self) -> str:
        """The content's name."""
        return self.deliveries[0].content_id


def maps_of(content: Content) -> str:
    """Return the name of the maps that the content would be read with today."""
    return reader.maps_id(content.table, content.academy, content.pseudonym_key)


def read_with(content: Content, reading: Reading, limits: Limits) -> str:
    """Return what else a reading hangs on beside its maps: what it was looked up in, or the limits if it broke one."""
    if reading.reason_code in LIMITED:
        return f"limits {limits.max_file_gib:g} {limits.max_compression:g} {limits.max_json_page_mib:g}"
    return content.lookups.id


@dataclass(frozen=True)
class _Begun:
    """A content on its way: what was kept of it, and its files in landing if they are all there."""

    content: Content
    kept: KeptReading | None
    files: list[DeliveredFile] | None
    can_be_read: bool


class ContentReader:
    """Reads contents of one home into its raw layer, in a run that began at `moment`; `meanwhile` is called once others read for it.

    Rows about somebody `erased` are refused; `met` gathers new numbers that they came with.
    """

    def __init__(
        self,
        home: Home,
        trust: TrustConfig,
        manifest: Manifest,
        moment: datetime,
        meanwhile: Callable[[], object] = lambda: None,
        erased: Sought | None = None,
    ) -> None:
        self._erased = erased
        self.met: set[tuple[str, str]] = set()
        self._meanwhile = meanwhile
        self._moment = moment
        self._home = home
        self._trust = trust
        self._manifest = manifest
        self._hashes: dict[str, dict[tuple[str, str], FileHash]] = {}

    def read_all(self, wanted: Iterable[tuple[Content, KeptReading | None]]) -> Iterator[tuple[Content, Reading | None]]:
        """Read contents, a few at a time, and keep their readings in the order given.

        None for one that cannot be read now while its last reading, if any, stands: its files have left landing and the raw layer lacks its
        text, or a file changes while it is read.
        """
        wanted = list(wanted)
        size = sum(file.bytes for content, _ in wanted for file in content.deliveries[-1].files)
        with readers(size) as read:
            if is_read_elsewhere(size):
                self._meanwhile()
            waiting: deque[tuple[_Begun, Future[Reading] | None]] = deque()
            for content, kept in wanted:
                begun = self._begun(content, kept)
                waiting.append((begun, read(self._request(begun)) if begun.can_be_read else None))
                if len(waiting) > AHEAD:
                    yield self._finished(*waiting.popleft())
            while waiting:
                yield self._finished(*waiting.popleft())

    def _begun(self, content: Content, kept: KeptReading | None) -> "_Begun":
        has_text = kept is not None and kept.reading.text_path is not None and (self._home.raw / kept.reading.text_path).is_file()
        files = self._files_in_landing(content)
        return _Begun(content, kept, files, can_be_read=files is not None or has_text)

    def _finished(self, begun: "_Begun", read: "Future[Reading] | None") -> tuple[Content, Reading | None]:
        return begun.content, self._kept(begun, read.result()) if read else None

    def _kept(self, begun: "_Begun", reading: Reading) -> Reading | None:
        content, kept, files = begun.content, begun.kept, begun.files
        self.met |= {(known, new) for known, new in reading.met}
        if files is not None and self._files_in_landing(content) is None:
            self._forget(reading, kept)
            return None
        if reading.status == "rejected" and kept and kept.reading.status == "read" and (files is None or reading.maps_id == FAILED):
            return None
        reading = self._named_by_lookups(reading, content.lookups)
        with_what = read_with(content, reading, self._trust.limits)
        self._manifest.save_reading(reading, with_what, day_counts(self._home.raw, reading), self._moment)
        if kept:
            self._remove(parquets(kept.reading) - parquets(reading))
        return reading

    def _request(self, begun: "_Begun") -> reader.ReadRequest:
        content = begun.content
        return reader.ReadRequest(
            content_id=content.content_id,
            academy=content.academy,
            table=content.table,
            files=begun.files or self._gone(content),
            lookups={name: [self._home.raw / path for path in paths] for name, paths in content.lookups.paths.items()},
            raw=self._home.raw,
            temporary=self._home.temporary,
            limits=self._trust.limits,
            pseudonym_key=content.pseudonym_key,
            erased=self._erased,
        )

    def _files_in_landing(self, content: Content) -> list[DeliveredFile] | None:
        """Return the content's files with absolute paths if all of them lie in landing as they were fingerprinted."""
        landing = self._home.landing(content.academy.id)
        for delivery in reversed(content.deliveries):
            if all(self._is_there(landing, content.academy.id, file) for file in delivery.files):
                return [replace(file, path=landing / file.path) for file in delivery.files]
        return None

    def _is_there(self, landing: Path, academy_id: str, file: DeliveredFile) -> bool:
        if academy_id not in self._hashes:
            self._hashes[academy_id] = {(each.path, each.entry): each for each in self._manifest.file_hashes(academy_id)}
        known = self._hashes[academy_id].get((file.path.as_posix(), file.entry or ""))
        if known is None or known.sha256 != file.sha256:
            return False
        try:
            found = (landing / file.path).stat()
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns) == (known.size, known.mtime_ns)

    def _gone(self, content: Content) -> list[DeliveredFile]:
        """Return the files with paths at which nothing lies: other content may stand under their names by now."""
        return [replace(file, path=self._home.temporary / "gone" / file.path.name) for file in content.deliveries[-1].files]

    def _forget(self, reading: Reading, kept: KeptReading | None) -> None:
        """Remove what was read of a file that changed meanwhile, its text too: it is not this content's."""
        mine = parquets(kept.reading) | {kept.reading.text_path} if kept else set()
        self._remove((parquets(reading) | {reading.text_path}) - mine)

    def _remove(self, paths: Iterable[str | None]) -> None:
        for path in paths:
            if path:
                (self._home.raw / path).unlink(missing_ok=True)

    def _named_by_lookups(self, reading: Reading, lookups: Lookups) -> Reading:
        """Give the Parquets names that say what they were looked up in: a Parquet is never written again under its name."""
        if not lookups.id:
            return reading

        def named(path: str | None) -> str | None:
            if path is None:
                return None
            source = self._home.raw / path
            target = source.with_name(f"{source.stem}-{lookups.id}{source.suffix}")
            source.replace(target)
            return target.relative_to(self._home.raw).as_posix()

        return replace(
            reading,
            entities=[replace(each, path=named(each.path)) for each in reading.entities],
            rejected_path=named(reading.rejected_path),
            unmapped_path=named(reading.unmapped_path),
            pupils_in_path=named(reading.pupils_in_path),
        )


def day_counts(raw: Path, reading: Reading) -> dict[str, DayCounts]:
    """Accepted rows by day of each entity of a reading that has dates."""
    found = {}
    for each in reading.entities:
        column = contract().entity(each.entity).date_column
        if column and each.path and each.first_date and each.last_date:
            found[each.entity] = _days_of(raw / each.path, column, each.first_date, each.last_date)
    return found


def parquets(reading: Reading) -> set[str | None]:
    """The Parquets of a reading, its text apart."""
    return {*(each.path for each in reading.entities), reading.rejected_path, reading.unmapped_path, reading.pupils_in_path}


def _days_of(path: Path, column: str, first: date, last: date) -> DayCounts:
    """Count a contract Parquet's rows by day; it holds ISO dates, as text."""
    counts = [0] * (last.toordinal() - first.toordinal() + 1)
    days = pq.read_table(path, columns=[column], read_dictionary=[column], partitioning=None)[column].combine_chunks()
    for each in days.value_counts().to_pylist():
        if each["values"] is not None:
            counts[date.fromisoformat(each["values"]).toordinal() - first.toordinal()] = each["counts"]
    return DayCounts(first, counts)
