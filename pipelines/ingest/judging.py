"""Text rows become rows of the contract: each is accepted, rejected with a reason, or a duplicate.

Here: the SQL around the rules. Every distinct value of a column is read once by a Python function (rules.py) and joined back, so millions
of rows cost a few joins. Not here: what a value means, and where the results are written (contract_files.py).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pipelines.ingest.plans import ColumnPlan
from pipelines.ingest.rules import Outcome
from pipelines.ingest.shapes import ROW_ORDER, reshaped
from pipelines.ingest.sql_text import identifier, text
from pipelines.ingest.text_parts import FAULT, SOURCE_FILE, SOURCE_ORDER, SOURCE_ROW
from pipelines.sources import Entity, Lookup, Table

SOURCE, JUDGED, LOSERS = "source", "judged", "losers"
REJECT_CODE, REJECT_COLUMN = "reject_code", "reject_column"
VALUES_HELD = 50_000


@dataclass(frozen=True)
class Unmapped:
    """A value that no map knows: where it stood, how often, and whether it rejected its rows."""

    entity: str
    column_name: str
    code_set: str
    value: str
    rows: int
    is_rejected: bool


@dataclass(frozen=True)
class _Expression:
    """A column of the contract in SQL: its value, its source and its fault, and the join they need."""

    value: str
    source: str
    fault: str | None = None
    join: str = ""


def prepare_source(database: duckdb.DuckDBPyConnection, table: Table, text_path: str, lookups: dict[str, list[str]]) -> None:
    """Make the relation that the entities of the table are judged from: its text, reshaped, with looked-up values beside it."""
    shaped = reshaped(table, f"read_parquet({text(text_path)})")
    wanted = {mapping.lookup for mapping in table.mappings if mapping.lookup}
    selected, joins = [], []
    for place, lookup in enumerate(sorted(wanted, key=lambda one: one.name)):
        _prepare_lookup(database, lookup, place, lookups[lookup.table])
        selected.append(f"found_{place}.value as {identifier(lookup.name)}")
        joins.append(f"left join lookup_{place} as found_{place} on trim(shaped.{identifier(lookup.key_column)}) = found_{place}.key")
    columns = ", ".join(["shaped.*", *selected])
    database.execute(f"create or replace view {SOURCE} as select {columns} from ({shaped}) as shaped {' '.join(joins)}")


def _prepare_lookup(database: duckdb.DuckDBPyConnection, lookup: Lookup, place: int, paths: Sequence[str]) -> None:
    """The looked-up values by key; of two rows with one key the later of the later content counts."""
    union = " union all ".join(
        f"select {number} as content, {SOURCE_ORDER}, {identifier(lookup.table_key)} as key, {identifier(lookup.column)} as value "
        f"from read_parquet({text(path)}) where {FAULT} is null"
        for number, path in enumerate(paths)
    )
    database.execute(f"""
        create or replace table lookup_{place} as
        select trim(key) as key, arg_max(value, row(content, {SOURCE_ORDER})) as value
        from ({union}) where key is not null group by trim(key)
    """)


def judge(database: duckdb.DuckDBPyConnection, entity: Entity, plans: Sequence[ColumnPlan], *, is_wide: bool) -> list[Unmapped]:
    """Make the relations `judged` (every row read, with its reason if it is rejected) and `losers` (rows whose key a later row has)."""
    unmapped: list[Unmapped] = []
    expressions = [_expression(database, number, plan, entity, unmapped) for number, plan in enumerate(plans)]
    columns: list[str] = []
    codes, headings = [f"when source.{FAULT} is not null then source.{FAULT}"], [f"when source.{FAULT} is not null then null"]
    for plan, made in zip(plans, expressions, strict=True):
        columns.append(f"{made.value} as {identifier(plan.column.name)}")
        if plan.column.is_coded:
            columns.append(f"{made.source} as {identifier(plan.column.name + '_source')}")
        if made.fault:
            heading = f"source.{identifier(plan.heading_column)}" if plan.heading_column else text(plan.heading)
            codes.append(f"when {made.fault} is not null then {made.fault}")
            headings.append(f"when {made.fault} is not null then {heading}")
    database.execute(f"""
        create or replace table {JUDGED} as
        select source.{SOURCE_FILE}, source.{SOURCE_ROW}, source.{ROW_ORDER}, {", ".join(columns)},
            case {" ".join(codes)} else null end as {REJECT_CODE},
            cast(case {" ".join(headings)} else null end as varchar) as {REJECT_COLUMN}
        from {SOURCE} as source {" ".join(made.join for made in expressions)}
        {_nothing_in_empty_cells(plans, expressions) if is_wide else ""}
    """)
    _find_losers(database, entity)
    return unmapped


def _nothing_in_empty_cells(plans: Sequence[ColumnPlan], expressions: Sequence[_Expression]) -> str:
    """A wide row's empty cell is nothing: neither read nor missing. A faulty row stays."""
    mark = next(made for plan, made in zip(plans, expressions, strict=True) if plan.heading_column)
    filled = [f"source.{FAULT} is not null", f"{mark.value} is not null", *([f"{mark.fault} is not null"] if mark.fault else [])]
    return f"where {' or '.join(filled)}"


