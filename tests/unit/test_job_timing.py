import os
import time
from pathlib import Path

import dagster as dg
import pytest

from pipelines.job.assets import ACADEMIES
from pipelines.job.timing import SETTLED_SECONDS, new_files_in_landing, two_in_the_morning
from pipelines.store.home import Home

TRUST = """
trust: {name: Test Trust}
academies:
  - {id: ashby, name: Ashby, phase: primary, mis: matlas}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    (tmp_path / "trust.yml").write_text(TRUST)
    monkeypatch.setenv("MATLAS_HOME", str(tmp_path))
    return Home(tmp_path)


def deliver(home: Home, age_seconds: float = SETTLED_SECONDS + 60) -> Path:
    file = home.landing("ashby") / "matlas_pupil.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("source_pupil_id\n")
    moment = time.time() - age_seconds
    os.utime(file, (moment, moment))
    return file


def look(cursor: str | None = None, instance: dg.DagsterInstance | None = None) -> dg.SensorResult:
    context = dg.build_sensor_context(instance=instance or dg.DagsterInstance.ephemeral(), cursor=cursor)
    result = new_files_in_landing(context)
    assert isinstance(result, dg.SensorResult)
    return result


def test_the_night_runs_at_two_in_london() -> None:
    assert two_in_the_morning.cron_schedule == "0 2 * * *"
    assert two_in_the_morning.execution_timezone == "Europe/London"
    assert two_in_the_morning.default_status == dg.DefaultScheduleStatus.RUNNING


def test_a_new_file_asks_for_a_run_and_the_same_file_does_not_ask_again(home: Home) -> None:
    deliver(home)

    first = look()
    second = look(cursor=first.cursor)

    assert len(first.run_requests or []) == 1
    assert second.run_requests in (None, [])


def test_a_changed_file_asks_again(home: Home) -> None:
    deliver(home)
    first = look()
    deliver(home, age_seconds=SETTLED_SECONDS + 30)

    assert len(look(cursor=first.cursor).run_requests or []) == 1


def test_a_file_that_is_still_arriving_is_left_alone(home: Home) -> None:
    deliver(home, age_seconds=5)

    assert "still arriving" in str(look().skip_reason)


def test_nothing_is_asked_while_a_run_is_going(home: Home) -> None:
    deliver(home)
    instance = dg.DagsterInstance.ephemeral()
    instance.add_run(dg.DagsterRun(job_name="nightly", run_id="11111111-1111-1111-1111-111111111111", status=dg.DagsterRunStatus.STARTED))

    assert "under way" in str(look(instance=instance).skip_reason)


def test_the_first_look_after_a_published_night_asks_for_nothing(home: Home) -> None:
    deliver(home)
    home.published.mkdir()
    home.published_file.write_bytes(b"")

    assert "Nothing new" in str(look().skip_reason)


def test_a_mistake_in_trust_yml_is_shown_on_the_sensor(home: Home) -> None:
    home.trust_file.write_text("academies: []\n")

    assert "trust.yml" in str(look().skip_reason)


def test_an_academy_new_in_trust_yml_becomes_a_partition(home: Home) -> None:
    requests = look().dynamic_partitions_requests or []

    assert [(request.partitions_def_name, list(request.partition_keys)) for request in requests] == [(ACADEMIES.name, ["ashby"])]
