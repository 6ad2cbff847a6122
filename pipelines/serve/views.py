"""What readers open: marts.scorecard and the others, the same names for everyone, as views on the parts.

A view asks with its reader's own rights (security_invoker), so that row-level security chooses: of the parts of other readers come no rows,
and PostgreSQL does not even look into them. Here: the views and their comments. Not here: the parts (stored.py), the rights (rights.py).
"""

from typing import TYPE_CHECKING

from psycopg import sql

from pipelines.serve.plan import Served
from pipelines.serve.rights import group
from pipelines.serve.stored import DATA, type_of

if TYPE_CHECKING:
    import psycopg

    from pipelines.serve.files import Files


def make_view(cursor: "psycopg.Cursor", files: "Files", served: Served, schema: str) -> None:
    """Make the view of one table in `schema`, with its comments, for the audiences that read it."""
    name = sql.Identifier(schema, served.table.split(".")[1])
    columns = _columns(files, served)
    rows = sql.SQL(" union all ").join(
        sql.SQL("select {} from {}").format(
            sql.SQL(", ").join(_value(column, kind, column in part.columns) for column, kind in columns.items()),
            sql.Identifier(DATA, part.name),
        )
        for part in served.parts
    )
    cursor.execute(sql.SQL("create view {} with (security_invoker = true) as {}").format(name, rows))
    groups = sql.SQL(", ").join(sql.Identifier(group(audience)) for audience in served.audiences)
    cursor.execute(sql.SQL("grant select on {} to {}").format(name, groups))
    comments = [sql.SQL("comment on view {} is {}").format(name, sql.Literal(files.comment_on(served.table)))]
    comments += [
        sql.SQL("comment on column {} is {}").format(
            sql.Identifier(schema, served.table.split(".")[1], column), sql.Literal(_said(files, served, column))
        )
        for column in columns
    ]
    cursor.execute(sql.SQL("; ").join(comments))


def _columns(files: "Files", served: Served) -> dict[str, str]:
    """The columns of all parts, in the order of the widest, with their types."""
    widest_first = sorted(served.parts, key=lambda part: -len(part.columns))
    kinds: dict[str, str] = {}
    for part in widest_first:
        for column in part.columns:
            kinds.setdefault(column, type_of(part.table, column, files.type_of(part, column)))
    return kinds


def _value(column: str, kind: str, is_there: bool) -> sql.Composed:
    value = sql.Identifier(column) if is_there else sql.SQL("null")
    return sql.SQL("{}::{} as {}").format(value, sql.SQL(kind), sql.Identifier(column))


def _said(files: "Files", served: Served, column: str) -> str:
    """The comment of the file; and for whom the column is empty, lest it be read as unknown."""
    comment = files.comment_on(served.table, column)
    lacking = served.lacking(column)
    return f"{comment} Always empty for the audience {', '.join(lacking)}." if lacking else comment
