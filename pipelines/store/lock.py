"""One run at a time: the lock on a home's store.

Here: taking the lock, and saying who holds it. The operating system frees it when its holder dies, even of `kill -9`. Not here: what a run
does while it holds it. Readers of the published files need no lock.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.store.home import Home
from pipelines.store.records import now


class LockedError(Exception):
    """Another process works on this home; the message says which, since when and at what."""


@contextmanager
def held(home: Home, what: str) -> Iterator[None]:
    """Hold the home's lock while the block runs. `what` says to a second caller what the first one is doing.

    Raises LockedError at once when another process (or another part of this one) holds it.
    """
    home.store.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.lock)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise LockedError(_sentence(home)) from None
    holder = _holder_file(home)
    try:
        holder.write_text(json.dumps({"pid": os.getpid(), "since": now().isoformat(timespec="seconds"), "what": what}), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder_file(home: Home) -> Path:
    """Beside the lock, not in it: taking a lock empties its file."""
    return home.lock.with_name(home.lock.name + ".holder")


def _sentence(home: Home) -> str:
    try:
        holder = json.loads(_holder_file(home).read_text(encoding="utf-8"))
        who = f"process {holder['pid']} holds its lock since {holder['since']} ({holder['what']})"
    except (OSError, ValueError, KeyError):
        who = "another process holds its lock"
    return f"{home.root} is being worked on: {who}. Wait until it has ended, then run the command again."
