"""A published-shaped warehouse of which only what the quality report reads is there: dq as the product defines it, academies, measures.

Here: rows by hand and one large invented trust. Not here: anything that judges or builds.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from expectations.catalogue import CHECKS
from expectations.dq_schema import TABLES

TONIGHT = datetime(2026, 3, 13, 2, 4)
"""In UTC, as the warehouse keeps its times."""

_OTHERS = (
    "create schema core",
    "create schema ref",
    "create table core.dim_academy (academy_id text, academy_name text, phase text, mis text, left_on date, last_good_load_at timestamp, "
    "last_delivered_on date, is_stale boolean)",
    "create table core.dim_period (counted_to date)",
    "create table ref.measure (measure_id text, measure_name text)",
    "insert into core.dim_period values (date '2026-03-12')",
    "insert into ref.measure values ('attendance_rate', 'Attendance'), ('late_rate', 'Lateness')",
)


@dataclass
class QualityWarehouse:
    """Rows of a warehouse; `write` makes the file. What a row does not say has a harmless value."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def academy(self, academy_id: str, **given: Any) -> None:
        """An academy whose data is current."""
        usual = {
            "academy_name": f"{academy_id.capitalize()} Academy",
            "phase": "secondary",
            "mis": "arbor",
            "left_on": None,
            "last_good_load_at": TONIGHT,
            "last_delivered_on": date(2026, 3, 12),
            "is_stale": False,
        }
        self._add("core.dim_academy", {"academy_id": academy_id, **usual, **given})

    def result(self, academy_id: str, check_id: str, status: str, *, nights_ago: int = 0, **given: Any) -> None:
        """What one check came to in one run."""
        check = next(each for each in CHECKS if each.id == check_id)
        usual = {
            "run_id": f"run-{nights_ago}",
            "principle": check.principle,
            "severity": check.severity.value,
            "reason": None if status in ("pass", "fail") else check.not_applicable,
            "checked": 100 if status in ("pass", "fail") else 0,
            "failed": 3 if status == "fail" else 0,
            "measures_affected": ", ".join(check.affects),
            "checked_at": TONIGHT - timedelta(days=nights_ago),
            "accepted_until": None,
        }
        self._add("dq.check_result", {"academy_id": academy_id, "check_id": check_id, "status": status, **usual, **given})

    def work(self, academy_id: str, check_id: str, *, times: int = 1, **given: Any) -> None:
        """Things on the work list, each of another pupil unless the row says otherwise."""
        known = self.rows.get("dq.work_list", [])
        place = sum(row["academy_id"] == academy_id for row in known)
        check = next(each for each in CHECKS if each.id == check_id)
        for number in range(place + 1, place + times + 1):
            usual = {
                "position": number,
                "severity": check.severity.value,
                "source_pupil_id": f"MIS{number:05}",
                "subject": f"thing {number}",
                "what": f"thing {number} is wrong",
                "how": check.how,
                "failed": 1,
                "since": TONIGHT.date(),
                "status": "open",
                "gone_on": None,
                "age_days": 0,
            }
            self._add("dq.work_list", {"academy_id": academy_id, "check_id": check_id, **usual, **given})

    def decision(self, academy_id: str, check_id: str, until: date, **given: Any) -> None:
        """Somebody lives with a failure."""
        usual = {"accepted_by": "office", "accepted_why": "known", "accepted_until": until, "accepted_at": TONIGHT, "is_current": True}
        self._add("dq.check_decision", {"academy_id": academy_id, "check_id": check_id, **usual, **given})

    def batch(self, academy_id: str, table_name: str, status: str, **given: Any) -> None:
        """A delivery."""
        usual = {
            "batch_id": f"{academy_id}-{table_name}-2026-03-12-0a1b2c3d",
            "entity": "pupil",
            "effective_date": date(2026, 3, 12),
            "profile": "arbor",
            "rows_read": 10,
            "rows_accepted": 10,
            "rows_rejected": 0,
            "rows_duplicate": 0,
            "delivered_at": TONIGHT,
            "content_id": "0a1b2c3d",
        }
        self._add("dq.batch", {"academy_id": academy_id, "table_name": table_name, "status": status, **usual, **given})

    def write(self, path: Path) -> Path:
        """Make the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(path)) as connection:
            for statement in ("create schema dq", *(line for table in TABLES for line in table.ddl()), *_OTHERS):
                connection.execute(statement)
            for table, rows in self.rows.items():
                columns = dict.fromkeys(name for row in rows for name in row)
                connection.register("given", pa.table({name: [row.get(name) for row in rows] for name in columns}))
                connection.execute(f"insert into {table} by name select * from given")
                connection.unregister("given")
        return path

    def _add(self, table: str, row: dict[str, Any]) -> None:
        self.rows.setdefault(table, []).append(row)


def some_trust() -> QualityWarehouse:
    """Three academies in a bad week: one held list, one stale, one clean; eleven nights of history."""
    trust = QualityWarehouse()
    trust.academy("ashby")
    trust.academy("birch", is_stale=True, last_delivered_on=date(2026, 3, 6), mis="wonde")
    trust.academy("cedar", mis="sims")
    for nights_ago in range(11):
        for academy_id in ("ashby", "birch", "cedar"):
            for check_id in ("upn_invalid", "missing_marks", "orphan_fact", "all_present", "stage_missing"):
                is_bad = {("ashby", "upn_invalid"): nights_ago < 5, ("birch", "missing_marks"): nights_ago != 3}
                status = "fail" if is_bad.get((academy_id, check_id)) else "pass"
                if check_id == "stage_missing":
                    status = "not_applicable"
                if (academy_id, check_id, nights_ago) == ("birch", "all_present", 0):
                    status = "not_run"
                trust.result(academy_id, check_id, status, nights_ago=nights_ago)
    trust.result("ashby", "shrunk", "fail", failed=1, checked=12)
    trust.result("ashby", "domain_missing", "fail", failed=2, checked=8, accepted_until=date(2026, 3, 31))
    trust.decision("ashby", "domain_missing", date(2026, 3, 31), accepted_why="Quillon Fray of Year 9 is at home")
    trust.work("ashby", "upn_invalid", times=3, age_days=4)
    trust.work(
        "ashby", "domain_missing", times=2, source_pupil_id=None, what="no figure in the domain voice", status="accepted", age_days=9
    )
    trust.work("birch", "missing_marks", times=12, failed=20, age_days=2)
    trust.work("birch", "missing_marks", times=2, status="gone", gone_on=date(2026, 3, 11))
    trust.batch("ashby", "students", "held", reason="60.1 % fewer rows than the one before. If it is right: matlas accept it.")
    trust.batch("birch", "attendance", "rejected", reason="attendance_2026-03-12.csv is empty. Run the export again.")
    trust.batch("cedar", "pupil", "accepted")
    return trust


def large_trust(academies: int = 100, nights: int = 30) -> QualityWarehouse:
    """Every check at every academy in each of many nights; every fifth check fails somewhere, with a work list of its own."""
    trust = QualityWarehouse()
    for place in range(academies):
        academy_id = f"academy_{place:03}"
        trust.academy(academy_id, academy_name=f"Academy of Place {place:03}", is_stale=place % 11 == 0)
        for number, check in enumerate(CHECKS):
            for nights_ago in range(nights):
                status = ("pass", "pass", "fail", "pass", "not_applicable", "pass", "not_run")[(number + place + nights_ago // 4) % 7]
                trust.result(academy_id, check.id, status, nights_ago=nights_ago)
            if (number + place) % 7 == 2:
                trust.work(academy_id, check.id, times=12, age_days=place % 40)
        for table in ("students", "attendance", "behaviour")[: place % 4]:
            trust.batch(academy_id, table, "held", reason="The list is shorter than the one before.")
    return trust
