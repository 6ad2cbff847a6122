import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from expectations.catalogue import CHECKS
from pipelines.build.dbt import DbtResult
from pipelines.build.nodes import project_nodes
from pipelines.commands.running import Asked, Ended, run_night
from pipelines.job import steps
from pipelines.job.assets import CHECKED, PUBLISHED, RAW
from pipelines.job.instance import open_instance
from pipelines.job.night import Night
from pipelines.publish import PublishedFile
from pipelines.quality.summary import CheckResult, QualitySummary, ResultStatus
from pipelines.store.home import Home
from pipelines.store.lock import held
from pipelines.store.manifest import Manifest

SURNAME = "Quillfeather-Onslow"
ACADEMIES = ["ashby", "birch"]
TRUST = "trust: {name: Test Trust}\nacademies:\n" + "".join(
    f"  - {{id: {each}, name: {each.title()}, phase: primary, mis: matlas}}\n" for each in ACADEMIES
)


class FakeSummary:
    def figures(self) -> dict[str, dict[str, int]]:
        return {"ashby": {"files": 2, "rows accepted": 40}, "birch": {"files": 1, "rows accepted": 20}}


def built(failing: str | None = None) -> list[DbtResult]:
    results = []
    for unique_id, node in project_nodes().items():
        kind = str(node.resource_type)
        if kind in ("model", "seed", "test"):
            status = ("fail" if node.name == failing else "pass") if kind == "test" else "success"
            results.append(DbtResult(unique_id, kind, status, "2 rows fail" if status == "fail" else "", None, 0.1))
    return results


