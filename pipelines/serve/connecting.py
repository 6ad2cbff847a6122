"""Connections to PostgreSQL: by a URL from the environment, which is never shown, not even in part.

Here: opening them, what the server and the database must be, and turning PostgreSQL's errors into sentences without anybody's value. Not
here: what is loaded over it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import errors, sql

from pipelines.serve.errors import ServeError

OLDEST = 15
"""Views that ask with their reader's rights came with PostgreSQL 15."""

ONE_LOAD = 4_662_125_719
"""The advisory lock of a database that is being loaded; any number that no other program takes."""

SETTINGS = (
    "default_transaction_read_only = off",
    "statement_timeout = 0",
    "idle_in_transaction_session_timeout = 0",
    "idle_session_timeout = 0",
    "client_min_messages = error",
    "maintenance_work_mem = '256MB'",
    "timezone = 'UTC'",
    "datestyle = 'ISO, YMD'",
    "client_encoding = 'UTF8'",
)


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """A session that holds this database's lock against a second load.

    Raises ServeError when there is none, for a server or database that cannot be served, and for whatever PostgreSQL says while the block
    runs, to this session or to others of the same load.
    """
    try:
        with session(url) as connection:
            _require_ours(connection)
            yield connection
    except psycopg.Error as error:  # its message may quote a row
        raise ServeError(
            f"PostgreSQL stopped the load ({type(error).__name__}, SQLSTATE {error.sqlstate or 'none: the connection was lost'}). "
            "What readers had stands as it was. The server's own log says more; put that right and load again."
        ) from None


def session(url: str) -> psycopg.Connection:
    """A connection, set as a load needs it, that commits only what it is told to. Raises ServeError when there is none."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=15, application_name="matlas serve")
    except psycopg.Error as error:
        raise ServeError(_why_not(str(error))) from None
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise ServeError(f"The server is PostgreSQL {version}; Matlas needs {OLDEST} or newer, whose views ask with their reader's rights.")
    for setting in SETTINGS:
        connection.execute(sql.SQL("set {}").format(sql.SQL(setting)))
    with suppress(errors.InvalidParameterValue):  # a server on Windows cannot
        connection.execute("set client_connection_check_interval = '5s'")  # a killed load must not go on with an index
    return connection


def _why_not(said: str) -> str:
    """The likeliest cause, in our words: libpq's may repeat parts of the URL."""
    said = said.lower()
    if "too many" in said or "connection slots" in said:
        return "PostgreSQL has no connection left for the login of the URL: a load takes three. Look at max_connections, or load later."
    if "authentication" in said or "no password" in said or "role" in said:
        return "PostgreSQL does not let the login of the URL in: look at its name, its password and the server's pg_hba.conf."
    if "database" in said and "does not exist" in said:
        return (
            "The database that the URL names is not there. `matlas serve postgres --setup` prints what an administrator types to make it."
        )
    if "connection string" in said or "missing" in said or "invalid" in said:
        return "The URL cannot be read. It looks like postgresql://login:password@server:5432/database, with %40 for an @ in the password."
    return "No PostgreSQL answers at the server and port of the URL: look whether it runs and whether this machine may reach it."


def _require_ours(connection: psycopg.Connection) -> None:
    if not _one(connection, "select pg_has_role(current_user, datdba, 'usage') from pg_database where datname = current_database()"):
        raise ServeError("The login of the URL must own the database that it loads: alter database … owner to …, by an administrator.")
    if _one(connection, "select getdatabaseencoding()") != "UTF8":
        raise ServeError("The database must have the encoding UTF8, for names: make it anew with encoding 'UTF8' template template0.")
    if not _one(connection, "select pg_try_advisory_lock(%s)", ONE_LOAD):
        raise ServeError(
            "Another `matlas serve postgres` is loading this database. Wait until it has ended; readers have the old night meanwhile."
        )


def _one(connection: psycopg.Connection, query: str, *parameters: object) -> object:
    row = connection.execute(query.encode(), parameters or None).fetchone()
    return row[0] if row else None
