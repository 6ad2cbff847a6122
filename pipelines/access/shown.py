"""What an audience is shown of each published table: which columns, in which way, and whose rows.

Here: setting audiences.yml beside the privacy class of every column (expectations/lineage.csv, dq_schema.py and steering_schema.py have
them; the models' YAML is not read in a night). Not here: those rules themselves, nor copying anything.
"""

from dataclasses import dataclass
from functools import cache

from expectations.audiences import AudienceRules, How, Line, Rows, audiences
from expectations.dq_schema import TABLES
from expectations.lineage import ROWS, Column, read_lineage
from expectations.steering_schema import STEERING

PUBLISHED_SCHEMAS = ("core", "dq", "marts", "ref")


@dataclass(frozen=True)
class ShownColumn:
    """One column, and how it is shown.

    As it is; as a pseudonym (a keyed hash); a date as the first day of its month; or a text only where it is common: where at least
    privacy.suppress_below people of the table have it, and otherwise null.
    """

    name: str
    how: How


@dataclass(frozen=True)
class Shown:
    """One table as an audience has it: `schema.table`, its columns in order, and whose rows.

    `rows`: all, or own (of the reader's academies). Own rows are known by `academy_id`, or, where the table has none, by `own_through`: a
    column, and the table in which it stands beside `academy_id`.
    `has_figures`: small numbers must be hidden in it, of others' rows where the reader has academies of their own.
    """

    table: str
    columns: tuple[ShownColumn, ...]
    rows: Rows
    has_figures: bool
    own_through: tuple[str, str] | None = None


def described() -> list[Column]:
    """Every column of the published tables with its privacy class, in order: what dbt makes, and the tables written after it."""
    made = [each for each in read_lineage() if each.table.split(".")[0] in PUBLISHED_SCHEMAS and each.column != ROWS]
    written = (*TABLES, *STEERING)
    return made + [Column(table.full_name, column.name, column.privacy) for table in written for column in table.columns]


@cache
def shown_to(audience: str) -> tuple[Shown, ...]:
    """The tables of an audience, by name; none for an audience that nobody has given any."""
    rules = audiences().get(audience)
    if rules is None:
        return ()
    columns_of: dict[str, list[Column]] = {}
    for column in described():
        columns_of.setdefault(column.table, []).append(column)
    every = (_shown(table, columns, rules) for table, columns in sorted(columns_of.items()))
    return tuple(shown for shown in every if shown.columns)


def _shown(table: str, columns: list[Column], rules: AudienceRules) -> Shown:
    line = rules.line(table)
    ways = ((column.column, _how(column, line, rules)) for column in columns)
    return Shown(table, tuple(ShownColumn(name, how) for name, how in ways if how), line.rows, line.figures, line.own_through)


def _how(column: Column, line: Line, rules: AudienceRules) -> How | None:
    """How a column is shown; None: not at all."""
    if not column.privacy or column.privacy not in line.may_hold or column.column in line.without:
        return None
    if rules.knows_nobody and column.privacy != "open":
        return rules.columns.get(column.column)
    return rules.columns.get(f"{column.table}.{column.column}", "as_it_is")
