"""A built warehouse made by hand, for the checks: the tables that dbt would leave, with the contract's columns and only the rows of the
test.

Here: empty tables laid out from the models' own YAML, and adding rows. Not here: building them from deliveries (tests/integration).
"""

import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.quality import CheckResult, QualitySummary, run_built
from pipelines.store.home import PROJECT_ROOT, Home
from pipelines.store.records import RunRequest
from pipelines.trust import TrustConfig, load_trust
from tests.build_fixture import create_sources

AS_OF = date(2026, 1, 16)
MODELS = {
    "std.std_pupil": "models/standardised/std_pupil.yml",
    "std.std_enrolment": "models/standardised/std_enrolment.yml",
    "std.std_attendance_mark": "models/standardised/std_attendance_mark.yml",
    "std.std_attendance_week": "models/standardised/std_attendance_week.yml",
    "std.std_behaviour_event": "models/standardised/std_behaviour_event.yml",
    "std.std_assessment_result": "models/standardised/std_assessment_result.yml",
    "std.std_staff_absence": "models/standardised/std_staff_absence.yml",
    "std.std_staff_contract": "models/standardised/std_staff_contract.yml",
    "core.fct_enrolment": "models/core/fct_enrolment.yml",
    "core.bridge_enrolment_day_range": "models/core/bridge_enrolment_day_range.yml",
    "core.bridge_pupil_source": "models/core/bridge_pupil_source.yml",
    "core.dim_school_day": "models/core/dim_school_day.yml",
    "core.fct_suspension": "models/core/fct_suspension.yml",
    "core.fct_attendance_week": "models/core/fct_attendance_week.yml",
    "marts.measure_value": "models/marts/measure_value.yml",
    "measures.measure_period": "models/measures/measure_period.yml",
    "measures.count_pupil_attendance": "models/measures/attendance/count_pupil_attendance.yml",
    "core.fct_attendance_session": "models/core/fct_attendance_session.yml",
    "measures.own_achievement": "models/measures/achievement/own_achievement.yml",
    "measures.official_achievement": "models/measures/achievement/official_achievement.yml",
    "measures.stage_year": "models/measures/achievement/stage_year.yml",
    "measures.read_result": "models/measures/achievement/read_result.yml",
    "measures.read_formative": "models/measures/progress/read_formative.yml",
    "marts.scorecard": "models/marts/scorecard.yml",
    "marts.governor_summary": "models/marts/governor_summary.yml",
    "marts.pupil_summary": "models/marts/pupil_summary.yml",
    "marts.class_list": "models/marts/class_list.yml",
    "measures.count_pupil_inclusion": "models/measures/inclusion/count_pupil_inclusion.yml",
    "core.dim_academy": "models/core/dim_academy.yml",
    "ref.benchmark": "models/ref/ref_benchmark.yml",
}
SEEDS = ("measure_series", "published_phase", "benchmark_series", "year_without_progress8")
BY_HAND = {
    "ref.attendance_code": "mark_code string, valid_from date, valid_to date",
    "ref.measure": (
        "measure_id string, domain string, definition string, why_we_value_it string, unit string, direction string, kind string"
    ),
}
IN_BUILD = ("std", "run", "raw", "measures")
TRUST_YML = """
trust: {{name: Test Trust}}
academies:
{academies}
"""


class Warehouse:
    """A trust home whose build and candidate are filled by hand."""

    def __init__(self, root: Path, academies: tuple[str, ...] = ("ashby", "brook", "croft")) -> None:
        self.home = Home(root)
        self.home.prepare()
        lines = "\n".join(f"  - {{id: {each}, name: {each.title()} School, phase: primary, mis: matlas}}" for each in academies)
        self.home.trust_file.write_text(TRUST_YML.format(academies=lines))
        self.trust: TrustConfig = load_trust(self.home.trust_file)
        build, candidate = _empty_files()
        self.home.build_database.write_bytes(build)
        self.home.candidate.write_bytes(candidate)

    def _open(self, table: str) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.home.build_database if table.startswith(IN_BUILD) else self.home.candidate))

    def add(self, table: str, *rows: dict[str, Any]) -> None:
        """Add rows; a column left out is null."""
        with self._open(table) as database:
            for row in rows:
                marks = ", ".join("?" * len(row))
                database.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))

    def execute(self, table: str, sql: str) -> None:
        """Run a statement on the file that holds a table."""
        with self._open(table) as database:
            database.execute(sql)

    def request(self, run_id: str = "run", started_at: datetime | None = None, as_at: datetime | None = None) -> RunRequest:
        """A run's request."""
        return RunRequest(run_id, AS_OF, as_at=as_at, started_at=started_at or datetime(2026, 1, 17, 2, tzinfo=UTC))

    def check(self, request: RunRequest | None = None) -> QualitySummary:
        """Run every built check."""
        return run_built(self.home, self.trust, request or self.request())

    def published(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the candidate."""
        with duckdb.connect(str(self.home.candidate), read_only=True) as database:
            return database.execute(sql).fetchall()

    def publish(self) -> None:
        """Make the candidate the published file, as the job does."""
        self.home.published_file.write_bytes(self.home.candidate.read_bytes())


def outcome(summary: QualitySummary, check_id: str) -> dict[str, tuple[str, int, int]]:
    """Status, checked and failed of one check, by academy."""
    found: list[CheckResult] = [each for each in summary.results if each.check_id == check_id]
    return {each.academy_id: (each.status, each.checked, each.failed) for each in found}


@cache
def _empty_files() -> tuple[bytes, bytes]:
    """The build database and the candidate without rows but the seeds', laid out once for all tests of a process."""
    with tempfile.TemporaryDirectory() as folder:
        build, candidate = Path(folder) / "build.duckdb", Path(folder) / "matlas.duckdb"
        with duckdb.connect(str(build)) as database:
            create_sources(database)
            database.execute("insert into run.parameter values ('run', ?, null, now(), 6)", [AS_OF])
            _create(database, {name: columns for name, columns in _tables().items() if name.startswith(IN_BUILD)})
        with duckdb.connect(str(candidate)) as database:
            _create(database, {name: columns for name, columns in _tables().items() if not name.startswith(IN_BUILD)})
            database.execute(
                "insert into ref.attendance_code select mark_code, try_cast(valid_from as date), try_cast(valid_to as date) "
                "from read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"')",
                [str(PROJECT_ROOT / "dbt_project/seeds/ref_attendance_code.csv")],
            )
            for name in SEEDS:
                file = PROJECT_ROOT / f"dbt_project/seeds/ref_{name}.csv"
                database.execute(f"create table ref.{name} as select * from read_csv('{file}', header = true)")
        return build.read_bytes(), candidate.read_bytes()


def _create(database: duckdb.DuckDBPyConnection, tables: dict[str, str]) -> None:
    for table, columns in tables.items():
        database.execute(f"create schema if not exists {table.split('.')[0]}")
        database.execute(f"create table {table} ({columns})")


def _tables() -> dict[str, str]:
    """The columns of each table."""
    return {**{name: _columns(path) for name, path in MODELS.items()}, **BY_HAND}


def _columns(path: str) -> str:
    model = yaml.safe_load((PROJECT_ROOT / path).read_text())["models"][0]
    return ", ".join(f"{each['name']} {each['data_type']}" for each in model["columns"])