def checked(stop: bool = False) -> QualitySummary:
    results = [
        CheckResult(each.id, academy, each.principle, each.severity, "fail" if stop and each.severity == "stop" else "pass", 10, 0, "all")
        for each in CHECKS
        for academy in ACADEMIES
    ]
    return QualitySummary("r", tuple(results))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose stages do nothing: what is tested is the job around them."""
    (tmp_path / "trust.yml").write_text(TRUST)
    home = Home(tmp_path)
    for name in ("MATLAS_HOME", "DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")

    def published(night: Night) -> PublishedFile:
        night.published = PublishedFile(home.published_file, datetime.now(UTC), 1, {"core.dim_academy": 2})
        return night.published

    monkeypatch.setattr(steps, "load", lambda night: FakeSummary())
    monkeypatch.setattr(steps, "judge", lambda night: [])
    monkeypatch.setattr(steps, "prepare_build", lambda night: None)
    monkeypatch.setattr(steps, "build", lambda night: built())
    monkeypatch.setattr(steps, "check", lambda night: checked())
    monkeypatch.setattr(steps, "publish", published)
    monkeypatch.setattr(steps, "report", lambda night: None)
    return home


def remembering(asked: list[Any]) -> Any:
    def load(night: Night) -> FakeSummary:
        asked.append(night.request.academies)
        return FakeSummary()

    return load


def night_of(home: Home, **asked: Any) -> Ended:
    request = {"as_of": date(2026, 1, 31), "as_at": None, "academies": None, "is_full": False, **asked}
    with held(home, "a test"):
        return run_night(home, ACADEMIES, Asked(**request))


def runs_of(home: Home) -> list[dg.DagsterRun]:
    return list(open_instance(home).get_runs())


def test_a_night_is_a_run_in_the_homes_history(home: Home) -> None:
    ended = night_of(home)

    assert ended.published == home.published_file
    assert [(run.job_name, run.status) for run in runs_of(home)] == [("nightly", dg.DagsterRunStatus.SUCCESS)]
    with Manifest(home.manifest) as manifest:
        (run,) = manifest.runs()
    assert (run.run_id, run.outcome) == (ended.run_id, "published")


def test_each_academy_has_its_own_figures_on_its_own_partition(home: Home) -> None:
    night_of(home)

    found = open_instance(home).fetch_materializations(dg.AssetRecordsFilter(RAW, asset_partitions=["birch"]), limit=5).records
    assert [record.asset_materialization.metadata["rows accepted"].value for record in found if record.asset_materialization] == [20]


def test_every_table_is_an_asset_and_every_test_and_check_a_check(home: Home) -> None:
    night_of(home)

    instance = open_instance(home)
    assert instance.get_latest_materialization_event(dg.AssetKey(["core", "dim_pupil"]))
    assert instance.get_latest_materialization_event(PUBLISHED)
    from pipelines.definitions import defs

    names = {key.name for key in defs.resolve_asset_graph().asset_check_keys}
    assert {each.id for each in CHECKS} <= names


def test_only_a_stop_check_blocks() -> None:
    from pipelines.definitions import checked as quality

    specs = {spec.name: spec.blocking for spec in quality.check_specs if spec.asset_key == CHECKED}
    assert specs == {each.id: each.severity == "stop" for each in CHECKS}


@pytest.mark.parametrize(("status", "passes"), [("pass", True), ("not_applicable", True), ("fail", False), ("not_run", False)])
def test_each_check_is_told_to_dagster_and_only_what_passed_has_passed(
    home: Home, monkeypatch: pytest.MonkeyPatch, status: ResultStatus, passes: bool
) -> None:
    results = [
        replace(each, status=status) if (each.check_id, each.academy_id) == ("upn_invalid", "birch") else each for each in checked().results
    ]
    monkeypatch.setattr(steps, "check", lambda night: QualitySummary("r", tuple(results)))

    assert night_of(home).published, "only a stop check blocks"

    told = open_instance(home).event_log_storage.get_latest_asset_check_execution_by_key(
        [dg.AssetCheckKey(CHECKED, each.id) for each in CHECKS]
    )
    evaluations = {key.name: record.event and record.event.asset_check_evaluation for key, record in told.items()}
    passed = {name: evaluation.passed for name, evaluation in evaluations.items() if evaluation}
    assert passed == {each.id: passes or each.id != "upn_invalid" for each in CHECKS}


def test_a_failed_stop_check_publishes_nothing_and_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "check", lambda night: checked(stop=True))

    ended = night_of(home)

    assert ended.published is None
    stops = [each.id for each in CHECKS if each.severity == "stop"]
    assert any(check in str(ended.fault) for check in stops)


def test_a_failed_test_of_ours_publishes_nothing_and_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = next(node.name for node in project_nodes().values() if str(node.resource_type) == "test")
    monkeypatch.setattr(steps, "build", lambda night: built(failing=test))

    ended = night_of(home)

    assert ended.published is None
    assert "2 rows fail" in str(ended.fault)
    with Manifest(home.manifest) as manifest:
        assert manifest.runs()[-1].outcome == "not_published"


def test_a_report_that_cannot_be_written_is_told_and_the_night_is_published(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(night: Night) -> None:
        raise steps.ReportError("The disk is full.")

    monkeypatch.setattr(steps, "report", fails)

    ended = night_of(home)

    assert (ended.published, ended.fault, ended.report) == (home.published_file, "The disk is full.", None)
    assert [run.status for run in runs_of(home)] == [dg.DagsterRunStatus.SUCCESS]


def test_a_pupil_quoted_by_a_library_is_nowhere_in_the_history(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def quotes(night: Night) -> None:
        raise ValueError(f"could not convert {SURNAME}")

    monkeypatch.setattr(steps, "judge", quotes)

    ended = night_of(home)

    assert ended.published is None
    assert SURNAME not in f"{ended.fault} {ended.where}"
    files = [path for path in home.store.rglob("*") if path.is_file()]
    assert [path for path in files if SURNAME.encode() in path.read_bytes()] == []


def test_a_locked_file_is_tried_again_and_the_night_completes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.job.retrying.FIRST_WAIT_SECONDS", 0.01)
    tries: list[int] = []

    def locked_once(night: Night) -> FakeSummary:
        tries.append(1)
        if len(tries) == 1:
            raise sqlite3.OperationalError("database is locked")
        return FakeSummary()

    monkeypatch.setattr(steps, "load", locked_once)

    assert night_of(home).published is not None
    assert len(tries) == 2


def test_choosing_one_academy_reads_that_academy_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(steps, "load", remembering(asked))

    night_of(home, academies=["birch"])
    night_of(home)

    assert asked == [["birch"], None]


def test_a_partition_chosen_in_the_pages_reads_that_academy_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.definitions import defs

    asked: list[Any] = []
    monkeypatch.setattr(steps, "load", remembering(asked))
    instance = open_instance(home)
    instance.add_dynamic_partitions("academy", ACADEMIES)

    result = defs.resolve_job_def("nightly").execute_in_process(instance=instance, partition_key="birch")

    assert result.success
    assert asked == [["birch"]]
    with held(home, "the run has let go of the lock"):
        pass


def test_a_run_from_the_pages_does_not_start_beside_another(home: Home) -> None:
    from pipelines.definitions import defs

    with held(home, "another run"):
        result = defs.resolve_job_def("nightly").execute_in_process(instance=open_instance(home), raise_on_error=False)

    assert not result.success


def test_a_run_that_died_is_closed_by_the_next_one(home: Home) -> None:
    instance = open_instance(home)
    dead = dg.DagsterRun(job_name="nightly", run_id="11111111-1111-1111-1111-111111111111", status=dg.DagsterRunStatus.STARTED)
    instance.add_run(dead)

    night_of(home)

    found = open_instance(home).get_run_by_id(dead.run_id)
    assert found
    assert found.status == dg.DagsterRunStatus.FAILURE


def test_nothing_is_sent_to_anyone(home: Home) -> None:
    instance = open_instance(home)

    assert not instance.telemetry_enabled
