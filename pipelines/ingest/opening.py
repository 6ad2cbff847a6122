"""A delivered file, plain: unpacked from gzip or zip, within the trust's limits.

Here: what a zip holds, and unpacking as a stream that stops at a limit before disk is spent. Not here: what the plain file says
(encoding.py, tabular.py, pages.py, xml.py, workbook.py).
"""

import errno
import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from pipelines.ingest.faults import ReadingFault
from pipelines.trust import Limits

CHUNK = 1 << 20
GIB = 1 << 30
GZIP_SUFFIX = ".gz"
DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)  # our own disk, not the academy's file
ENCRYPTED = 0x1


def entries(path: Path) -> list[str]:
    """The files in a zip, folders left out. Raises ReadingFault for an unsafe path, or a file that is no zip."""
    with _zip(path, path.name) as pack:
        names = [info.filename for info in pack.infolist() if not info.is_dir()]
    for name in names:
        _refuse_unsafe(path.name, name)
    return names


class Readable(Protocol):
    """A stream of bytes, whatever unpacks it."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`."""


@contextmanager
def unpacked(path: Path, entry: str | None, limits: Limits, temporary: Path) -> Iterator[Path]:
    """The delivered file as a plain file, for as long as the context lasts.

    `entry` names a file in a zip. Gzip is unpacked on the way, in a zip too. Raises ReadingFault when a limit is passed or the packing is
    broken. The limits hold for what is unpacked and for a file that was never packed.
    """
    name = f"{path.name}/{entry}" if entry else path.name
    temporary.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=temporary))
    try:
        plain = path
        if entry is not None:
            plain = _from_zip(path, entry, name, limits, folder)
        if plain.suffix.lower() == GZIP_SUFFIX:
            plain = _from_gzip(plain, name, limits, folder)
        if plain == path:
            _refuse_large(path.stat().st_size, name, limits)
        yield plain
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _from_zip(path: Path, entry: str, name: str, limits: Limits, folder: Path) -> Path:
    _refuse_unsafe(path.name, entry)
    with _zip(path, name) as pack:
        try:
            info = pack.getinfo(entry)
        except KeyError:
            raise ReadingFault("unreadable_file", f"{name} is not in the zip any more. Deliver it again.", name) from None
        if info.flag_bits & ENCRYPTED:
            raise ReadingFault("unreadable_file", f"{name} is protected by a password. Make the zip without one.", name)
        target = folder / PurePosixPath(entry).name
        with pack.open(info) as source:
            _unpack(source, target, info.compress_size, name, limits)
    return target


def _from_gzip(path: Path, name: str, limits: Limits, folder: Path) -> Path:
    target = folder / path.stem
    with gzip.open(path, "rb") as source:
        _unpack(source, target, path.stat().st_size, name, limits)
    return target


def _unpack(source: Readable, target: Path, packed_bytes: int, name: str, limits: Limits) -> None:
    """Copy a stream chunk by chunk, so that a bomb costs one chunk of disk more than the limit."""
    unpacked_bytes = 0
    try:
        with target.open("wb") as file:
            while chunk := source.read(CHUNK):
                unpacked_bytes += len(chunk)
                _refuse_large(unpacked_bytes, name, limits)
                if unpacked_bytes > limits.max_compression * max(packed_bytes, 1):
                    raise ReadingFault(
                        "too_compressed",
                        f"{name} unpacks to more than {limits.max_compression:g} times its size (limits: max_compression in trust.yml). "
                        "A real export does not: make it again, or deliver it unpacked.",
                        name,
                    )
                file.write(chunk)
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno in DISK_IS_FULL:
            raise
        raise ReadingFault(
            "unreadable_file", f"{name} is damaged or only part of it arrived: it cannot be unpacked. Deliver it again.", name
        ) from None


def _refuse_large(size: int, name: str, limits: Limits) -> None:
    if size > limits.max_file_gib * GIB:
        raise ReadingFault(
            "too_large",
            f"{name} is over {limits.max_file_gib:g} GiB (limits: max_file_gib in trust.yml). "
            "Export it in parts (…_part1, …_part2), or raise the limit.",
            name,
        )


def is_unsafe(entry: str) -> bool:
    """Whether an entry would leave the folder it is unpacked to, on Windows too."""
    parts = entry.replace("\\", "/").split("/")
    return entry.startswith(("/", "\\")) or ":" in parts[0] or ".." in parts


def _refuse_unsafe(pack: str, entry: str) -> None:
    if is_unsafe(entry):
        raise ReadingFault("unsafe_path", f"{pack} holds an entry with an unsafe path. Make the zip again from files in one folder.", pack)


@contextmanager
def _zip(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        pack = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError):
        raise ReadingFault("unreadable_file", f"{name} is not a whole zip file. Deliver it again.", name) from None
    with pack:
        yield pack
