"""Rows of worked examples put where the loader would have put them: the tables of the schemas run and raw of an empty build.

Here: inserting rows, and the deliveries that brought them. Not here: which rows, and what a heading means (the test of that page).
"""

import duckdb

DELIVERY = (
    "insert into raw.delivery by name select ? as academy_id, ? as entity, ? as table_name, ? as batch_id, ? as content_id, "
    "'mis' as pupil_id_kind, 0 as table_rank, cast(? as date) as effective_date, 202526 as time_period, 0 as delivery_order, "
    "date '2025-08-01' as replaces_from, date '2026-07-31' as replaces_to, true as is_newest, now()::timestamp as loaded_at, "
    "now()::timestamp as delivered_at"
)


def set_the_day(database: duckdb.DuckDBPyConnection, as_of: str, half_terms: list[dict[str, str]]) -> None:
    """The as-of date, and the trust's half-terms of 2025/26."""
    database.execute("insert into run.parameter values ('r', cast(? as date), null, now()::timestamp, 6)", [as_of])
    for half_term in half_terms:
        database.execute(
            "insert into run.half_term values ('trust', 202526, ?, cast(? as date), cast(? as date))",
            [half_term["Half-term"], half_term["First day"], half_term["Last day"]],
        )


def add_academies(database: duckdb.DuckDBPyConnection, phases: dict[str, str], as_of: str) -> None:
    """Academies by their phase, each of which delivered on the as-of date."""
    for academy, phase in phases.items():
        database.execute(
            "insert into run.academy by name select ? as academy_id, ? as academy_name, ? as phase, 'matlas' as mis, "
            "cast(? as date) as last_delivered_on",
            [academy, academy, phase, as_of],
        )


def deliver_rows(database: duckdb.DuckDBPyConnection, entity: str, academy: str, as_of: str, delivered: list[dict[str, str]]) -> None:
    """One academy's one delivery of an entity, of the as-of date; its rows are in the contract's words."""
    content = f"{academy}|{entity}"
    for number, row in enumerate(delivered, start=2):
        kept = {"academy_id": academy, "content_id": content, "source_file": f"{entity}.csv", "source_row": number, **row}
        columns, marks = ", ".join(kept), ", ".join("?" * len(kept))
        database.execute(f"insert into raw.{entity} ({columns}) values ({marks})", list(kept.values()))
    database.execute(DELIVERY, [academy, entity, entity, content, content, as_of])
