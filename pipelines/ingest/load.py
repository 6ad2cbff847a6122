"""Load: register tonight's deliveries and read what has no reading yet.

Here: searching landing, and the order in which contents are read. Not here: reading one content (one_content.py and reading.py), and what
becomes of a delivery (verdicts.py). No academy's data raises here: what is wrong with a file is in its reading, or among the unknown files.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.ingest.cases import KeyCovers, cases_of, table_of
from pipelines.ingest.deliveries import Seen, registered
from pipelines.ingest.forgetting import forget
from pipelines.ingest.landing import search, strangers
from pipelines.ingest.lookups import choose, refused_contents
from pipelines.ingest.one_content import Content, ContentReader, maps_of, read_with
from pipelines.ingest.verdicts import judge
from pipelines.sources import Table, contract, load_profile
from pipelines.store.copies import remove_copies
from pipelines.store.erasures import Erasures, Sought
from pipelines.store.home import Home
from pipelines.store.manifest import KeptReading, Manifest
from pipelines.store.pseudonyms import pseudonym_key
from pipelines.store.records import Delivery, Reading, RunRequest
from pipelines.trust import Academy, TrustConfig

Progress = Callable[[str, int, int], None]


@dataclass
class AcademyLoad:
    """What the load found and read for one academy."""

    batches_found: int = 0
    new_deliveries: int = 0
    contents_read: int = 0
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    unknown_files: int = 0

    def add(self, reading: Reading) -> None:
        """Count a content that was read."""
        self.contents_read += 1
        for each in reading.entities:
            self.rows_read += each.rows_read
            self.rows_accepted += each.rows_accepted
            self.rows_rejected += each.rows_rejected
            self.rows_duplicate += each.rows_duplicate


@dataclass
class LoadSummary:
    """What the load did, academy by academy."""

    academies: dict[str, AcademyLoad] = field(default_factory=dict)

    def figures(self) -> dict[str, dict[str, int]]:
        """Return counts only, for the run history."""
        return {academy_id: dict(vars(each)) for academy_id, each in self.academies.items()}


@dataclass(frozen=True)
class _Night:
    """What every step of the load needs."""

    home: Home
    trust: TrustConfig
    request: RunRequest
    manifest: Manifest
    progress: Progress
    erased: Sought | None = None

    @property
    def academies(self) -> list[Academy]:
        """The academies whose files are read tonight."""
        chosen = self.request.academies
        return [academy for academy in self.trust.academies if chosen is None or academy.id in chosen]

    def key_of(self, table: Table) -> bytes | None:
        """The key of pseudonyms for a table that has some: a trust whose academies deliver none needs none."""
        if not any(contract().entity(name).has_pseudonyms for name in table.entities):
            return None
        return pseudonym_key(self.home, self.trust.privacy.pseudonym_key_env)


def load(
    home: Home,
    trust: TrustConfig,
    request: RunRequest,
    progress: Progress | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> LoadSummary:
    """Find, fingerprint, register and read; everything is in the manifest afterwards.

    `meanwhile` is called where other processes read, for this one has little to do then. A run as at an earlier moment searches nothing: it
    reads what was delivered by then and has no reading yet.
    """
    home.prepare()
    _clear(home)
    with Manifest(home.manifest) as manifest, Erasures(home.manifest) as erasures:
        erased = erasures.sought(home, trust.privacy.pseudonym_key_env)
        night = _Night(home, trust, request, manifest, progress or _silent, erased)
        summary = LoadSummary({academy.id: AcademyLoad() for academy in night.academies})
        _forget(night, erasures)
        if request.as_at is None:
            _search(night, summary)
        if erasures.learn(_catch_up(night, summary, meanwhile)):
            _forget(night, erasures)
    return summary


def _forget(night: _Night, erasures: Erasures) -> None:
    """Take those out whose erasure is unfinished: of the raw layer, and of all that was made of it but what readers have open."""
    if not erasures.are_unfinished():
        return
    night.progress("taking out those who were erased", 0, 1)
    remove_copies(night.home)
    forget(night.home, night.trust, night.manifest, erasures)


def _silent(text: str, done: int, of: int) -> None:
    """Nobody watches."""


def _clear(home: Home) -> None:
    """Remove what an interrupted run left half-written."""
    for path in home.temporary.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _search(night: _Night, summary: LoadSummary) -> None:
    """Search each academy's landing folder and register what is new."""
    manifest = night.manifest
    known: dict[str, list[Delivery]] = {}
    for delivery in manifest.deliveries():
        known.setdefault(delivery.academy_id, []).append(delivery)
    seen = Seen(night.request.run_id, night.request.started_at, night.trust.trust.timezone)
    for number, academy in enumerate(night.academies, start=1):
        before = known.get(academy.id, [])
        delivered = {file.name for delivery in before for file in delivery.files}
        hashes = manifest.file_hashes(academy.id)
        found = search(night.home.landing(academy.id), academy, hashes, delivered, night.trust.limits)
        changed = registered(found.batches, before, seen)
        manifest.save_deliveries(changed)
        if sorted(found.hashes, key=str) != sorted(hashes, key=str):
            manifest.save_file_hashes(academy.id, found.hashes)
        manifest.save_unknown_files([academy.id], found.unknown)
        figures = summary.academies[academy.id]
        figures.batches_found = len(found.batches)
        figures.new_deliveries = len({each.batch_id for each in changed} - {each.batch_id for each in before})
        figures.unknown_files = len(found.unknown)
        night.progress(f"searched {academy.id}", number, len(night.academies))
    manifest.save_unknown_files([None], strangers(night.home.landing_root, night.trust.academies))


