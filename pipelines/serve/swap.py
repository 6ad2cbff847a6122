"""Putting a new night in the old one's place: five schemas are renamed, and the old ones dropped when nobody reads them any more.

Renaming a schema waits for no reader and makes none wait. A query that runs goes on in the old night, the next one begins in the new. Here:
that, and keeping Matlas out of a database that is somebody else's. Not here: what is in the schemas.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from psycopg import errors, sql

from pipelines.serve.errors import ServeError

if TYPE_CHECKING:
    import psycopg

PRIVATE = "matlas"
PUBLISHED = ("core", "dq", "marts", "ref")
SCHEMAS = (PRIVATE, *PUBLISHED)
SIGN = "Made by `matlas serve postgres`, anew with each load: do not put anything here."


def loading(schema: str) -> str:
    """A schema's name until it is put in place."""
    return f"{schema}_loading"


def before(schema: str) -> str:
    """A schema's name when another is in its place."""
    return f"{schema}_before"


def begin(cursor: "psycopg.Cursor") -> None:
    """Make the empty schemas of a new night, without what a load left that was killed.

    Raises ServeError in a database where one of the names is somebody else's.
    """
    names = [*SCHEMAS, *(loading(schema) for schema in SCHEMAS)]
    strange = [schema for schema in _there(cursor, names) if _comment(cursor, schema) != SIGN]
    if strange:
        raise ServeError(
            f"The database has a schema {strange[0]} that Matlas did not make. Give Matlas a database of its own: "
            "`matlas serve postgres --setup` prints how."
        )
    drop_unfinished(cursor)
    for schema in SCHEMAS:
        name = sql.Identifier(loading(schema))
        cursor.execute(sql.SQL("create schema {name}; comment on schema {name} is {sign}").format(name=name, sign=sql.Literal(SIGN)))


def drop_unfinished(cursor: "psycopg.Cursor") -> None:
    """Drop what was loaded and not put in place, which nobody may read."""
    names = sql.SQL(", ").join(sql.Identifier(loading(schema)) for schema in SCHEMAS)
    cursor.execute(sql.SQL("drop schema if exists {} cascade").format(names))


def put_in_place(cursor: "psycopg.Cursor") -> None:
    """Rename: what readers have becomes the night before, what was loaded becomes what they have."""
    there = _there(cursor, SCHEMAS)
    for schema in SCHEMAS:
        if schema in there:
            cursor.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(schema), sql.Identifier(before(schema))))
            cursor.execute(
                sql.SQL("revoke all on schema {} from {}").format(sql.Identifier(before(schema)), _others_in(cursor, before(schema)))
            )
        cursor.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(loading(schema)), sql.Identifier(schema)))


def drop_before(connection: "psycopg.Connection", patience: int) -> bool:
    """Drop the night before; False when readers still hold it after `patience` seconds.

    Nobody waits for this: whoever comes meanwhile reads the new one.
    """
    names = sql.SQL(", ").join(sql.Identifier(before(schema)) for schema in SCHEMAS)
    try:
        with connection.transaction():
            connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(f"{patience}s")))
            connection.execute(sql.SQL("drop schema if exists {} cascade").format(names))
    except (errors.LockNotAvailable, errors.DeadlockDetected):
        return False
    return True


def _there(cursor: "psycopg.Cursor", names: Sequence[str]) -> list[str]:
    cursor.execute("select nspname from pg_catalog.pg_namespace where nspname = any(%s) order by 1", [list(names)])
    return [name for (name,) in cursor.fetchall()]


def _comment(cursor: "psycopg.Cursor", schema: str) -> str | None:
    cursor.execute("select obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace where nspname = %s", [schema])
    row = cursor.fetchone()
    return row[0] if row else None


def _others_in(cursor: "psycopg.Cursor", schema: str) -> sql.Composed:
    """Whoever has a right on a schema besides its owner."""
    cursor.execute(
        """
        select distinct rolname
        from pg_catalog.pg_namespace, aclexplode(nspacl) as given
        join pg_catalog.pg_roles on pg_roles.oid = given.grantee
        where nspname = %s and given.grantee <> nspowner
        """,
        [schema],
    )
    return sql.SQL(", ").join([sql.SQL("public"), *(sql.Identifier(name) for (name,) in cursor.fetchall())])
