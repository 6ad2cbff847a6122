"""An official file as a table of text: its header, its encoding, its rows; nothing is guessed and nothing is read into them here.

Not here: which file it is (known.py), and what its cells mean (figures.py, registers.py).
"""

import codecs
import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipelines.benchmarks.known import Header

CHUNK = 1 << 20


class BenchmarkError(Exception):
    """The file cannot be loaded; the text says why and what to do."""


@contextmanager
def in_utf8(path: Path) -> Iterator[Path]:
    """The file itself, or a copy in UTF-8 while it is needed: Get Information About Schools writes Windows-1252."""
    with TemporaryDirectory() as folder:
        try:
            readable = path if _is_utf8(path) else _copied(path, Path(folder) / "utf8.csv")
        except FileNotFoundError:
            raise BenchmarkError(f"{path} does not exist.") from None
        except (OSError, UnicodeDecodeError):
            raise BenchmarkError(f"{path} cannot be read as a CSV. Use the file as it is offered for download, unopened.") from None
        yield readable


def _copied(path: Path, copy: Path) -> Path:
    with path.open(encoding="cp1252", newline="") as source, copy.open("w", encoding="utf-8", newline="") as target:
        shutil.copyfileobj(source, target)
    return copy


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            for chunk in iter(lambda: file.read(CHUNK), b""):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def header_of(path: Path, shown: Path) -> Header:
    """The names of the columns, in lower case. A file without them, or with one twice, is refused."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            header = [name.strip().lower() for name in next(csv.reader(file), [])]
        except csv.Error:
            header = []
    twice = [name or "(no name)" for name, times in Counter(header).items() if times > 1 or not name]
    if not header or twice:
        raise BenchmarkError(
            f"{shown} has no header row that can be read{f' ({twice[0]} stands in it more than once)' if twice else ''}. "
            "Use the file as it is offered for download, unopened."
        )
    return header


def fingerprint(path: Path) -> str:
    """A name for the content of the file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def read_text(connection: duckdb.DuckDBPyConnection, path: Path, header: Header, shown: Path) -> None:
    """Put the rows into the table `delivered`, every column text; nothing is sniffed."""
    columns = ", ".join(f"'{name.replace(chr(39), chr(39) * 2)}': 'VARCHAR'" for name in header)
    try:
        connection.execute(
            f"create temp table delivered as select * from read_csv(?, auto_detect=false, header=true, delim=',', quote='\"', escape='\"', "
            f"columns={{{columns}}})",
            [str(path)],
        )
    except duckdb.Error:
        raise BenchmarkError(f"{shown} breaks off or has a line with too many or too few fields. Download it again.") from None


def quoted(name: str) -> str:
    """A column name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"
