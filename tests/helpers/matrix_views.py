"""What one viewer finds who tries everything: in a published file, or as a login in PostgreSQL.

Tables with all their rows, catalogues, comments, statistics, messages of errors that were made on purpose, and what should have been
refused and was not. Here: trying. Not here: what they ought to find (matrix_rules.py), nor comparing (matrix.py).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from tests.helpers.matrix_rules import ACADEMIES, SCHEMAS, classes, said_of

if TYPE_CHECKING:
    import psycopg

    from tests.helpers.postgres import Cluster

Row = tuple[Any, ...]
IN_SCHEMAS = f"in ({', '.join(repr(schema) for schema in SCHEMAS)})"
PRIVATE = "matlas"
ATTACKED = tuple(table for table in classes() if not table.startswith("ref."))
WRITES = (
    "insert into core.dim_pupil (upn) values ('A')",
    "update core.dim_pupil set upn = 'A'",
    "delete from core.dim_pupil",
    "create table core.mine as select 1 as one",
    "create unique index mine on core.dim_pupil (upn)",
    "alter table core.dim_pupil add column mine integer",
    "drop table core.dim_pupil",
)
WRITES_IN_POSTGRESQL = (
    "create temporary table mine (one integer)",
    "create table public.mine (one integer)",
    f"create table core.mine (pupil_key text references {PRIVATE}.core_dim_pupil (pupil_key))",
    "drop view core.dim_pupil",
    "create or replace view core.dim_pupil as select 1 as one",
    f"alter table {PRIVATE}.core_dim_pupil disable row level security",
    f"drop policy trust on {PRIVATE}.core_dim_pupil",
    f"insert into {PRIVATE}.login values (current_user, 'trust', '{{}}')",
    "set row_security = off; select * from core.dim_pupil",
    "copy core.dim_pupil to '/dev/null'",
)


@dataclass(frozen=True)
class Table:
    """One table as a viewer reads it."""

    columns: tuple[str, ...]
    rows: list[Row]


@dataclass
class Seen:
    """All that a viewer finds: the columns that the catalogue names, the tables with their rows, what else was said, and by what; what was
    let through that should have been refused."""

    named: dict[str, set[str]] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    let_through: list[str] = field(default_factory=list)

    def text_of_rows(self) -> str:
        """Every cell, in small letters, with dates as a person writes them."""
        return " ".join(repr(table.rows) for table in self.tables.values()).lower()


def found_in(text: str) -> set[str]:
    """The facts about the marked people that a text tells, `ashby: surname` and so on."""
    return {
        f"{academy}: {fact}"
        for academy in ACADEMIES
        for fact, words in said_of(academy).items()
        if any(each in text for each in _forms(words))
    }


def _forms(words: str) -> tuple[str, ...]:
    """As it is written; a date also as Python shows it."""
    try:
        return words, repr(dt.date.fromisoformat(words))
    except ValueError:
        return (words,)


ANY_FACT = " or ".join(
    f"lower(said::text) like '%{words}%'" for academy in ACADEMIES for fact, words in said_of(academy).items() if fact != "born"
)
ATTACKS = {
    "a cast that fails": f"select count(*) from {{}} as said where cast(case when {ANY_FACT} then said::text else '1' end as integer) = 1",
    "a division by zero": f"select count(*) from {{}} as said where 1 / (case when {ANY_FACT} then 0 else 1 end) = 1",
}


def see_file(file: Path) -> Seen:
    """What is found in a published file, opened as readers open it."""
    seen = Seen()
    with duckdb.connect(str(file), read_only=True) as connection:
        ask = connection.execute
        seen.named = _by_table(ask("select table_schema, table_name, column_name from information_schema.columns").fetchall())
        internal = "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        seen.named |= _by_table(ask(internal).fetchall())
        for table in seen.named:
            rows = ask(f"select * from {table}").fetchall()
            seen.tables[table] = Table(tuple(column for column, *_ in connection.description or ()), rows)
            seen.said[f"the statistics of {table}"] = str(ask(f"select list(stats) from pragma_storage_info('{table}')").fetchall())
        for catalogue in ("duckdb_tables", "duckdb_columns", "duckdb_views", "duckdb_constraints", "duckdb_indexes", "duckdb_schemas"):
            seen.said[catalogue] = str(ask(f"select * from {catalogue}()").fetchall())
        for table in ATTACKED:
            for name, attack in ATTACKS.items():
                seen.said[f"{name} in {table}"] = _message_of_file(connection, attack.format(table))
        for write in WRITES:
            message = _message_of_file(connection, write)
            seen.said[write] = message
            seen.let_through += [] if message else [write]
    return seen


def _message_of_file(connection: duckdb.DuckDBPyConnection, statement: str) -> str:
    try:
        connection.execute(statement).fetchall()
    except duckdb.Error as error:
        return str(error).partition("\nLINE ")[0]  # after which it repeats what was asked
    return ""


@dataclass(frozen=True)
class Private:
    """What the server holds that is nobody's to open, and every role: as its administrator lists them."""

    tables: list[str]
    functions: list[str]
    roles: list[str]


