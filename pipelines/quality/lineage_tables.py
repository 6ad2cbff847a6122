"""The schema `lineage` in which the checks on our own design look things up: what each column is made of, and what may stand where.

Here: its tables, filled for one night from what is kept beside the checks, from the contract and from the published tables themselves. Not
here: how the lineage is made (pipelines/lineage), nor the checks that ask (expectations/layered.py).
"""

import re
from collections.abc import Iterable, Iterator

import duckdb
import orjson
from duckdb.sqltypes import DOUBLE, VARCHAR

from expectations.audiences import audiences
from expectations.catalogue import CHECKS
from expectations.dq_schema import TABLES
from expectations.lineage import ROWS, changed_files, read_lineage
from expectations.reading_ease import reading_ease
from expectations.steering_schema import STEERING
from pipelines.access import shown_to
from pipelines.sources import contract, load_profile, profile_names

WHOLE = "trust"
"""The audience whose file is the candidate itself."""
WAYS = ("copied", "decided", "counted")
CATALOGUE = (
    "select schema_name || '.' || table_name, column_name from duckdb_columns() "
    "where database_name = $1 and schema_name <> 'dq' and not internal"  # dq is written anew
)

Rows = Iterable[tuple[str, ...]]


def show_lineage(connection: duckdb.DuckDBPyConnection, candidate: str) -> None:
    """Fill the schema `lineage`; `candidate` is the name under which tonight's published tables are attached."""
    kept = read_lineage()
    of_dq = [(table.full_name, column.name, column.privacy) for table in (*TABLES, *STEERING) for column in table.columns]
    built = [tuple(each) for each in connection.execute(CATALOGUE, [candidate]).fetchall()]
    written_later = [(table, column) for table, column, _ in of_dq]
    published = list(dict.fromkeys([*built, *written_later]))  # a night with nothing new begins with the last night's alerts
    tables: dict[str, tuple[str, Rows]] = {
        "changed": ("file_name", ((name,) for name in changed_files())),
        "described": ("table_name column_name privacy", [*((each.table, each.column, each.privacy) for each in kept), *of_dq]),
        "published": ("table_name column_name", published),
        "may_hold": ("audience table_name privacy", _may_hold(sorted({table for table, _ in published}))),
        "shown": ("audience table_name column_name how", _shown(published)),
        "knows_nobody": ("audience", ((audience,) for audience, rules in audiences().items() if rules.knows_nobody)),
        "step": (
            "table_name column_name of_table of_column how",
            (
                (each.table, each.column, *source.rsplit(".", 1), ROWS if each.column == ROWS else way)
                for each in kept
                for way in WAYS
                for source in getattr(each, way)
            ),
        ),
        "figure_of": ("table_name measure_id", ((each.table, measure) for each in kept for measure in each.measures)),
        "delivered": (
            "entity column_name kind privacy",
            (
                (entity, each.name, "code" if each.is_coded else each.kind, each.privacy)
                for entity in contract().entities
                for each in contract().entity(entity).columns
            ),
        ),
        "asked": ("profile entity column_name", _asked()),
        "read_by_check": ("entity column_name", _read_by_checks()),
    }
    connection.execute("create schema lineage")
    for name, (headings, rows) in tables.items():
        columns = ", ".join(f"row[{place}] as {column}" for place, column in enumerate(headings.split(), start=1))
        connection.execute(
            f"create table lineage.{name} as select {columns} from (select unnest(from_json(?, '[[\"text\"]]')) as row)",
            [orjson.dumps(list(rows)).decode()],
        )
    connection.create_function("reading_ease", reading_ease, [VARCHAR], DOUBLE)


def _may_hold(tables: list[str]) -> Iterator[tuple[str, str, str]]:
    for audience, rules in audiences().items():
        for table in tables:
            yield from ((audience, table, privacy) for privacy in rules.line(table).may_hold)


def _shown(published: list[tuple[str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """What each audience reads: the trust's all that is published, described or not; the others what their files are made of."""
    yield from ((WHOLE, table, column, "as_it_is") for table, column in published)
    there = set(published)
    for audience in audiences():
        if audience != WHOLE:
            each = ((shown.table, column) for shown in shown_to(audience) for column in shown.columns)
            yield from ((audience, table, column.name, column.how) for table, column in each if (table, column.name) in there)


def _asked() -> Iterator[tuple[str, str, str]]:
    """The contract columns that each profile asks an academy's system for."""
    for name in profile_names():
        asked = {(mapping.entity, mapping.contract_column) for table in load_profile(name).tables.values() for mapping in table.mappings}
        yield from ((name, entity, column) for entity, column in sorted(asked))


def _read_by_checks() -> Iterator[tuple[str, str]]:
    """The contract columns that a check names beside the standardised table of their entity."""
    words = [set(re.findall(r"\w+", f"{each.checked} {each.sql}")) | {f"std_{entity}" for entity in each.entities} for each in CHECKS]
    for entity in contract().entities:
        for column in contract().entity(entity).columns:
            if any({f"std_{entity}", column.name} <= each for each in words):
                yield entity, column.name
