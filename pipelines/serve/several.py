"""What leaders of several academies read: their own academies' figures as they are, and others' so that both together tell nothing small.

Two files of one academy each must not be laid side by side: what is hidden for the one may follow from what the other shows. So such a
reader has figures of their own, as one more file that only this load knows. Here: writing it. Not here: what is hidden in it (suppression).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.access import Shown, shown_to
from pipelines.serve.plan import ACADEMY, OF_EACH_FILE, TRUST_FILE, Part, Reader
from pipelines.suppression import SmallNumbers

if TYPE_CHECKING:
    import duckdb


def write_several(connection: "duckdb.DuckDBPyConnection", folder: Path, reader: Reader, parts: Sequence[Part], below: int) -> None:
    """Attach a new file under the reader's name, with the tables of these parts as the reader may see them."""
    connection.execute(f"attach '{folder / reader.name}.duckdb' as \"{reader.name}\"")
    shown = {each.table: each for each in shown_to(reader.audience)}
    for part in parts:
        schema, table = part.table.split(".")
        connection.execute(f'create schema if not exists "{reader.name}"."{schema}"')
        columns = ", ".join(f'"{column}"' for column in part.columns)
        connection.execute(
            f'create table "{reader.name}"."{schema}"."{table}" as '
            f'select {columns} from "{TRUST_FILE}"."{schema}"."{table}" where {_own(shown[part.table])}',
            {"academies": list(reader.academies)} if shown[part.table].rows != "all" else None,
        )
        if part.table == OF_EACH_FILE:
            connection.execute(
                f'update "{reader.name}".{part.table} set audience = $audience, academy_id = $academies',
                {"audience": reader.audience, "academies": ", ".join(reader.academies)},
            )
    if any(shown[part.table].has_figures for part in parts):
        SmallNumbers(below).hide(connection, TRUST_FILE, reader.name, reader.academies)


def _own(shown: Shown) -> str:
    """The condition of a reader's own rows, as the published files have them."""
    if shown.rows == "all":
        return "true"
    if shown.own_through:
        column, through = shown.own_through
        return f'{column} in (select {column} from "{TRUST_FILE}".{through} where {ACADEMY} in (select unnest($academies)))'
    return f"{ACADEMY} in (select unnest($academies))"
