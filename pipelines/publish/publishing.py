"""Put the audited candidate in the published file's place, in one rename, so that a reader sees the old night or the new one.

Here: the order of the file operations and what each is for. A crash between any two of them leaves a whole published file, and the next run
starts by sweeping what was left. Not here: what a candidate must hold (audit.py).
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.publish.audit import audit
from pipelines.store.home import Home
from pipelines.store.records import RunRequest

KEPT = 3
READ_ONLY = 0o440
"""The published file holds names of children: its owner and its group read it, nobody else, and nobody writes."""


class PublishError(Exception):
    """The warehouse was built but could not be put in place; the message says what to do."""


@dataclass(frozen=True)
class PublishedFile:
    """A file that readers may open: where it is, since when, and the rows of each of its tables."""

    path: Path
    published_at: datetime
    bytes: int
    rows: dict[str, int]


def publish(home: Home, request: RunRequest) -> PublishedFile:
    """Audit the candidate and rename it into place: `published/matlas.duckdb`, or the as-at file when the run looks back."""
    candidate = home.candidate
    target = home.published_file if request.as_at is None else home.as_at_file(request.as_at)
    if candidate.exists():
        _settle(candidate)
    rows = audit(candidate)
    target.parent.mkdir(parents=True, exist_ok=True)
    if candidate.stat().st_dev != target.parent.stat().st_dev:
        raise PublishError(f"{target.parent} is on another disk than {home.store}: keep the whole home on one disk, then run again.")
    candidate.chmod(READ_ONLY)
    _flush(candidate)
    if request.as_at is None:
        _keep_previous(home)
    candidate.replace(target)
    _flush(target.parent)
    return PublishedFile(path=target, published_at=datetime.now(UTC), bytes=target.stat().st_size, rows=rows)


def clean_leftovers(home: Home) -> None:
    """Remove what an interrupted run left: candidate, build database, their logs, temporary files. Published files are not touched."""
    for database in (home.candidate, home.build_database):
        for leftover in (database, database.with_name(f"{database.name}.wal")):
            leftover.unlink(missing_ok=True)
    if home.temporary.exists():
        shutil.rmtree(home.temporary, ignore_errors=True)


def _settle(candidate: Path) -> None:
    """Fold a write-ahead log into the file: a published file must be whole by itself."""
    if not candidate.with_name(f"{candidate.name}.wal").exists():
        return
    try:
        with duckdb.connect(str(candidate)) as connection:
            connection.execute("checkpoint")
    except duckdb.Error:
        raise PublishError("The new warehouse's file could not be completed: run again; if it happens again, check the disk.") from None


def _keep_previous(home: Home) -> None:
    """Keep the file that is about to be replaced under its own time, as a second name of the same bytes where the disk can do that."""
    home.previous.mkdir(parents=True, exist_ok=True)
    current = home.published_file
    if current.exists():
        written = datetime.fromtimestamp(current.stat().st_mtime, UTC)
        kept = home.previous / f"matlas_{written:%Y%m%dT%H%M%S%f}Z.duckdb"
        if not kept.exists():
            _second_name(current, kept)
    for old in sorted(home.previous.glob("matlas_*.duckdb"))[:-KEPT]:
        old.unlink()


def _second_name(current: Path, kept: Path) -> None:
    try:
        kept.hardlink_to(current)
    except OSError:  # a disk without hard links
        partial = kept.with_suffix(".partial")
        shutil.copy2(current, partial)
        partial.replace(kept)


def _flush(path: Path) -> None:
    """Make sure that what the rename promises is on the disk, not only in memory."""
    if os.name == "nt" and path.is_dir():  # Windows cannot open a folder
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