def _expression(
    database: duckdb.DuckDBPyConnection, number: int, plan: ColumnPlan, entity: Entity, unmapped: list[Unmapped]
) -> _Expression:
    """Read every distinct value of the column's inputs once; the column itself where reading changes nothing."""
    if not plan.inputs:
        outcome = plan.read(())
        return _Expression(_literal(outcome.value), _literal(outcome.source), _literal(outcome.fault) if outcome.fault else None)
    inputs = ", ".join(f"{identifier(name)} as i{place}" for place, name in enumerate(plan.inputs))
    distinct = database.execute(f"select {inputs}, count(*) as n from {SOURCE} where {FAULT} is null group by all").to_arrow_table()
    seen: Counter[tuple[str, bool]] = Counter()
    map_table, is_same, has_faults = _read_values(distinct, plan, seen)
    unmapped += [
        Unmapped(entity.name, plan.column.name, plan.code_set, value, rows, is_rejected) for (value, is_rejected), rows in seen.items()
    ]
    if is_same:
        column = f"source.{identifier(plan.inputs[0])}"
        return _Expression(column, column)
    database.register(f"arrow_{number}", map_table)
    database.execute(f"create or replace table map_{number} as select * from arrow_{number}")
    database.unregister(f"arrow_{number}")
    on = " and ".join(f"source.{identifier(name)} is not distinct from map_{number}.i{place}" for place, name in enumerate(plan.inputs))
    fault = f"map_{number}.fault" if has_faults else None
    return _Expression(f"map_{number}.value", f"map_{number}.source", fault, f"left join map_{number} on {on}")


def _read_values(distinct: pa.Table, plan: ColumnPlan, seen: Counter[tuple[str, bool]]) -> tuple[pa.Table, bool, bool]:
    """The map from delivered to read values, a batch at a time; whether it changes nothing; whether it has faults."""
    batches: list[pa.Table] = []
    is_same, has_faults = len(plan.inputs) == 1, False
    for batch in distinct.to_batches(max_chunksize=VALUES_HELD):
        inputs = [batch.column(place).cast(pa.string()).to_pylist() for place in range(len(plan.inputs))]
        rows = batch.column(len(plan.inputs)).to_pylist()
        outcomes = [plan.read(values) for values in zip(*inputs, strict=True)]
        for outcome, count in zip(outcomes, rows, strict=True):
            for value in outcome.unmapped:
                seen[value, outcome.fault is not None] += count
        is_same = is_same and all(_is_same(outcome, value) for outcome, value in zip(outcomes, inputs[0], strict=True))
        has_faults = has_faults or any(outcome.fault for outcome in outcomes)
        given = {f"i{place}": batch.column(place) for place in range(len(plan.inputs))}
        made = {name: pa.array([getattr(one, name) for one in outcomes], pa.string()) for name in ("value", "source", "fault")}
        batches.append(pa.table({**given, **made}))
    if not batches:
        return distinct, True, False
    return pa.concat_tables(batches), is_same, has_faults


def _is_same(outcome: Outcome, value: str | None) -> bool:
    return outcome.fault is None and outcome.value == value and outcome.source == value


def _literal(value: str | None) -> str:
    return "cast(null as varchar)" if value is None else text(value)


def _find_losers(database: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """Rows whose key a later row has. Most contents have none, which a plain count tells without ranking anything."""
    key = ", ".join(identifier(name) for name in entity.key)
    repeated = f"select {key} from {JUDGED} where {REJECT_CODE} is null group by {key} having count(*) > 1"
    has_repeats = database.execute(f"select exists ({repeated})").fetchone() == (True,)
    same_key = " and ".join(f"{JUDGED}.{identifier(name)} is not distinct from repeated.{identifier(name)}" for name in entity.key)
    ranked = f"""
        select {ROW_ORDER}, row_number() over (partition by {key} order by {ROW_ORDER} desc) as place
        from {JUDGED} semi join ({repeated}) as repeated on {same_key} where {REJECT_CODE} is null
    """
    rows = f"select {ROW_ORDER} from ({ranked}) where place > 1" if has_repeats else f"select {ROW_ORDER} from {JUDGED} limit 0"
    database.execute(f"create or replace table {LOSERS} as {rows}")
