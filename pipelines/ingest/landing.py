"""What lies in an academy's landing folder tonight: files, fingerprints, and which of them make one batch.

Here: listing, hashing (only what changed), and putting the parts of a table and date together. Nothing in landing is ever changed. Not
here: whether a batch is new (deliveries.py), and what the files say (reading.py).

Left alone without a word, because no export is called so: names that begin with `.` or `~`, names that end in `.tmp`, `.part`, `.partial`,
`.filepart`, `.crdownload` or `~` (a transfer under way), and Windows' own `Thumbs.db` and `desktop.ini`. Everything else is read or listed.
"""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO

from pipelines.ingest.opening import is_unsafe
from pipelines.ingest.recognising import TwoTablesError, recognised
from pipelines.sources import TableMatch, match_file
from pipelines.store.manifest import FileHash
from pipelines.store.records import DeliveredFile, UnknownFile
from pipelines.trust import Academy, Limits

CHUNK = 1 << 20
MOST_ENTRIES = 10_000
NOT_YET = (".tmp", ".part", ".partial", ".filepart", ".crdownload", "~")
OF_WINDOWS = ("thumbs.db", "desktop.ini")
DATE_OF_ZIP = re.compile(r"_([0-9]{4}-[0-9]{2}-[0-9]{2})(?:_[^_]*)?$")
ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)

Slot = tuple[str, str, date | None]


@dataclass(frozen=True)
class FoundBatch:
    """All parts of one table and date that lie in landing tonight; file paths are relative to the academy's folder."""

    academy_id: str
    profile: str
    table_name: str
    date_in_name: date | None
    files: tuple[DeliveredFile, ...]

    @property
    def content_id(self) -> str:
        """The content's name: a hash of the hashes of its files, in the order of parts."""
        words = [self.academy_id, self.profile, self.table_name, *(file.sha256 for file in self.files)]
        return hashlib.sha256("|".join(words).encode()).hexdigest()[:16]


@dataclass
class Landing:
    """What a search of one academy's folder found."""

    batches: list[FoundBatch] = field(default_factory=list)
    hashes: list[FileHash] = field(default_factory=list)
    unknown: list[UnknownFile] = field(default_factory=list)


