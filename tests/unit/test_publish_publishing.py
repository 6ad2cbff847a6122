import os
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publish import CandidateRefusedError, PublishError, clean_leftovers, publish
from pipelines.publish.space import DiskFullError, check_space
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from pipelines.trust import TrustConfig
from tests.helpers.candidate import make_candidate

TRUST = TrustConfig.model_validate(
    {"trust": {"name": "Test Trust"}, "academies": [{"id": "ashby", "name": "Ashby", "phase": "primary", "mis": "matlas"}]}
)
TONIGHT = RunRequest(run_id="r", as_of=date(2026, 1, 31))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "trust")
    home.prepare()
    return home


def publish_night(home: Home, marks: int) -> None:
    make_candidate(home.candidate, marks=marks)
    publish(home, TRUST, TONIGHT)


def marks_in(file: Path) -> int:
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute("select count(*) from core.fct_attendance_session").fetchone()
    assert found
    return int(found[0])


def test_the_candidate_becomes_the_published_file(home: Home) -> None:
    make_candidate(home.candidate, marks=3)

    file = publish(home, TRUST, TONIGHT)

    assert file.path == home.published_file
    assert file.rows["core.fct_attendance_session"] == 3
    assert marks_in(home.published_file) == 3
    assert not home.candidate.exists()


def test_the_published_file_is_read_only_and_not_for_everyone(home: Home) -> None:
    publish_night(home, marks=3)

    assert stat.S_IMODE(home.published_file.stat().st_mode) == 0o440


def test_the_three_files_before_the_newest_are_kept(home: Home) -> None:
    for marks in (1, 2, 3, 4, 5):
        publish_night(home, marks=marks)

    assert marks_in(home.published_file) == 5
    assert [marks_in(file) for file in sorted(home.previous.iterdir())] == [2, 3, 4]


def test_a_reader_keeps_the_night_it_opened(home: Home) -> None:
    publish_night(home, marks=1)
    with duckdb.connect(str(home.published_file), read_only=True) as reader:
        publish_night(home, marks=2)

        assert reader.execute("select count(*) from core.fct_attendance_session").fetchone() == (1,)


def test_as_at_writes_a_file_of_its_own_and_leaves_the_published_one(home: Home) -> None:
    publish_night(home, marks=5)
    then = datetime(2026, 1, 10, 18, 0, tzinfo=UTC)
    make_candidate(home.candidate, marks=2)

    file = publish(home, TRUST, RunRequest(run_id="r", as_of=date(2026, 1, 31), as_at=then))

    assert file.path == home.as_at_file(then)
    assert (marks_in(file.path), marks_in(home.published_file)) == (2, 5)
    assert list(home.previous.iterdir()) == []


def test_a_refused_candidate_leaves_the_published_file(home: Home) -> None:
    publish_night(home, marks=5)
    make_candidate(home.candidate, marks=6)
    with duckdb.connect(str(home.candidate)) as connection:
        connection.execute("create view marts.v as select 1 as one")

    with pytest.raises(CandidateRefusedError):
        publish(home, TRUST, TONIGHT)

    assert marks_in(home.published_file) == 5


class KilledError(Exception):
    """Stands for kill -9 at one point."""


def killed(*_: Any, **__: Any) -> None:
    raise KilledError


@pytest.mark.parametrize(
    ("owner", "step"),
    [(Path, "chmod"), (os, "fsync"), (Path, "hardlink_to"), (Path, "replace")],
    ids=["before the mode", "before the flush", "before the keeping", "before the swap"],
)
def test_a_crash_at_any_step_leaves_the_last_file_whole_and_the_next_night_completes(
    home: Home, monkeypatch: pytest.MonkeyPatch, owner: Any, step: str
) -> None:
    publish_night(home, marks=4)
    make_candidate(home.candidate, marks=5)

    with monkeypatch.context() as crash:
        crash.setattr(owner, step, killed)
        with pytest.raises(KilledError):
            publish(home, TRUST, TONIGHT)
    assert marks_in(home.published_file) == 4

    clean_leftovers(home)
    assert not home.candidate.exists()
    publish_night(home, marks=5)
    assert marks_in(home.published_file) == 5
    assert [marks_in(file) for file in home.previous.iterdir()] == [4]


def test_a_crash_after_the_swap_has_published(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_night(home, marks=4)
    make_candidate(home.candidate, marks=5)
    real: Callable[[int], None] = os.fsync
    calls = []

    def fails_the_second_time(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise KilledError
        real(handle)

    with monkeypatch.context() as crash:
        crash.setattr(os, "fsync", fails_the_second_time)
        with pytest.raises(KilledError):
            publish(home, TRUST, TONIGHT)

    assert marks_in(home.published_file) == 5


def test_a_disk_without_hard_links_keeps_a_copy(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_night(home, marks=4)

    def refuses(*_: Any) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr(Path, "hardlink_to", refuses)
    publish_night(home, marks=5)

    assert [marks_in(file) for file in home.previous.iterdir()] == [4]


def test_a_write_ahead_log_is_folded_into_the_file(home: Home) -> None:
    make_candidate(home.candidate, marks=3)
    with duckdb.connect(str(home.candidate)) as connection:
        connection.execute("set checkpoint_threshold = '1TB'")
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("insert into core.dim_academy values ('birch')")
    assert home.candidate.with_name("matlas.duckdb.wal").exists()

    publish(home, TRUST, TONIGHT)

    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        assert connection.execute("select count(*) from core.dim_academy").fetchone() == (2,)


def test_leftovers_of_an_interrupted_run_are_swept_and_nothing_else(home: Home) -> None:
    publish_night(home, marks=4)
    for leftover in (home.candidate, home.build_database, home.temporary / "part.parquet"):
        leftover.write_bytes(b"half")

    clean_leftovers(home)

    assert not any(leftover.exists() for leftover in (home.candidate, home.build_database, home.temporary))
    assert marks_in(home.published_file) == 4


def test_too_little_room_is_said_before_the_work_starts(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1024})())

    with pytest.raises(DiskFullError, match=r"GiB free and tonight's build may need 0\.2 GiB"):
        check_space(home)


def test_a_home_on_two_disks_is_said_with_what_to_do(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    make_candidate(home.candidate)
    real = Path.stat

    def another_disk(path: Path, **options: Any) -> Any:
        found = real(path, **options)
        return os.stat_result((*found[:2], found.st_dev + 1, *found[3:])) if path == home.published else found

    monkeypatch.setattr(Path, "stat", another_disk)
    with pytest.raises(PublishError, match="keep the whole home on one disk"):
        publish(home, TRUST, TONIGHT)
