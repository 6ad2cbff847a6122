"""All tables of a night filled by several sessions side by side: one session of PostgreSQL reads rows no faster than one processor can.

Here: which session fills what, and when all of it ends. Not here: what filling is (stored.py). What is filled here is committed piece by
piece, in schemas that nobody may open; putting them in place is one transaction of its own (loading.py).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING

from pipelines.serve.connecting import session
from pipelines.serve.stored import Piece, fill

if TYPE_CHECKING:
    import duckdb
    import psycopg

    from pipelines.serve.files import Files

SESSIONS = 2


@dataclass(frozen=True)
class _Side:
    """One of the sessions, with a connection of its own to the files."""

    postgres: "psycopg.Connection"
    files: "duckdb.DuckDBPyConnection"

    def stop(self) -> None:
        """End what it is doing, with an error there."""
        self.postgres.cancel()
        self.files.interrupt()


def fill_all(url: str, files: "Files", pieces: Iterable[Piece], say: Callable[[str, int], None]) -> int:
    """Fill the pieces, the largest first; return all rows. `say` is told each part that is whole, and its rows.

    When one cannot be filled the others are stopped, and its error is raised.
    """
    free: SimpleQueue[_Side] = SimpleQueue()

    def fill_one(piece: Piece) -> int:
        mine = free.get()
        try:
            with mine.postgres.transaction(), mine.postgres.cursor() as cursor:
                return fill(cursor, mine.files, files, piece)
        finally:
            free.put(mine)

    with ExitStack() as ends, ThreadPoolExecutor(SESSIONS) as threads:
        sides = [_Side(ends.enter_context(session(url)), ends.enter_context(_beside(files))) for _ in range(SESSIONS)]
        for side in sides:
            free.put(side)
        filled = {threads.submit(fill_one, piece): piece for piece in sorted(pieces, key=lambda piece: -piece.rows)}
        try:
            return _wait(filled, say)
        except BaseException:
            for each in filled:
                each.cancel()
            for side in sides:
                side.stop()
            raise


def _beside(files: "Files") -> "duckdb.DuckDBPyConnection":
    connection = files.connection.cursor()
    connection.execute("set enable_progress_bar = false")
    return connection


def _wait(filled: dict[Future[int], Piece], say: Callable[[str, int], None]) -> int:
    left = Counter(piece.part.name for piece in filled.values())
    rows = Counter[str]()
    for each in as_completed(filled):
        name = filled[each].part.name
        rows[name] += each.result()
        left[name] -= 1
        if not left[name]:
            say(name, rows[name])
    return rows.total()
