"""What the map is told beside the published tables: the settings, and what trust.yml says of codes, dates, goals, alerts and readers.

Here: all of it as rows for the queries, each table under its name `given_…`. Not here: the queries (evidence/, evidence.sql, map.sql).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.alert_rules import RULES
from pipelines.sources import contract, load_profile
from pipelines.sources.code_sets import code_key
from pipelines.steering.goals import goals_in_force
from pipelines.steering.history import points_before
from pipelines.steering.settings import SCORES, WHOLE, settings
from pipelines.store.map_scores import KeptScores
from pipelines.trust import Academy, TrustConfig, academic_year

TEXT, FLAG, COUNT, NUMBER = pa.string(), pa.bool_(), pa.int32(), pa.float64()
SHAPES: dict[str, dict[str, Any]] = {
    "given_academy": {"academy_id": TEXT},
    "given_area": {"area": TEXT},
    "given_entity": {"entity": TEXT, "area": TEXT},
    "given_kind": {
        "score": TEXT,
        "kind": TEXT,
        "place": COUNT,
        "what": TEXT,
        "weight": NUMBER,
        "says": TEXT,
        "others": TEXT,
        "nothing": TEXT,
        "look": TEXT,
        "is_named": FLAG,
        "areas": pa.list_(TEXT),
    },
    "given_quadrant": {"quadrant": TEXT, "is_aligned": FLAG, "is_autonomous": FLAG},
    "given_own_code": {"academy_id": TEXT, "entity": TEXT, "code_set": TEXT, "source_value": TEXT},
    "given_own_column": {"academy_id": TEXT, "entity": TEXT, "column_name": TEXT},
    "given_asked": {"profile": TEXT, "entity": TEXT, "column_name": TEXT},
    "given_half_term": {"academy_id": TEXT, "half_term": TEXT, "is_own": FLAG},
    "given_reader": {"academy_id": TEXT, "reader": TEXT, "is_served": FLAG},
    "given_goal": {"academy_id": TEXT, "measure_id": TEXT, "is_agreed": FLAG},
    "given_rule": {"rule": TEXT, "school_days": COUNT},
    "given_kept": {"academy_id": TEXT, "area": TEXT, "score": TEXT, "half_terms_ago": COUNT, "points": NUMBER, "as_of": pa.date32()},
}
READERS = {"academy": "its leaders", "teacher": "its teachers", "governor": "governors", "analyst": "analysts"}
"""The audiences beside the central team, in the words of a sentence."""

Rows = list[dict[str, Any]]


def give(connection: duckdb.DuckDBPyConnection, trust: TrustConfig, day: date, kept: Sequence[KeptScores]) -> None:
    """Register every `given_…` table on the connection."""
    academies = [each for each in trust.academies if _is_in_the_trust(each, day)]
    tables = {
        "given_academy": [{"academy_id": each.id} for each in academies],
        "given_area": [{"area": each} for each in (*settings().areas, WHOLE)],
        "given_entity": [{"entity": entity, "area": area} for area, entities in settings().areas.items() for entity in entities],
        "given_kind": list(_kinds()),
        "given_quadrant": [{"quadrant": name, **each.model_dump()} for name, each in settings().quadrants.items()],
        "given_own_code": list(_own_codes(connection, academies)),
        "given_own_column": [
            {"academy_id": each.id, "entity": entity, "column_name": column}
            for each in academies
            for entity, headings in each.columns.items()
            for column in headings
        ],
        "given_asked": list(_asked(connection)),
        "given_half_term": list(_half_terms(trust, academies, day)),
        "given_reader": list(_readers(trust, academies)),
        "given_goal": list(goals_in_force(trust, academies, day)),
        "given_rule": [{"rule": name, "school_days": trust.alerts.rules.of(name).trust_after_school_days} for name in RULES],
        "given_kept": list(points_before(trust, day, kept)),
    }
    for name, rows in tables.items():
        connection.register(name, pa.Table.from_pylist(rows, schema=pa.schema(list(SHAPES[name].items()))))


def take_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave nothing on the connection."""
    for name in SHAPES:
        connection.unregister(name)


def _is_in_the_trust(academy: Academy, day: date) -> bool:
    return (academy.joined_on is None or academy.joined_on <= day) and (academy.left_on is None or academy.left_on >= day)


def _kinds() -> Iterator[dict[str, Any]]:
    """Every kind of evidence, in the order of map.yml. What is of some areas is of the whole too."""
    place = 0
    for score in SCORES:
        for name, kind in settings().evidence[score].items():
            place += 1
            areas = [*(kind.areas or settings().areas), WHOLE]
            yield {**kind.model_dump(), "score": score, "kind": name, "place": place, "is_named": kind.names, "areas": areas}


def _own_codes(connection: duckdb.DuckDBPyConnection, academies: Sequence[Academy]) -> Iterator[dict[str, Any]]:
    """The values that an academy's own codes read."""
    own = {
        (each.id, code_set): {code_key(value) for value in codes} for each in academies for code_set, codes in each.codes.items() if codes
    }
    met = connection.execute(
        "select distinct academy_id, entity, code_set, source_value from ref.code_map "
        "where source_value is not null and academy_id = any ($1)",
        [sorted({academy_id for academy_id, _ in own})],
    ).fetchall()
    for academy_id, entity, name, value in met:
        column = contract().entity(entity).column(name)
        if column is not None and code_key(value) in own.get((academy_id, column.code_set or ""), ()):
            yield {"academy_id": academy_id, "entity": entity, "code_set": name, "source_value": value}


def _asked(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """The columns that each profile in use asks for."""
    for (profile,) in connection.execute("select distinct profile from dq.batch order by all").fetchall():
        tables = load_profile(profile).tables.values()
        asked = {(mapping.entity, mapping.contract_column) for table in tables for mapping in table.mappings}
        yield from ({"profile": profile, "entity": entity, "column_name": column} for entity, column in sorted(asked))


def _half_terms(trust: TrustConfig, academies: Sequence[Academy], day: date) -> Iterator[dict[str, Any]]:
    year = academic_year(day)
    for name, dates in trust.half_terms(None, year).items():
        for academy in academies:
            yield {"academy_id": academy.id, "half_term": name, "is_own": trust.half_terms(academy, year)[name] != dates}


def _readers(trust: TrustConfig, academies: Sequence[Academy]) -> Iterator[dict[str, Any]]:
    """Teachers read with a login alone; everybody else has a file as soon as the audience is granted."""
    for academy in academies:
        for audience, reader in READERS.items():
            logins = [each for each in trust.access.logins.values() if each.audience == audience and academy.id in each.academies]
            is_served = audience in trust.access.audiences and (audience != "teacher" or bool(logins))
            yield {"academy_id": academy.id, "reader": reader, "is_served": is_served}
