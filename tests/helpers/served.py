"""A small trust that serves: three academies of ten pupils, and logins of every audience.

Here: its deliveries and its trust.yml, and reading a table as a login and from a file, to be compared. Not here: the server (postgres.py).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from tests.helpers.home import TrustHome
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, ONE_ILL, THURSDAY, TUESDAY, TWO_ILL, WEDNESDAY, marks, named, small_home
from tests.helpers.stages import stages

if TYPE_CHECKING:
    import psycopg

ACADEMIES = ("ashby", "birch", "cedar")
LOGINS = """\
    ashby_leaders: {audience: academy, academies: [ashby]}
    ashby_teachers: {audience: teacher, academies: [ashby]}
    birch_leaders: {audience: academy, academies: [birch]}
    board: {audience: governor}
    central_team: {audience: trust}
    insight: {audience: analyst}
"""
ACCESS = f"""\
access:
  audiences: [academy, analyst, governor, teacher]
  logins:
{LOGINS}"""
REGISTERS = {
    "ashby": {MONDAY: ONE_ILL},
    "birch": {MONDAY: ALL_HERE, TUESDAY: ONE_ILL, WEDNESDAY: ONE_ILL, THURSDAY: TWO_ILL},
    "cedar": {MONDAY: TWO_ILL, TUESDAY: TWO_ILL},
}
"""Sessions: 20 at Ashby, 80 at Birch, 40 at Cedar."""


def make_served(home: TrustHome) -> None:
    """The three academies after a night, with a file for each audience."""
    small_home(home.root, ACADEMIES)
    with (home.root / "trust.yml").open("a", encoding="utf-8") as file:
        file.write(ACCESS)
    for academy_id, register in REGISTERS.items():
        home.deliver(academy_id, {named("attendance_mark", THURSDAY): marks(register)})
    stages(home, FRIDAY)


def tables_in(file: Path) -> dict[str, list[str]]:
    """Each table of a published file, and its columns."""
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns() where not internal "
            "group by 1"
        ).fetchall()
    return dict(rows)


def rows_in(file: Path, table: str, columns: list[str]) -> list[tuple[Any, ...]]:
    """All rows of a table of a published file, in an order of their own."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return sorted(connection.execute(_select(table, columns)).fetchall(), key=repr)


def rows_for(session: "psycopg.Connection[Any]", table: str, columns: list[str]) -> list[tuple[Any, ...]]:
    """The same as this session reads it in PostgreSQL."""
    return sorted(session.execute(_select(table, columns).encode()).fetchall(), key=repr)


def _select(table: str, columns: list[str]) -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)
    return f"select {quoted} from {table}"