def _catch_up(night: _Night, summary: LoadSummary, meanwhile: Callable[[], object]) -> set[tuple[str, str]]:
    """Read every content that wants it, until none does: what a new code map holds back brings older deliveries to light.

    Returns what erased people were known by, and the new numbers that they came with.
    """
    reader = ContentReader(night.home, night.trust, night.manifest, night.request.started_at, meanwhile, night.erased)
    tried: set[str] = set()
    while wanted := _wanted(night, tried):
        tried.update(content.content_id for content, _ in wanted)
        for number, (content, reading) in enumerate(reader.read_all(wanted), start=1):
            if reading:
                summary.academies[content.academy.id].add(reading)
            last = content.deliveries[-1]
            night.progress(f"{last.academy_id}: {last.table_name} of {last.effective_date}", number, len(wanted))
    return reader.met


def _wanted(night: _Night, tried: set[str]) -> list[tuple[Content, KeptReading | None]]:
    """Return the contents to read next with their last readings, tables that others look values up in first.

    A content without a reading is always read, once: its counts decide about the deliveries after it. One whose reading is out of date is
    read again only if something of it is left in the warehouse.
    """
    kept = night.manifest.kept_readings()
    contents = [each for each in _contents(night, kept) if each.content_id not in tried]
    wanted = [each for each in contents if each.content_id not in kept]
    old = [each for each in contents if each.content_id in kept and not _is_current(night, each, kept[each.content_id])]
    if old:
        alive = _alive(night)
        wanted += [each for each in old if each.content_id in alive]
    first = [each for each in wanted if _is_looked_up(each.table)]
    return [(each, kept.get(each.content_id)) for each in first or wanted]


def _contents(night: _Night, kept: dict[str, KeptReading]) -> list[Content]:
    academies = {academy.id: academy for academy in night.academies}
    by_content: dict[str, list[Delivery]] = {}
    by_profile: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in night.manifest.deliveries(night.request.as_at):
        if delivery.academy_id in academies:
            by_content.setdefault(delivery.content_id, []).append(delivery)
            by_profile.setdefault((delivery.academy_id, delivery.profile), []).append(delivery)
    readings = {content_id: each.reading for content_id, each in kept.items()}
    refused = refused_contents(night.manifest.decisions())
    contents = []
    for deliveries in by_content.values():
        academy_id, profile = deliveries[0].academy_id, deliveries[0].profile
        if table := table_of(deliveries[0]):
            lookups = choose(table, deliveries, by_profile[academy_id, profile], readings, refused)
            contents.append(Content(academies[academy_id], table, tuple(deliveries), lookups, night.key_of(table)))
    return contents


def _is_looked_up(table: Table) -> bool:
    return any(table.name in other.lookups for other in load_profile(table.profile).tables.values())


def _is_current(night: _Night, content: Content, kept: KeptReading) -> bool:
    if night.request.is_full:
        return False
    paths = [each.path for each in kept.reading.entities if each.path]
    return (
        kept.reading.maps_id == maps_of(content)
        and kept.lookups_id == read_with(content, kept.reading, night.trust.limits)
        and all((night.home.raw / path).is_file() for path in paths)
    )


def _alive(night: _Night) -> set[str]:
    """Return the contents of deliveries that later ones have not wholly replaced."""
    manifest, as_at = night.manifest, night.request.as_at
    covers = KeyCovers(manifest, night.home.raw)
    verdicts = judge(cases_of(manifest, night.trust, as_at), manifest.findings(as_at), manifest.decisions(), night.trust.limits, covers)
    covers.save()
    return {verdict.content_id for verdict in verdicts if verdict.status != "superseded"}
