"""Fills the two tables of the map in a warehouse that is about to be published.

Here: the order of the queries. Not here: what counts as evidence (map.yml, evidence/), nor when this is done (pipelines/job).
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from expectations.map_schema import ALIGNMENT_AUTONOMY, EVIDENCE, MAP
from pipelines.steering.given import give, take_back
from pipelines.steering.settings import SCORES, settings, sql_of
from pipelines.store.map_scores import KeptScores
from pipelines.trust import TrustConfig

HERE = Path(__file__).parent


def write_map(connection: duckdb.DuckDBPyConnection, trust: TrustConfig, day: date, kept: Sequence[KeptScores] = ()) -> None:
    """Fill marts.alignment_autonomy and marts.alignment_autonomy_evidence of the warehouse that the connection is open on.

    `day` is the last day that counts, `kept` what earlier half-terms left. The tables of the checks, the alerts and the ledger must be
    there, empty or not.
    """
    for table in MAP:
        for statement in table.ddl():
            connection.execute(statement)
    give(connection, trust, day, kept)
    parameters = {
        "day": day,
        "counted_days": settings().counted_days,
        "alignment_high_from": settings().high_from.alignment,
        "autonomy_high_from": settings().high_from.autonomy,
    }
    connection.execute("create temp table given_thing (score text, kind text, academy_id text, area text, thing text, is_so boolean)")
    for score in SCORES:
        for kind in settings().evidence[score]:
            _run(connection, f"insert into given_thing select '{score}', '{kind}', * from ({sql_of(score, kind)})", parameters)
    connection.execute(f"create temp table given_evidence as {_sql('evidence.sql')}")
    connection.execute(f"insert into {EVIDENCE.full_name} by name select {', '.join(EVIDENCE.column_names)} from given_evidence")
    wanted = ", ".join(ALIGNMENT_AUTONOMY.column_names)
    _run(
        connection, f"insert into {ALIGNMENT_AUTONOMY.full_name} by name select {wanted} from ({_sql('map.sql')}) order by all", parameters
    )
    connection.execute("drop table given_thing")
    connection.execute("drop table given_evidence")
    take_back(connection)


def _sql(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _run(connection: duckdb.DuckDBPyConnection, statement: str, parameters: dict[str, object]) -> None:
    """Run a statement with those of the parameters that it names."""
    connection.execute(statement, {name: value for name, value in parameters.items() if f"${name}" in statement})