def private(server: "Cluster", administrator: str) -> Private:
    """List it."""
    with server.connect_as(administrator) as session:

        def names(query: str) -> list[str]:
            return [name for (name,) in session.execute(query.encode()).fetchall()]

        return Private(
            names(
                f"select format('{PRIVATE}.%I', relname) from pg_class "
                f"where relnamespace = '{PRIVATE}'::regnamespace and relkind in ('r', 'p')"
            ),
            names(f"select format('{PRIVATE}.%I', proname) from pg_proc where pronamespace = '{PRIVATE}'::regnamespace"),
            names("select rolname from pg_roles order by 1"),
        )


def see_login(server: "Cluster", login: str, kept: Private) -> Seen:
    """What this login finds in PostgreSQL."""
    import psycopg

    seen = Seen()
    try:
        session = server.connect_as(login)
    except psycopg.Error as error:
        seen.said["at the door"] = str(error)
        return seen
    with session:
        session.execute("set default_transaction_read_only = off")
        named = f"select table_schema, table_name, column_name from information_schema.columns where table_schema {IN_SCHEMAS}"
        seen.named = _by_table(session.execute(named.encode()).fetchall())
        for table in classes():
            _read(session, table, seen)
        _read_catalogues(session, seen)
        for table in ATTACKED:
            for name, attack in ATTACKS.items():
                seen.said[f"{name} in {table}"] = _message(session, attack.format(table))
        _open_what_is_private(session, login, kept, seen)
        _be_somebody_else(session, login, kept.roles, seen)
    return seen


def _read(session: "psycopg.Connection[Any]", table: str, seen: Seen) -> None:
    import psycopg

    try:
        cursor = session.execute(f"select * from {table}".encode())
    except psycopg.Error as error:
        seen.said[f"opening {table}"] = str(error)
        return
    seen.tables[table] = Table(tuple(column.name for column in cursor.description or ()), cursor.fetchall())


def _read_catalogues(session: "psycopg.Connection[Any]", seen: Seen) -> None:
    """What PostgreSQL tells anybody, which must tell nothing of a person."""
    for catalogue in (
        "pg_description",
        "pg_views",
        "pg_policies",
        "pg_stats",
        "pg_stats_ext",
        "pg_stat_activity",
        "pg_prepared_statements",
    ):
        seen.said[catalogue] = str(session.execute(f"select * from {catalogue}".encode()).fetchall())
    ours = f"select * from pg_stats where schemaname {IN_SCHEMAS} or schemaname = '{PRIVATE}'"
    seen.let_through += [f"pg_stats of {row[1]}" for row in session.execute(ours.encode()).fetchall()]


def _open_what_is_private(session: "psycopg.Connection[Any]", login: str, kept: Private, seen: Seen) -> None:
    calls = [f"select {function}({name!r})" for function in kept.functions for name in (login, "central_team")]
    for statement in [
        *(f"select * from {table}" for table in kept.tables),
        *calls,
        *WRITES,
        *WRITES_IN_POSTGRESQL,
        "select * from pg_statistic",
    ]:
        message = _message(session, statement)
        seen.said[statement] = message
        seen.let_through += [] if message else [statement]


def _be_somebody_else(session: "psycopg.Connection[Any]", login: str, roles: Iterable[str], seen: Seen) -> None:
    """A login may take its audience's group on, and reads no row then; it may be nobody else."""
    for role in roles:
        if role == login:
            continue
        seen.said[f"being {role}"] = message = _message(session, f'set role "{role}"')
        if not message:
            counted = {table: session.execute(f"select count(*) from {table}".encode()).fetchone() for table in seen.tables}
            seen.let_through += [f"set role {role}, and rows of {table}" for table, count in counted.items() if count != (0,)]
            session.execute("reset role")
        taken = _message(session, f'set session authorization "{role}"')
        seen.let_through += [] if taken else [f"set session authorization {role}"]


def _message(session: "psycopg.Connection[Any]", statement: str) -> str:
    import psycopg

    try:
        session.execute(statement.encode())
    except psycopg.Error as error:
        return str(error)
    return ""


def _by_table(rows: Iterable[Row]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for schema, table, column in rows:
        found.setdefault(f"{schema}.{table}", set()).add(column)
    return found


def places_of(table: Table, through: Mapping[Any, set[str]] | None = None, key: str = "") -> list[set[str]]:
    """Whose each row is: by academy_id, or by a key and the academies that have it; nobody's in a table with neither."""
    if "academy_id" in table.columns:
        at = table.columns.index("academy_id")
        return [{row[at]} for row in table.rows]
    if through is not None and key in table.columns:
        at = table.columns.index(key)
        return [through.get(row[at], set()) for row in table.rows]
    return [set() for _ in table.rows]
