"""Reading contents side by side: in two threads when there is little to read, in two processes of their own when there is much.

Here: who reads, and what becomes of a reader that fails, is interrupted or is ended from outside. Not here: the reading itself
(reading.py), and what is kept of it (one_content.py). Parsed text is Python's to hold, so two threads keep little more than one core busy;
a process costs a second to start, which pays from some ten megabytes on.
"""

import errno
import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from traceback import extract_tb

import pyarrow as pa

from pipelines.ingest import reading as reader
from pipelines.store.records import FileReading, Reading

AT_ONCE = 2
MUCH = 48 << 20  # bytes of delivered files, from which processes read faster than threads
FAILED = "failed"  # the maps of a reading that Matlas itself failed at: never current, so tried again every night
FEW_COLLECTIONS = (200_000, 50, 100)  # records by the million hold no cycles: looking for some took a quarter of the time
OF_THE_STORE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class StoreError(Exception):
    """The store cannot be written, or a reader was ended from outside; the message says what to do."""


@contextmanager
def readers(size: int) -> Iterator[Callable[[reader.ReadRequest], Future[Reading]]]:
    """Give what reads one content beside others; `size` is how many bytes there are to read in all.

    Its answer is a Reading whatever the files hold. What is done in this block raises StoreError alone.
    """
    with _few_collections(), _pool(size) as pool:
        try:
            yield lambda request: pool.submit(_read, request)
        except BrokenProcessPool:
            raise StoreError(
                "A process that reads deliveries was ended from outside, as a rule because the machine ran out of memory. "
                "Make memory free, then run again: what was read so far is kept, and nothing that was published is lost."
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)
            pa.default_memory_pool().release_unused()  # the build needs the memory now


def is_read_elsewhere(size: int) -> bool:
    """Whether other processes read so many bytes, while this one has little to do."""
    return size >= MUCH


def _pool(size: int) -> Executor:
    if not is_read_elsewhere(size):
        return ThreadPoolExecutor(AT_ONCE)
    pool = ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn"), initializer=_begin_process)
    with _interrupts_held():
        for _ in range(AT_ONCE):
            pool.submit(_nothing)
    return pool


def _nothing() -> None:
    """What starts a process."""


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes that start in this block never hear Ctrl-C, which the terminal sends to all: the night itself stops them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_process() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(*FEW_COLLECTIONS)


def _end_with_parent() -> None:
    """A night that is killed must leave no reader behind."""
    parent = parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _read(request: reader.ReadRequest) -> Reading:
    try:
        return reader.read_content(request)
    except Exception as error:
        if _is_of_the_store(error, request.temporary):
            raise StoreError(
                f"{request.raw.parent} cannot be written: the disk is full, or this account may not write there. "
                "Make room or give it the right, then run again; nothing that was published is lost."
            ) from None
        return _failed(request, error)


def _is_of_the_store(error: Exception, temporary: Path) -> bool:
    if isinstance(error, OSError) and error.errno in OF_THE_STORE:
        return True
    if isinstance(error, OSError):
        return not _is_writable(temporary)
    return False


def _is_writable(folder: Path) -> bool:
    """Try it: a megabyte, written and removed."""
    probe = folder / f"probe-{os.getpid()}"
    try:
        probe.write_bytes(bytes(1 << 20))
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True


def _failed(request: reader.ReadRequest, error: Exception) -> Reading:
    """Return the reading of a content at which Matlas itself failed: where it happened, and no word of the error (it may quote a value)."""
    ours = [frame for frame in extract_tb(error.__traceback__) if "pipelines" in frame.filename]
    place = f" at {Path(ours[-1].filename).name} line {ours[-1].lineno}" if ours else ""
    sentence = (
        f"{request.files[0].name} could not be read: {type(error).__name__}{place}. This is a fault of Matlas, not of the file. Please "
        "report it; everything else is read as usual, and this file is tried again every night."
    )
    return Reading(
        content_id=request.content_id,
        maps_id=FAILED,
        academy_id=request.academy.id,
        table_name=request.table.name,
        status="rejected",
        reason_code="unreadable_file",
        reason=sentence,
        files=[FileReading(file.name, file.sha256, file.bytes) for file in request.files],
    )


@contextmanager
def _few_collections() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*FEW_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
