"""Put the audited candidate in the published file's place, in one rename, so that a reader sees the old night or the new one.

Here: the order of the file operations and what each is for. A crash between any two of them leaves a whole published file, and the next run
starts by sweeping what was left. Not here: what a candidate must hold (audit.py).
"""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.publish.audiences import NOTHING, make_files, stamp
from pipelines.publish.audit import audit
from pipelines.publish.swapping import Move, finish_swap, flush, swap
from pipelines.store.home import OF_PEOPLE, Home
from pipelines.store.records import RunRequest
from pipelines.trust import TrustConfig

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


def publish(home: Home, trust: TrustConfig, request: RunRequest, tables_of: str | None = None) -> PublishedFile:
    """Audit the candidate and swap it in, with the other audiences' files; a run that looks back makes the trust's file alone.

    `tables_of` is a name for all that the candidate's tables were made of, where there is one: files that were made of the same stand.
    """
    candidate = home.candidate
    target = home.published_file if request.as_at is None else home.as_at_file(request.as_at)
    published_at = datetime.now(UTC)
    if candidate.exists():
        _settle(candidate)
    rows = audit(candidate)
    _stamp(candidate, published_at, request)
    target.parent.mkdir(parents=True, exist_ok=True, mode=OF_PEOPLE)
    if candidate.stat().st_dev != target.parent.stat().st_dev:
        raise PublishError(f"{target.parent} is on another disk than {home.store}: keep the whole home on one disk, then run again.")
    others = make_files(home, trust, request, tables_of, published_at) if request.as_at is None else NOTHING
    for file in (candidate, *(move.made for move in others.moves)):
        file.chmod(READ_ONLY)
        flush(file)
    if request.as_at is None:
        _keep_previous(home)
    if others.changes_nothing:
        candidate.replace(target)
        flush(target.parent)
    else:
        swap(home, [Move(candidate, target), *others.moves], others.gone, others.made_of)
    return PublishedFile(path=target, published_at=published_at, bytes=target.stat().st_size, rows=rows)


def clean_leftovers(home: Home) -> None:
    """Finish a swap that was begun, and remove what else an interrupted run left: candidates, build database, logs, temporary files."""
    finish_swap(home)
    for database in (home.candidate, home.build_database):
        for leftover in (database, database.with_name(f"{database.name}.wal")):
            leftover.unlink(missing_ok=True)
    for folder in (home.temporary, home.audience_candidates):
        shutil.rmtree(folder, ignore_errors=True)


def _settle(candidate: Path) -> None:
    """Fold a write-ahead log into the file: a published file must be whole by itself."""
    if not candidate.with_name(f"{candidate.name}.wal").exists():
        return
    try:
        with duckdb.connect(str(candidate)) as connection:
            connection.execute("checkpoint")
    except duckdb.Error:
        raise PublishError("The new warehouse's file could not be completed: run again; if it happens again, check the disk.") from None


def _stamp(candidate: Path, published_at: datetime, request: RunRequest) -> None:
    """Write into the trust's file whose it is and of which night."""
    candidate.chmod(0o640)
    with duckdb.connect(str(candidate)) as connection:
        stamp(connection, connection.execute("select current_database()").fetchall()[0][0], "trust", None, published_at, request)


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
