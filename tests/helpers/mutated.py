"""One clean night of a small trust, and what the checks say of it when their data is broken, one rule at a time.

Here: the night by its own steps, a workspace in which a table may be broken and put back, and the outcome of each mutation. Not here: the
mutations (mutations/), nor what is expected of them (tests/integration/test_mutations.py). The SQL of a check runs as the night runs it
(`Findings`), and Great Expectations judges in one checkpoint.
"""

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from expectations.catalogue import check
from pipelines.job import steps
from pipelines.job.night import Night
from pipelines.quality import landing
from pipelines.quality.dq_deliveries import fill_deliveries
from pipelines.quality.findings import BUILT, Findings, finding_name
from pipelines.quality.gx import Assertion, judge
from pipelines.quality.workspace import workspace
from pipelines.store.home import Home
from pipelines.store.lock import held
from pipelines.store.manifest import Manifest
from pipelines.store.records import RunRequest
from pipelines.synthetic import write_trust
from pipelines.trust import TrustConfig, load_trust
from tests.helpers.begun import begun
from tests.helpers.home import TrustHome
from tests.helpers.mutations import Mutation

AS_OF = dt.date(2026, 7, 17)
Outcome = tuple[str, int, int]
"""Status, checked, failed."""


@dataclass(frozen=True)
class CleanNight:
    """A home whose night was checked and not yet published, so that the build and the candidate lie there."""

    home: Home
    trust: TrustConfig
    request: RunRequest

    @property
    def places(self) -> list[str]:
        """Everything that a result may be about."""
        return [*(each.id for each in self.trust.academies), "trust"]

    def outcomes(self) -> dict[str, dict[str, Outcome]]:
        """What the night says of each check, by academy."""
        found: dict[str, dict[str, Outcome]] = {}
        with duckdb.connect(str(self.home.candidate), read_only=True) as candidate:
            for check_id, academy_id, *outcome in candidate.execute(
                "select check_id, academy_id, status, checked, failed from dq.check_result"
            ).fetchall():
                found.setdefault(check_id, {})[academy_id] = (outcome[0], outcome[1], outcome[2])
        return found


def clean_night(factory: pytest.TempPathFactory, root: Path) -> CleanNight:
    """Make a trust without a fault, on four MIS and over two years, and run its night up to the checks."""
    write_trust(root, academies=4, pupils=30, years=2, seed=1, defects=False)
    home = Home(begun(factory, TrustHome(root)).root)
    trust = load_trust(home.trust_file)
    request = RunRequest(run_id="clean", as_of=AS_OF, as_at=None, academies=None, is_full=False)
    with held(home, "a test"):
        home.prepare()
        night = Night(home, trust, request)
        for step in (steps.load, steps.judge, steps.prepare_build, steps.build, steps.check):
            step(night)
    return CleanNight(home, trust, request)


def run_mutations(night: CleanNight, mutations: Iterable[Mutation], folder: Path) -> dict[Mutation, dict[str, Outcome]]:
    """Break the data of one rule after the other, and return what its check then says of each academy.

    A check with several mutations is judged once for each.
    """
    rounds: list[list[Mutation]] = []
    for mutation in mutations:
        round_of_it = next((each for each in rounds if mutation.check not in {other.check for other in each}), None)
        if round_of_it is None:
            rounds.append([mutation])
        else:
            round_of_it.append(mutation)
    found: dict[Mutation, dict[str, Outcome]] = {}
    for number, each in enumerate(rounds):
        found |= _run_round(night, each, folder / f"round{number}.duckdb")
    return found


def mended(night: CleanNight, mutations: Iterable[Mutation], folder: Path) -> dict[Mutation, dict[str, Outcome]]:
    """What the checks say of data that is mended and not broken, for the mutations that mend it first."""
    only_first = {replace(each, first="", sql=each.first): each for each in mutations if each.first}
    folder.mkdir()
    return {only_first[each]: outcome for each, outcome in run_mutations(night, only_first, folder).items()}


def _run_round(night: CleanNight, mutations: list[Mutation], database: Path) -> dict[Mutation, dict[str, Outcome]]:
    with workspace(night.home) as connection:
        with Manifest(night.home.manifest) as manifest:
            fill_deliveries(connection, manifest, night.home.raw, None)
        connection.execute(f"attach '{database}' as quality")
        for mutation in mutations:
            if mutation.entity is None:
                with broken(connection, mutation):
                    Findings(connection, "quality", "academy_id").add(check(mutation.check))  # with its own shared tables
            else:
                _find_landed(night, mutation, connection, database.parent)
        ran = dict(connection.execute("select check_id, bool_and(has_run) from quality.main.ran group by all").fetchall())
        counted = {
            (check_id, academy_id): (int(checked), int(failed))
            for check_id, academy_id, checked, failed in connection.execute(
                "select check_id, academy_id, checked, failed from quality.main.finding"
            ).fetchall()
        }
        connection.execute("detach quality")
    judgements = judge(
        database, [Assertion(each, BUILT, each) for each in (finding_name(check(one.check)) for one in mutations)], "academy_id"
    )

    def outcome(check_id: str, place: str) -> Outcome:
        judgement = judgements[finding_name(check(check_id))]
        if not (ran[check_id] and judgement.has_run):
            return ("not_run", 0, 0)
        if (check_id, place) not in counted:
            return ("not_applicable", 0, 0)
        return ("fail" if place in judgement.broken_by else "pass", *counted[check_id, place])

    return {
        each: {place: outcome(each.check, place) for place in night.places if place != "trust" or check(each.check).covers_trust}
        for each in mutations
    }


@contextmanager
def broken(connection: duckdb.DuckDBPyConnection, mutation: Mutation) -> Iterator[None]:
    """Put broken copies in the place of the mutation's tables, and the tables back when done."""
    kinds = {table: _kind(connection, table) for table in mutation.tables}
    for table, kind in kinds.items():
        schema, name = table.split(".")
        connection.execute(f"alter {kind} {table} rename to {name}_unbroken")
        connection.execute(f"create table {table} as select * from {schema}.{name}_unbroken")
    connection.execute(f"{mutation.first}; {mutation.sql}" if mutation.first else mutation.sql)
    yield
    for table, kind in kinds.items():
        schema, name = table.split(".")
        connection.execute(f"drop table {table}")
        connection.execute(f"alter {kind} {schema}.{name}_unbroken rename to {name}")


def _kind(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    schema, name = table.split(".")
    is_view = connection.execute(
        "select 1 from duckdb_views() where database_name = 'memory' and schema_name = $1 and view_name = $2", [schema, name]
    ).fetchone()
    return "view" if is_view else "table"


def _find_landed(night: CleanNight, mutation: Mutation, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Break a copy of the landing cache, judge the entity again as the night does, and sum up by academy what is found."""
    assert mutation.entity is not None
    home = Home(folder / mutation.check)
    home.prepare()
    home.raw.rmdir()
    home.raw.symlink_to(night.home.raw)
    shutil.copy(night.home.manifest, home.manifest)
    cache = landing.landing_database(home)
    cache.parent.mkdir()
    shutil.copy(landing.landing_database(night.home), cache)
    with duckdb.connect(str(cache)) as database:
        database.execute(mutation.sql)
    landing.run(home, night.trust, night.request, [mutation.entity])
    connection.execute(f"attach '{cache}' as landing (read_only)")
    Findings(connection, "quality", "academy_id").add_landed(check(mutation.check), "landing")
    connection.execute("detach landing")
