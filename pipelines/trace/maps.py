"""The code maps behind a figure: what the academy and its MIS's profile made of the values in its files.

Here: ref.code_map of the entities that were counted, where a map (not the code itself or its label) decided. Values without a map are
counted, never shown: one may be a name in a shifted row. Not here: mapping values (`matlas codes`).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.sources import contract, load_profile
from pipelines.sources.code_sets import code_key
from pipelines.trace.rows import records

if TYPE_CHECKING:
    import duckdb

Codes = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By academy, by code set, by value: the codes of trust.yml."""


def maps_of(
    connection: "duckdb.DuckDBPyConnection", academies: list[str], entities: Sequence[str], own: Codes
) -> tuple[list[dict[str, Any]], int]:
    """The values that a map gave a code, each with whose map it was; and how many different values have no map."""
    rows = records(
        connection,
        """
        select map.academy_id, academy.mis, map.entity, map.code_set as column_name, map.source_value, map.code, map.rows, map.is_mapped
        from ref.code_map as map
        inner join core.dim_academy as academy using (academy_id)
        where map.academy_id in (select unnest($academies)) and map.entity in (select unnest($entities)) and map.source_value is not null
        order by map.academy_id, map.entity, map.code_set, map.source_value
        """,
        {"academies": academies, "entities": list(entities)},
    )
    found = [{**_shown(row), "map": whose} for row in rows if row["is_mapped"] and (whose := _whose(row, own))]
    return found, sum(not row["is_mapped"] for row in rows)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("academy_id", "entity", "column_name", "source_value", "code", "rows")}


def _whose(row: dict[str, Any], own: Codes) -> str | None:
    """`trust.yml` or the MIS's profile, where one of them says what the value means."""
    column = contract().entity(row["entity"]).column(row["column_name"])
    if column is None or column.code_set is None:
        return None
    key = code_key(row["source_value"])
    if key in {code_key(value) for value in own.get(row["academy_id"], {}).get(column.code_set, {})}:
        return "trust.yml"
    profile = load_profile(row["mis"]).codes.get(column.code_set, {})
    return f"profile {row['mis']}" if key in {code_key(value) for value in profile} else None
