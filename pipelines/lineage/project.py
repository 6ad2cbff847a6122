"""The lineage of the whole dbt project: every model compiled by dbt, read, and set beside what its YAML says of its columns.

Here: compiling, and the order of things. Not here: how a query is read (reading.py), or where the answer is kept (expectations/lineage.py).
"""

import tempfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from expectations.lineage import ROWS, Column
from pipelines.build.dbt import invoke
from pipelines.build.dbt_manifest import kept_manifest
from pipelines.build.inputs import write_inputs
from pipelines.lineage.reading import COPIED, COUNTED, DECIDED, Reading, Source, read
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust

_ANY_TRUST = "trust: {name: Any Trust}\nacademies:\n  - {id: any_academy, name: Any Academy, phase: primary, mis: matlas}\n"
_ANY_DAY = date(2026, 1, 1)

Tables = dict[str, dict[str, list[str]]]


class LineageError(Exception):
    """A model that cannot be read; the message names it."""


def project_columns() -> list[Column]:
    """Every column of every model and seed, by table: its privacy class and what it is made of."""
    with tempfile.TemporaryDirectory() as root:
        home = Home(Path(root))
        home.prepare()
        home.trust_file.write_text(_ANY_TRUST, encoding="utf-8")
        write_inputs(home, load_trust(home.trust_file), RunRequest("lineage", _ANY_DAY))
        tables = _delivered_tables(home.build_database)
        invoke(home, ["compile", "--select", "resource_type:model"])
    nodes = [each for each in kept_manifest().nodes.values() if str(each.resource_type) in ("model", "seed") and each.config.enabled]
    for node in nodes:
        tables[node.schema][node.alias] = list(node.columns)
    return [column for node in sorted(nodes, key=_name) for column in _columns(node, tables)]


def _delivered_tables(database: Path) -> defaultdict[str, dict[str, list[str]]]:
    """What dbt is given, as a night lays it out."""
    tables: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    with duckdb.connect(str(database), read_only=True) as connection:
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal order by all"
        ).fetchall():
            tables[schema].setdefault(table, []).append(column)
    return tables


def _name(node: Any) -> str:
    return f"{node.schema}.{node.alias}"


def _columns(node: Any, tables: Mapping[str, Mapping[str, list[str]]]) -> list[Column]:
    reading = _reading(node, tables)
    of_table = node.config.meta.get("privacy", "")
    columns = [
        Column(_name(node), name, described.config.meta.get("privacy", of_table), **_by_way(reading.columns.get(name, {})))
        for name, described in node.columns.items()
    ]
    if reading.rows or reading.measures:
        columns.append(Column(_name(node), ROWS, decided=_named(reading.rows), measures=tuple(sorted(reading.measures))))
    return columns


def _reading(node: Any, tables: Mapping[str, Mapping[str, list[str]]]) -> Reading:
    if str(node.resource_type) == "seed":
        return Reading()
    try:
        reading = read(node.compiled_code, tables)
    except Exception as error:
        raise LineageError(f"{node.original_file_path} cannot be read: {error}") from error
    if unknown := set(reading.columns) ^ set(node.columns):
        raise LineageError(f"{node.original_file_path} and its YAML differ in {', '.join(sorted(unknown))}")
    return reading


def _by_way(sources: Mapping[Source, str]) -> dict[str, tuple[str, ...]]:
    return {way: _named({source for source, how in sources.items() if how == way}) for way in (COPIED, DECIDED, COUNTED)}


def _named(sources: set[Source]) -> tuple[str, ...]:
    return tuple(sorted(".".join(each) for each in sources))
