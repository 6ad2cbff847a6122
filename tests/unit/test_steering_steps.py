"""The night's steps of steering: what goes wrong in them is said and undoes no night, and a run that looks back tells nothing."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

import pipelines.alerts.steering as steering
from pipelines.job import steps
from pipelines.job.night import Night
from pipelines.publish import PublishedFile
from pipelines.store.alerts import Alerts
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust
from tests.helpers.played_trust import insert, make_tables
from tests.helpers.telling import webhook

SURNAME = "Quillfeather-Onslow"
DAY = date(2026, 3, 13)


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return made(tmp_path)


def made(root: Path, as_at: datetime | None = None) -> Night:
    """A night whose candidate says that a delivery waits."""
    (root / "trust.yml").write_text("trust: {name: Small Trust}\nacademies:\n  - {id: ashby, name: Ashby, phase: primary, mis: arbor}\n")
    home = Home(root)
    home.prepare()
    with duckdb.connect(str(home.candidate)) as candidate:
        make_tables(candidate)
        insert(candidate, "core.dim_academy", [{"academy_id": "ashby", "last_delivered_on": DAY, "is_stale": False}])
        day = {
            "academy_id": "ashby",
            "session_date": DAY,
            "time_period": 202526,
            "week_start_date": date(2026, 3, 9),
            "is_school_day": True,
        }
        insert(candidate, "core.dim_school_day", [day])
        held = {"batch_id": "a", "academy_id": "ashby", "table_name": "pupil", "status": "held", "effective_date": DAY}
        insert(candidate, "dq.batch", [held])
    return Night(home, load_trust(home.trust_file), RunRequest(run_id="run-0", as_of=DAY, as_at=as_at))


def written(night: Night) -> list[tuple[str, str]]:
    with duckdb.connect(str(night.home.candidate), read_only=True) as candidate:
        return candidate.execute("select alert_id, state from marts.alert order by all").fetchall()


def published(night: Night) -> Night:
    night.home.candidate.replace(night.home.published_file)
    night.published = PublishedFile(night.home.published_file, datetime.now(UTC), 1, {})
    return night


def kept(night: Night) -> list[str]:
    with Alerts(night.home.manifest) as alerts:
        return [each.alert_id for each in alerts.all()]


HELD = "held.ashby.pupil.2026-03-13"


def test_the_table_is_written_before_the_swap_and_kept_after_it(night: Night) -> None:
    steered = steps.steer(night)
    assert steered is not None
    assert (steered.open_alerts, steered.raised, steered.resolved, steered.faults) == (1, 1, 0, ())
    assert written(night) == [(HELD, "raised")]
    assert kept(night) == [], "nothing is kept that is not published"
    steps.tell(published(night))
    steps.tell(night)
    assert kept(night) == [HELD]
    with Alerts(night.home.manifest) as alerts:
        assert alerts.nights() == {"ashby": [DAY], "trust": [DAY]}


def test_readers_are_told_once_it_is_published_and_a_channel_that_is_down_fails_no_night(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    with night.home.trust_file.open("a") as file:
        file.write("alerts: {readers: [{name: leaders, academies: [ashby], url_env: MATLAS_TELL_ASHBY}]}\n")
    night.trust = load_trust(night.home.trust_file)
    monkeypatch.delenv("MATLAS_TELL_ASHBY", raising=False)
    steps.steer(night)
    down = steps.tell(published(night))
    assert down is not None
    assert (down.written, down.waiting, len(down.faults)) == (1, 1, 1)
    with webhook() as hook:
        monkeypatch.setenv("MATLAS_TELL_ASHBY", hook.address)
        night.steered = None  # the next night's alerts cannot be worked out: what waits is sent all the same
        up = steps.tell(night)
    assert up is not None
    assert (up.written, up.sent, up.waiting) == (0, 1, 0)
    assert HELD in hook.posts[0]["message"]


def test_the_table_and_its_columns_are_explained(night: Night) -> None:
    steps.steer(night)
    with duckdb.connect(str(night.home.candidate), read_only=True) as candidate:
        words = candidate.execute("select comment from duckdb_tables() where table_name = 'alert'").fetchall()
        words += candidate.execute("select comment from duckdb_columns() where table_name = 'alert'").fetchall()
    assert len(words) == 19
    assert all(comment for (comment,) in words)


def test_a_run_that_looks_back_has_the_table_empty_and_tells_nothing(tmp_path: Path) -> None:
    night = made(tmp_path, as_at=datetime(2026, 1, 31, tzinfo=UTC))
    assert steps.steer(night) is None
    assert written(night) == []
    assert steps.tell(published(night)) is None
    assert kept(night) == []


def test_what_goes_wrong_is_one_sentence_without_data_and_the_table_stands(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    def quotes(*_: object) -> None:
        raise ValueError(f"cannot see {SURNAME}")

    monkeypatch.setattr(steering, "evaluate", quotes)
    with pytest.raises(steps.SteeringError) as failed:
        steps.steer(night)
    assert SURNAME not in str(failed.value)
    assert "`matlas alerts`" in str(failed.value)
    assert written(night) == []
    steps.tell(published(night))
    assert kept(night) == []


def test_alerts_that_cannot_be_kept_are_kept_by_the_next_run(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    steps.steer(night)
    published(night)
    with monkeypatch.context() as patched:
        patched.setattr(Alerts, "save", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
        with pytest.raises(steps.SteeringError, match="The next run keeps them"):
            steps.tell(night)
    assert kept(night) == []
    steering.keep_published(night.home)
    assert kept(night) == [HELD]


def test_a_published_file_of_before_there_were_alerts_says_none(night: Night) -> None:
    published(night)
    steering.keep_published(night.home)
    assert kept(night) == []
