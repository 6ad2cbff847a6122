"""A night beside the same night from scratch: two homes with the same deliveries, the same past and the same request, one of which forgets
what it had built.

Here: running both in this process, stage by stage, and which tables of the two published files differ. Not here: what is delivered
(happenings.py), and how two tables are compared (differing.py).
"""

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipelines.alerts import steering
from pipelines.build.dbt import DbtResult, invoke
from pipelines.job import steps
from pipelines.job.night import Night
from pipelines.store.home import Home
from pipelines.store.lock import held
from pipelines.store.manifest import Manifest
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust
from tests.helpers.differing import differing_columns

OF_THE_MOMENT: dict[str, tuple[str, ...]] = {
    "dq.publication": ("published_at",),
    "dq.ledger": ("decided_at", "written_at", "why_hash", "previous", "hash"),
    "dq.message": ("last_tried_at", "sent_at"),
}
"""By table, the columns that hold when our own process did its work: never the same twice."""
FORGOTTEN = ("build", "quality", "dbt", "previous")


@dataclass(frozen=True)
class Built:
    """What the build did for one night; None of the results where all that was published stands."""

    results: Sequence[DbtResult] | None

    @property
    def kept(self) -> set[str]:
        """The tables that stand, by their model's name."""
        return {each.unique_id.split(".")[-1] for each in self.results or () if each.is_kept}


def run_night(root: Path, request: RunRequest) -> Built:
    """One night of a home, as the job runs it, without the orchestrator around it."""
    home = Home(root)
    with held(home, "a test"):
        home.prepare()
        night = Night(home, load_trust(home.trust_file), request)
        with Manifest(home.manifest) as manifest:
            manifest.start_run(request)
        for step in (steps.load, steps.judge, steps.prepare_build):
            step(night)
        results = _everything(home) if request.is_full else steps.build(night)
        steps.require_built(results or (), ())
        steps.require_sound(steps.check(night))
        steering.prepare(home)  # the tables alone: what they say hangs on nights that one home forgets
        published = steps.publish(night).published_at
        with Manifest(home.manifest) as manifest:
            manifest.finish_run(request.run_id, "published", published)
    return Built(results)


def _everything(home: Home) -> list[DbtResult]:
    """Every seed and model anew; their tests say nothing that the comparison does not."""
    return invoke(home, ["build", "--exclude-resource-types", "unit_test", "test"])


def twin(root: Path, place: Path) -> Path:
    """A copy of a home that knows every delivery and decision and has none of the tables."""
    shutil.copytree(root, place)
    for forgotten in FORGOTTEN:
        shutil.rmtree(Home(place).store / forgotten, ignore_errors=True)
    return place


def night_beside_one_from_scratch(root: Path, request: RunRequest) -> tuple[Built, list[str]]:
    """Run a night, and the same night with `--full` on a twin; what was built, and which tables of the two differ in what."""
    other = twin(root, root.with_name(f"{root.name}_{request.run_id}"))
    built = run_night(root, request)
    run_night(other, replace(request, is_full=True))
    found = differences(Home(root).published_file, Home(other).published_file)
    if not found:
        shutil.rmtree(other)
    return built, found


def differences(one: Path, other: Path) -> list[str]:
    """Each table that two published files do not both have, or that has other rows in the second: its name and columns, never a value."""
    with duckdb.connect() as database:
        for name, file in (("one", one), ("other", other)):
            database.execute(f"attach '{file}' as {name} (read_only)")
        tables = {name: _tables(database, name) for name in ("one", "other")}
        alone = [f"{table}: in one of the two only" for table in sorted(tables["one"] ^ tables["other"])]
        compared = {
            table: differing_columns(database, f"one.{table}", f"other.{table}", OF_THE_MOMENT.get(table, ()))
            for table in sorted(tables["one"] & tables["other"])
        }
    return alone + [f"{table}: {', '.join(columns)}" for table, columns in compared.items() if columns]


def _tables(database: duckdb.DuckDBPyConnection, name: str) -> set[str]:
    rows = database.execute(f"select schema_name || '.' || table_name from duckdb_tables() where database_name = '{name}'").fetchall()
    return {str(table) for (table,) in rows}


def at_two_in_the_morning(day: dt.date) -> dt.datetime:
    """The moment at which the night after a day runs."""
    return dt.datetime(day.year, day.month, day.day, 2, tzinfo=dt.UTC) + dt.timedelta(days=1)
