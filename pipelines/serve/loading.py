"""One load: the published night into PostgreSQL, all of it or nothing.

Here: the order of the steps and what is reported of them. Not here: any step. What is loaded lies in schemas that nobody may open until one
transaction gives out the rights and puts them in place. A load that fails takes them away; of one that is killed the next does.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from pipelines.readers import Login
from pipelines.serve import rights, swap
from pipelines.serve.connecting import connected
from pipelines.serve.errors import ServeError
from pipelines.serve.files import Files, opened
from pipelines.serve.filling import fill_all
from pipelines.serve.plan import WHOLE, Reader, audiences_of, served_tables
from pipelines.serve.stored import Piece, analyze, make
from pipelines.serve.views import make_view

if TYPE_CHECKING:
    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

IDLE_SECONDS = 60
"""A transaction that does nothing for so long is ended: it would keep the night before."""


@dataclass(frozen=True)
class Loaded:
    """What a load did, and what waits for a person."""

    tables: int
    rows: int
    missing_logins: list[str]
    torn: list[str]
    is_night_before_gone: bool


def load(home: "Home", trust: "TrustConfig", url: str, seconds: int, say: Callable[[str, int], None]) -> Loaded:
    """Load what trust.yml's logins read; a statement of a reader may take `seconds`. `say` is told each stored table and its rows.

    Raises ServeError, after which readers have what they had before.
    """
    logins = trust.access.logins
    _require_logins(logins)
    tables = served_tables(audiences_of(logins.values()))
    with connected(url) as connection:
        if not swap.drop_before(connection, seconds + IDLE_SECONDS):
            raise ServeError(
                "A reader still holds the night before the one that readers have. Nothing was loaded; end that session and load again."
            )
        people = rights.members(connection.cursor(), logins)
        readers = _readers(people, logins)
        with connection.transaction(force_rollback=True):  # whether it may, before anything is loaded
            rights.grant_membership(connection.cursor(), logins)
        with opened(home, tables, readers, trust.privacy.suppress_below) as files:
            with connection.transaction(), connection.cursor() as cursor:
                swap.begin(cursor)
                pieces = [piece for served in files.tables for part in served.parts for piece in make(cursor, files, part)]
            try:
                rows = fill_all(url, files, pieces, say)
                with connection.transaction(), connection.cursor() as cursor:
                    missing = rights.grant_membership(cursor, logins)
                    rights.write_access(cursor, logins, readers)
                    _put_in_place(cursor, files, pieces)
                    _set_limits(cursor, seconds)
            except BaseException:
                with suppress(psycopg.Error), connection.transaction(), connection.cursor() as cursor:
                    swap.drop_unfinished(cursor)
                raise
        return Loaded(len(files.tables), rows, missing, people.torn, swap.drop_before(connection, seconds + IDLE_SECONDS))


def _put_in_place(cursor: "psycopg.Cursor", files: Files, pieces: list[Piece]) -> None:
    """Who reads which rows, the views that they open, and then the new night in the old one's place."""
    schema_of = {schema: swap.loading(schema) for schema in swap.PUBLISHED}
    for part in {piece.part: None for piece in pieces if piece.is_slice}:
        analyze(cursor, part)
    for served in files.tables:
        rights.protect(cursor, served)
        make_view(cursor, files, served, schema_of[served.table.split(".")[0]])
    rights.let_in(cursor, files.tables, schema_of)
    swap.put_in_place(cursor)


def _require_logins(logins: dict[str, Login]) -> None:
    if not logins:
        raise ServeError(
            "trust.yml names no login, so nobody would read anything: write them under access, logins (docs/how-to/postgres.md)."
        )
    groups = {rights.group(audience) for audience in rights.AUDIENCES}
    for name in sorted(set(logins) & groups):
        raise ServeError(f"trust.yml names the login {name}, which is the name of one of Matlas's groups. Give the login another name.")


def _readers(people: rights.Members, logins: dict[str, Login]) -> list[Reader]:
    """The trust, the governors, the analysts, and each set of academies that some leader has: by a line of their own or by groups."""
    leaders = people.leaders_of() | {tuple(sorted(login.academies)) for login in logins.values() if login.audience == "academy"}
    found = [WHOLE, Reader(1, "governor"), Reader(2, "analyst")]
    return [*found, *(Reader(number, "academy", academies) for number, academies in enumerate(sorted(leaders), start=len(found)))]


def _set_limits(cursor: "psycopg.Cursor", seconds: int) -> None:
    """How readers' sessions begin. Of the database and not of roles: a group's settings do not reach its members."""
    cursor.execute("select current_database()")
    (database,) = cursor.fetchone() or ("",)
    for setting, value in (
        ("default_transaction_read_only", "on"),
        ("statement_timeout", f"{seconds}s"),
        ("idle_in_transaction_session_timeout", f"{IDLE_SECONDS}s"),
    ):
        cursor.execute(sql.SQL("alter database {} set {} = {}").format(sql.Identifier(database), sql.SQL(setting), sql.Literal(value)))
