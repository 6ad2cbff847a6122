"""What the page of the map is made of, read from the published warehouse: scores, their evidence, open alerts.

Here: the queries, and a row type for each. Not here: what is made of them (steering_page.py). Nobody's reasons are read: they are free text
and may name a pupil, and this file is passed on.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import duckdb

Row = TypeVar("Row")
SCORES = ("alignment", "autonomy", "transparency", "accountability")
WHOLE = "all"


@dataclass(frozen=True)
class Scored:
    """One academy in one area: its scores (None: not known), the quadrant, and two of the scores at the end of the half-term before."""

    academy_id: str
    name: str
    phase: str
    area: str
    alignment: float | None
    autonomy: float | None
    transparency: float | None
    accountability: float | None
    alignment_last_half_term: float | None
    autonomy_last_half_term: float | None
    quadrant: str | None
    quadrant_unknown_because: str | None


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence for an academy's score in all areas together."""

    academy_id: str
    score: str
    what: str
    out_of: int
    points: float | None
    most_points: float | None
    sentence: str
    where_to_look: str


@dataclass(frozen=True)
class OpenAlert:
    """An alert that nobody and nothing has ended. Who handles it is a colleague, never a pupil."""

    academy_id: str
    severity: str
    sentence: str
    raised_on: date
    state: str
    state_since: date
    handled_by: str | None


@dataclass(frozen=True)
class Steering:
    """Everything that the page is made of; `last_half_term_as_of` is the day of the scores that tonight's are compared with."""

    run_id: str
    as_of: date | None
    alignment_high_from: float
    autonomy_high_from: float
    last_half_term_as_of: date | None
    academies: dict[str, str]
    scores: list[Scored]
    evidence: list[Evidence]
    alerts: list[OpenAlert]


def read_steering(published_database: Path) -> Steering:
    """Read a published warehouse."""
    with duckdb.connect(str(published_database), read_only=True) as connection:
        run_id, as_of = connection.execute("select run_id, as_of from dq.publication").fetchone() or ("", None)
        high = connection.execute(_HIGH).fetchone() or (None, None, None)
        return Steering(
            run_id=run_id,
            as_of=as_of,
            alignment_high_from=50.0 if high[0] is None else high[0],
            autonomy_high_from=50.0 if high[1] is None else high[1],
            last_half_term_as_of=high[2],
            academies=dict(connection.execute("select academy_id, academy_name from core.dim_academy order by academy_id").fetchall()),
            scores=_read(connection, Scored, _SCORES),
            evidence=_read(connection, Evidence, _EVIDENCE),
            alerts=_read(connection, OpenAlert, _ALERTS),
        )


def _read(connection: duckdb.DuckDBPyConnection, kind: type[Row], query: str) -> list[Row]:
    return [kind(*row) for row in connection.execute(query).fetchall()]


_HIGH = "select any_value(alignment_high_from), any_value(autonomy_high_from), max(last_half_term_as_of) from marts.alignment_autonomy"

_SCORES = """
    select
        scores.academy_id,
        academies.academy_name,
        academies.phase,
        scores.area,
        scores.alignment,
        scores.autonomy,
        scores.transparency,
        scores.accountability,
        scores.alignment_last_half_term,
        scores.autonomy_last_half_term,
        scores.quadrant,
        scores.quadrant_unknown_because
    from marts.alignment_autonomy as scores
    inner join core.dim_academy as academies on scores.academy_id = academies.academy_id
    order by academies.academy_name, scores.academy_id, scores.area
"""

_EVIDENCE = f"""
    select academy_id, score, what, out_of, points, most_points, sentence, where_to_look
    from marts.alignment_autonomy_evidence
    where area = '{WHOLE}'
    order by academy_id, rowid
"""

_ALERTS = """
    select academy_id, severity, sentence, raised_on, state, state_since, handled_by
    from marts.alert
    where state in ('raised', 'acknowledged', 'being_handled')
    order by academy_id, severity, raised_on, alert_id
"""
