"""A published-shaped warehouse of which only what the page of the map reads is there.

Here: rows by hand. Not here: what works them out (pipelines/steering, pipelines/alerts).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from expectations.dq_schema import PUBLICATION
from expectations.steering_schema import STEERING

DAY = date(2026, 3, 13)
SCORES = ("alignment", "autonomy", "transparency", "accountability")


@dataclass
class SteeringWarehouse:
    """Rows of a warehouse; `write` makes the file. What a row does not say has a harmless value."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def academy(self, academy_id: str, *points: float | None, name: str = "", phase: str = "primary", **given: Any) -> None:
        """An academy on the map: its four scores in all areas, with a line of evidence each, and the same in one area."""
        alignment, autonomy, *_ = points
        quadrant = None
        if alignment is not None and autonomy is not None:
            above = ("authoritative", "assistant") if alignment >= 75 else ("isolated", "laissez_faire")
            quadrant = above[autonomy >= 50]
        called = name or f"{academy_id.capitalize()} Academy"
        self._add("core.dim_academy", {"academy_id": academy_id, "academy_name": called, "phase": phase})
        for area in ("all", "attendance"):
            usual: dict[str, Any] = {
                "as_of": DAY,
                "quadrant": quadrant,
                "alignment_high_from": 75.0,
                "autonomy_high_from": 50.0,
                "quadrant_unknown_because": None if quadrant else "Its alignment is not known.",
                **dict(zip(SCORES, points, strict=True)),
            }
            self._add("marts.alignment_autonomy", {"academy_id": academy_id, "area": area, **usual, **given})
        for score, value in zip(SCORES, points, strict=True):
            row: dict[str, Any] = {"evidence": "things", "what": "Things", "where_to_look": "ref.things; `matlas things`"}
            if value is None:
                row |= {"counted": 0, "out_of": 0, "sentence": "Nothing to count."}
            else:
                row |= {"counted": 3, "out_of": 4, "points": value, "most_points": 100.0, "sentence": f"Things of {score}: 3 of 4."}
            self._add("marts.alignment_autonomy_evidence", {"academy_id": academy_id, "area": "all", "score": score, **row})

    def alert(self, academy_id: str, sentence: str, state: str = "raised", **given: Any) -> None:
        """An alert of ten days ago."""
        usual = {
            "alert_id": f"stale.{academy_id}.{len(self.rows.get('marts.alert', []))}",
            "rule": "stale",
            "subject": "attendance",
            "severity": "act",
            "raised_on": date(2026, 3, 3),
            "last_seen_on": DAY,
            "state_since": date(2026, 3, 3),
        }
        self._add("marts.alert", {"academy_id": academy_id, "sentence": sentence, "state": state, **usual, **given})

    def write(self, path: Path) -> Path:
        """Make the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema core; create schema dq; create schema marts")
            connection.execute("create table core.dim_academy (academy_id text, academy_name text, phase text)")
            for table in (PUBLICATION, *STEERING):
                for statement in table.ddl():
                    connection.execute(statement)
            connection.execute("insert into dq.publication values ('trust', null, ?, ?, 'run-0')", [datetime(2026, 3, 14, 2, 4), DAY])
            for table_name, rows in self.rows.items():
                columns = dict.fromkeys(name for row in rows for name in row)
                connection.register("given", pa.table({name: [row.get(name) for row in rows] for name in columns}))
                connection.execute(f"insert into {table_name} by name select * from given")
                connection.unregister("given")
        return path

    def _add(self, table: str, row: dict[str, Any]) -> None:
        self.rows.setdefault(table, []).append(row)


def some_steering() -> SteeringWarehouse:
    """Six academies, two at one place, one come from elsewhere, one not to be placed; four open alerts and one that is over."""
    trust = SteeringWarehouse()
    before: dict[str, Any] = {"alignment_last_half_term": 58.0, "autonomy_last_half_term": 75.0, "last_half_term_as_of": date(2026, 2, 20)}
    trust.academy("ashby", 92.5, 75.0, 88.0, 71.0, name="Ashby Primary Academy", **before)
    trust.academy("birch", 92.5, 75.0, 80.0, 64.0, name="Birch Primary Academy")
    trust.academy("cedar", 96.0, 25.0, 85.0, 80.0, name="Cedar Special Academy", phase="special")
    trust.academy("dale", 44.2, 100.0, 35.0, 35.0, name="Dale Academy", phase="all_through")
    trust.academy("elm", 60.0, 30.0, 50.0, None, name="Elm Academy", phase="secondary")
    trust.academy("fir", None, 50.0, None, None, name="Fir Academy", phase="secondary")
    trust.alert("dale", "No new attendance has been accepted since 3 March 2026: 8 of the academy's school days.")
    trust.alert("dale", "Attendance was 88.1 %, lower than in its weeks before.", "being_handled", handled_by="J Moss", why="Quillon Fray")
    trust.alert("ashby", "A delivery waits for a person: `matlas batches` says why.", "acknowledged", severity="inform")
    trust.alert("trust", "Suspensions are 9.1 per 100 pupils this year so far. By the goal it is red above 8.0.", raised_on=DAY)
    trust.alert("birch", "This one is over.", "resolved")
    return trust


def large_steering(academies: int = 100) -> SteeringWarehouse:
    """Many academies with the same few values of autonomy, as one scheme of delegation gives them; an alert at every fourth."""
    trust = SteeringWarehouse()
    for place in range(academies):
        alignment = 60.0 + place * 7 % 40
        trust.academy(f"academy_{place:03}", alignment, (40.0, 60.0, 75.0)[place % 3], 80.0, 55.0, name=f"Academy of Place {place:03}")
        if place % 4 == 0:
            trust.alert(f"academy_{place:03}", "No new attendance has been accepted since 3 March 2026.")
    return trust