class _LeftError(Exception):
    """A file that is left for another night, or for a person: reason code and sentence."""

    def __init__(self, reason_code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason_code = reason_code
        self.sentence = sentence


def search(folder: Path, academy: Academy, known: list[FileHash], delivered: set[str], limits: Limits) -> Landing:
    """Return what an academy's folder holds. A folder that is not there holds nothing.

    `known` are the fingerprints of the last search: a file of the same path, size and time is not hashed again. `delivered` are names of
    files that were read before: one that no reader takes any more (the academy changed its MIS) is not unknown.
    """
    landing = Landing()
    matched: dict[Slot, list[tuple[TableMatch, FileHash, str]]] = {}
    left: set[Slot] = set()
    before = _by_path(known)
    for path in _files(folder, academy, landing):
        for name, match in _names(path, academy, landing):
            if match is None:
                if name not in delivered:
                    landing.unknown.append(_no_such_table(academy, name))
                continue
            slot = (match.profile, match.table.name, match.date_in_name)
            try:
                found = _fingerprint(path, name, before, limits)
            except _LeftError as reason:
                left.add(slot)
                landing.unknown.append(UnknownFile(academy.id, name, reason.reason_code, reason.sentence))
                continue
            landing.hashes.append(found)
            matched.setdefault(slot, []).append((match, found, name))
    landing.batches = [_batch(academy.id, slot, parts) for slot, parts in sorted(matched.items(), key=_by_slot) if slot not in left]
    return landing


def strangers(landing_root: Path, academies: list[Academy]) -> list[UnknownFile]:
    """Return what lies in landing beside the academies' folders."""
    if not landing_root.is_dir():
        return []
    ids = sorted(academy.id for academy in academies)
    return [
        UnknownFile(
            None,
            path.name,
            "unknown_file",
            f"landing/{path.name} belongs to no academy of trust.yml (they are {', '.join(ids)}). Rename it, or add the academy.",
        )
        for path in sorted(landing_root.iterdir())
        if path.name not in ids and not _is_left_alone(path.name)
    ]


def _is_left_alone(name: str) -> bool:
    low = name.lower()
    return low.startswith((".", "~", "__macosx")) or low.endswith(NOT_YET) or low in OF_WINDOWS


def _files(folder: Path, academy: Academy, landing: Landing) -> Iterator[Path]:
    try:
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError:
        sentence = f"The folder {folder} cannot be opened. Let the account that runs Matlas read it."
        landing.unknown.append(UnknownFile(academy.id, folder.name, "unreadable_file", sentence))
        return
    for path in paths:
        if _is_left_alone(path.name):
            continue
        try:
            mode = path.stat().st_mode
        except OSError:
            landing.unknown.append(UnknownFile(academy.id, path.name, "unreadable_file", _unopened(path.name)))
            continue
        if stat.S_ISREG(mode):
            yield path
        elif stat.S_ISDIR(mode):
            sentence = f"{path.name} is a folder. Put its files into landing/{academy.id}/ itself, or deliver it as one zip."
            landing.unknown.append(UnknownFile(academy.id, path.name, "unknown_file", sentence))


def _names(path: Path, academy: Academy, landing: Landing) -> list[tuple[str, TableMatch | None]]:
    """Return the file, or each entry of a zip, with the table that its name or its header says."""
    if path.suffix.lower() != ".zip":
        return _matched(path, None, academy, landing)
    try:
        entries = _entries(path)
    except _LeftError as reason:
        its_table = match_file(f"{path.stem}.csv", academy.mis)
        if its_table is not None:  # the name says which table waits for it: a batch, which its reader rejects
            return [(f"{path.name}/{path.stem}.csv", _dated(its_table, path))]
        landing.unknown.append(UnknownFile(academy.id, path.name, reason.reason_code, reason.sentence))
        return []
    return [each for entry in entries for each in _matched(path, entry, academy, landing)]


def _matched(path: Path, entry: str | None, academy: Academy, landing: Landing) -> list[tuple[str, TableMatch | None]]:
    """Return one file or entry with its table; nothing for one of which it cannot be told: that goes on the list of unknown files."""
    name = path.name if entry is None else f"{path.name}/{entry}"
    try:
        match = recognised(path, entry, path.name if entry is None else _base(entry), academy.mis)
    except TwoTablesError as two:
        landing.unknown.append(UnknownFile(academy.id, name, "two_tables", _two_tables(name, two.tables)))
        return []
    return [(name, _dated(match, path) if match and entry is not None else match)]


def _entries(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as pack:
            names = [info.filename for info in pack.infolist() if not info.is_dir()]
    except OSError:
        raise _LeftError("unreadable_file", _unopened(path.name)) from None
    except ZIP_FAULTS:
        raise _LeftError("unreadable_file", f"{path.name} is not a whole zip file. Deliver it again.") from None
    if not names:
        raise _LeftError("empty_file", f"{path.name} is a zip without a file in it. Deliver it again.")
    if len(names) > MOST_ENTRIES:
        raise _LeftError("too_large", f"{path.name} holds {len(names):,} files; at most {MOST_ENTRIES:,} are read. Deliver it in parts.")
    return sorted({name for name in names if not _is_left_alone(_base(name)) and not name.startswith("__MACOSX/")})


def _base(entry: str) -> str:
    return PurePosixPath(entry.replace("\\", "/")).name


def _dated(match: TableMatch, path: Path) -> TableMatch:
    """Return the match of an entry; without a date in its own name, the zip's date counts."""
    dated = DATE_OF_ZIP.search(path.stem)
    if match.date_in_name is not None or dated is None:
        return match
    try:
        return replace(match, date_in_name=date.fromisoformat(dated[1]))
    except ValueError:
        return match


def _two_tables(name: str, tables: list[str]) -> str:
    return (
        f"{name} has the header of {' and of '.join(tables)}, so it cannot be told which it is, and it is not read. "
        "Deliver each table in a file of its own, as it was downloaded."
    )


def _no_such_table(academy: Academy, name: str) -> UnknownFile:
    sentence = (
        f"{name} is no table of the {academy.mis} profile, no matlas_… file and no result file of DfE's, so it is not read. "
        f"Name it <table>[_YYYY-MM-DD][_partN].csv (pipelines/sources/{academy.mis}/README.md lists the tables), or take it away."
    )
    return UnknownFile(academy.id, name, "unknown_file", sentence)


# --- fingerprints


def _by_path(known: list[FileHash]) -> dict[str, dict[str, FileHash]]:
    by_path: dict[str, dict[str, FileHash]] = {}
    for each in known:
        by_path.setdefault(each.path, {})[each.entry] = each
    return by_path


def _is_unchanged(path: Path, known: FileHash) -> bool:
    found = path.stat()
    return (found.st_size, found.st_mtime_ns) == (known.size, known.mtime_ns)


def _fingerprint(path: Path, name: str, known: dict[str, dict[str, FileHash]], limits: Limits) -> FileHash:
    entry = name.removeprefix(f"{path.name}/") if name != path.name else ""
    before = known.get(path.name, {}).get(entry)
    try:
        if before and _is_unchanged(path, before):
            return before
        start = path.stat()
        sha256, size = _hash_of_entry(path, entry, limits) if entry else _hash_of_file(path)
        end = path.stat()
    except OSError:
        raise _LeftError("unreadable_file", _unopened(name)) from None
    if (start.st_size, start.st_mtime_ns) != (end.st_size, end.st_mtime_ns):
        raise _LeftError("still_being_written", f"{name} was still being written. It is left for the next run; nothing to do.")
    return FileHash(path.name, entry, start.st_size, start.st_mtime_ns, sha256, size)


def _hash_of_file(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return _hash_of(file, None)


def _hash_of_entry(path: Path, entry: str, limits: Limits) -> tuple[str, int]:
    """Return the hash of an entry's content. Where that cannot or must not be had, of its description: its reader will say why."""
    try:
        with zipfile.ZipFile(path) as pack:
            info = pack.getinfo(entry)
            described = f"unreadable|{entry}|{info.CRC}|{info.file_size}|{info.compress_size}"
            most = int(min(limits.max_file_gib * (1 << 30), limits.max_compression * max(info.compress_size, 1)))
            try:
                if not is_unsafe(entry):
                    with pack.open(info) as file:
                        return _hash_of(file, most)
            except ZIP_FAULTS:
                pass
            return hashlib.sha256(described.encode()).hexdigest(), info.file_size
    except (KeyError, *ZIP_FAULTS):
        return _hash_of_file(path)


def _hash_of(file: IO[bytes], most: int | None) -> tuple[str, int]:
    """Return SHA-256 and length. More than `most` bytes is a ValueError, before memory or disk is spent."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if most is not None and size > most:
            raise ValueError("over the limit")
    return digest.hexdigest(), size


def _unopened(name: str) -> str:
    return f"{name} cannot be opened. Let the account that runs Matlas read it, or deliver it again."


def _batch(academy_id: str, slot: Slot, parts: list[tuple[TableMatch, FileHash, str]]) -> FoundBatch:
    files = sorted(
        (DeliveredFile(Path(each.path), each.entry or None, name, match.part, each.sha256, each.bytes) for match, each, name in parts),
        key=lambda file: (file.part or 0, file.name.lower(), file.name),
    )
    return FoundBatch(academy_id, *slot, tuple(files))


def _by_slot(item: tuple[Slot, object]) -> tuple[str, str, date]:
    profile, table, day = item[0]
    return profile, table, day or date.min
