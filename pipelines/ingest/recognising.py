"""Which table is this file? By its name, or where the name is anybody's by its first lines.

Here: looking into a file, packed or not, as far as a header may stand. Not here: the grammar of names and whose a header is
(sources/matching.py), and reading the file (reading.py).
"""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipelines.ingest.encoding import BYTE_ORDER_MARKS
from pipelines.ingest.headers import LINES_SEARCHED
from pipelines.sources import TableMatch, match_file, match_header
from pipelines.sources.profile import CANONICAL

LOOKED_AT = 1 << 16
DELIMITERS = {"csv": ",", "tsv": "\t"}
UNREADABLE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError)


class TwoTablesError(Exception):
    """A file whose header is that of more than one table: which is meant cannot be known."""

    def __init__(self, matches: list[TableMatch]) -> None:
        super().__init__("more than one table has this header")
        self.tables = [f"{match.profile} {match.table.name}" for match in matches]


def recognised(path: Path, entry: str | None, name: str, mis: str) -> TableMatch | None:
    """The table of a file, or of an entry of a zip; `name` is its own name without folders. None when nobody knows it.

    A `matlas_` name and the name of a Common Transfer File stand above a header, and a header above the MIS's own names: a file of DfE's
    results is one whatever it is called. Raises TwoTablesError.
    """
    by_name = match_file(name, mis)
    if by_name and by_name.profile != mis:
        return by_name
    by_header = _by_header(path, entry, name)
    if len(by_header) > 1:
        raise TwoTablesError(by_header)
    return by_header[0] if by_header else by_name


def _by_header(path: Path, entry: str | None, name: str) -> list[TableMatch]:
    """The tables whose header is among the first lines; the first line that is a header decides."""
    suffixes = name.lower().removesuffix(".gz").rsplit(".", 1)
    delimiter = DELIMITERS.get(suffixes[-1])
    if delimiter is None or name.lower().startswith(f"{CANONICAL}_"):
        return []
    for line in _first_lines(path, entry, name):
        if found := match_header(name, line.split(delimiter)):
            return found
    return []


def _first_lines(path: Path, entry: str | None, name: str) -> list[str]:
    """The first lines of a file, none where it cannot be looked into: its reader will say why."""
    try:
        with _opened(path, entry) as file:
            head = _unzipped(file) if name.lower().endswith(".gz") else file.read(LOOKED_AT)
    except UNREADABLE:
        return []
    codec = next((codec for mark, codec in BYTE_ORDER_MARKS if head.startswith(mark)), "cp1252")
    return head.decode(codec, errors="replace").splitlines()[:LINES_SEARCHED]


@contextmanager
def _opened(path: Path, entry: str | None) -> Iterator[IO[bytes]]:
    if entry is None:
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as pack, pack.open(entry) as inner:
        yield inner


def _unzipped(file: IO[bytes]) -> bytes:
    with gzip.GzipFile(fileobj=file) as unpacked:
        return unpacked.read(LOOKED_AT)
