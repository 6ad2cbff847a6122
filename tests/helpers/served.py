"""What a reader has of a table: in a published file, and as a login in PostgreSQL, to be compared; and the logins of a trust that serves.

Not here: the server (postgres.py), nor the schools (audiences.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.helpers.home import TrustHome
from tests.helpers.shared import copied

if TYPE_CHECKING:
    import psycopg

LOGINS = {
    "ashby_leaders": "{audience: academy, academies: [ashby]}",
    "ashby_teachers": "{audience: teacher, academies: [ashby]}",
    "birch_leaders": "{audience: academy, academies: [birch]}",
    "birch_teachers": "{audience: teacher, academies: [birch]}",
    "board": "{audience: governor}",
    "central_team": "{audience: trust}",
    "insight": "{audience: analyst}",
}
ACCESS = "access:\n  audiences: [academy, analyst, governor, teacher]\n  logins:\n" + "".join(
    f"    {name}: {login}\n" for name, login in LOGINS.items()
)


@contextmanager
def in_slices() -> Iterator[None]:
    """Loads meanwhile store the schools' tables as they would store millions of rows: each school's in a slice of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.serve.stored.ROWS_OF_A_SLICE", 15)
        yield


def with_logins(home: TrustHome, root: Path) -> TrustHome:
    """A copy of the two schools' home, whose trust.yml names a login or more of every audience."""
    home = copied(home, root)
    before, _ = (home.root / "trust.yml").read_text(encoding="utf-8").split("access:")
    home.write_trust(before + ACCESS)
    return home


def rows_in(file: Path) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """Each table of a published file: its columns, and all its rows in an order of their own."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns() where not internal "
            "group by 1"
        ).fetchall()
        return {table: (columns, sorted(connection.execute(_select(table, columns)).fetchall(), key=repr)) for table, columns in tables}


def rows_for(session: "psycopg.Connection[Any]", table: str, columns: list[str]) -> list[tuple[Any, ...]]:
    """The same as this session reads it in PostgreSQL."""
    return sorted(session.execute(_select(table, columns).encode()).fetchall(), key=repr)


def _select(table: str, columns: list[str]) -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)
    return f"select {quoted} from {table}"
