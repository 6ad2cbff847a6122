"""Small help for SQL on the published file: rows as dictionaries, and text as a literal that can be copied into `matlas sql`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def records(connection: "duckdb.DuckDBPyConnection", sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    cursor = connection.execute(sql, parameters or {})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
