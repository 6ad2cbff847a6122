"""The manifest as a SQLite file: opening it, and transactions that are whole or nothing.

Here: what every reader and writer of the manifest shares. Not here: its tables (schema.py), deliveries and runs (manifest.py), and people
who were erased (erasures.py).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipelines.store.chain import take_over
from pipelines.store.schema import SCHEMA, VERSION, WITH_LEDGER


class ManifestError(Exception):
    """The manifest cannot be used; the message says what to do."""


class ManifestFile:
    """The open file of one home. A context manager."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = _opened(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("begin immediate")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(sql, parameters)]


def insert(connection: sqlite3.Connection, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]], conflict: str = "") -> None:
    """Add rows to a table, values in the order of `names`."""
    marks = ", ".join("?" * len(names))
    connection.executemany(f"insert into {table} ({', '.join(names)}) values ({marks}) {conflict}", rows)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("pragma journal_mode = wal")
        found = connection.execute("pragma user_version").fetchone()[0]
        if found < VERSION:
            _renew(connection)
    except sqlite3.OperationalError as error:
        connection.close()
        raise ManifestError(f"{path} cannot be used: {error}. Check the disk, and that this account may write there.") from None
    except sqlite3.DatabaseError:
        connection.close()
        raise ManifestError(f"{path} is damaged or no manifest. Put back the copy from your backup of the store folder.") from None
    if found > VERSION:
        connection.close()
        raise ManifestError(f"{path} was written by a newer Matlas (manifest version {found}). Update Matlas on this machine.")
    return connection


def _renew(connection: sqlite3.Connection) -> None:
    """Add the tables that are missing. What was decided before there was a ledger is written into it, by the first to come here alone."""
    connection.executescript(f"begin immediate; {SCHEMA} commit;")
    connection.execute("begin immediate")
    if 0 < connection.execute("pragma user_version").fetchone()[0] < WITH_LEDGER:
        take_over(connection)
    connection.execute(f"pragma user_version = {VERSION}")
    connection.execute("commit")
