"""Names and texts as SQL writes them, and DuckDB connections whose errors tell nothing about a pupil.

Here: quoting, and the one place where a DuckDB error is caught around delivered text. Not here: any query.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb


def identifier(name: str) -> str:
    """A column or table name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str | Path) -> str:
    """A text literal."""
    return "'" + str(value).replace("'", "''") + "'"


@contextmanager
def connection(temporary: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of our own in memory that spills to `temporary`. A DuckDB error leaves as its own kind, without the value it prints."""
    temporary.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(temporary / f"spill-{uuid4().hex}"),  # two databases in one folder would take each other's files
        "memory_limit": "1GiB",
        "threads": 2,
        "autoinstall_known_extensions": "false",
    }
    database = duckdb.connect(":memory:", config=config)
    try:
        yield database
    except duckdb.Error as error:
        raise type(error)("DuckDB failed while a delivery was read.") from None
    finally:
        database.close()
