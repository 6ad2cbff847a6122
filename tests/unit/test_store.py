"""The ground: finding a home, one run at a time, and a manifest that is whole."""

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.store.home import Home, HomeNotFoundError, find_home
from pipelines.store.lock import LockedError, held
from pipelines.store.manifest import Manifest, ManifestError
from pipelines.store.records import EntityReading, FileReading, Reading, RunRequest, UnknownFile
from pipelines.store.schema import VERSION


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "trust.yml").write_text("trust: {}\n")
    return Home(tmp_path)


def test_the_home_is_named_by_the_option_then_by_the_environment_then_found_upwards(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATLAS_HOME", raising=False)
    inside = home.root / "landing" / "ashby"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert find_home() == home

    monkeypatch.setenv("MATLAS_HOME", str(home.root))
    monkeypatch.chdir("/")
    assert find_home() == home

    with pytest.raises(HomeNotFoundError, match=r"matlas init /nowhere"):
        find_home(Path("/nowhere"))


def test_no_home_anywhere_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATLAS_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HomeNotFoundError, match=r"No trust\.yml in"):
        find_home()


HOLD = """
import sys
from pathlib import Path
from pipelines.store.home import Home
from pipelines.store.lock import held
with held(Home(Path(sys.argv[1])), "the nightly job"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_who_holds_the_lock_and_a_killed_one_frees_it(home: Home) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=rf"process {holder.pid} holds its lock since .* \(the nightly job\)"), held(home, "another"):
            pytest.fail("two at once")
        holder.kill()
        holder.wait()

    with held(home, "the next run"):
        pass


def test_a_lock_is_free_again_after_an_error_inside(home: Home) -> None:
    with pytest.raises(ValueError, match="oh"), held(home, "one"):
        raise ValueError("oh")
    with held(home, "two"):
        assert str(os.getpid()) in home.lock.with_name("lock.holder").read_text()


def test_a_reading_comes_back_as_it_was_kept(home: Home) -> None:
    first = EntityReading("attendance_mark", 3, 2, 1, 0, date(2025, 9, 8), date(2025, 9, 9), {"202526": 2}, {}, "a.parquet")
    file = FileReading("marks.csv", "ff", 12, "cp1252", 3, ["House"], [], 4, 3, 2, 1, 0)
    reading = Reading("c1", "m1", "ashby", "marks", "read", entities=[first], files=[file], text_path="t.parquet")

    with Manifest(home.manifest) as manifest:
        manifest.save_reading(reading, "", {}, datetime(2025, 9, 8, tzinfo=UTC))
        manifest.save_reading(reading, "x", {}, datetime(2025, 9, 9, tzinfo=UTC))
        kept = manifest.kept_readings()["c1"]

    assert kept.reading == reading == Reading.from_json(reading.to_json())
    assert (kept.first_read_at, kept.read_at, kept.lookups_id) == (
        datetime(2025, 9, 8, tzinfo=UTC),
        datetime(2025, 9, 9, tzinfo=UTC),
        "x",
    )


def test_a_run_that_was_killed_has_no_outcome(home: Home) -> None:
    with Manifest(home.manifest) as manifest:
        for name in ("one", "two"):
            manifest.start_run(RunRequest(name, date(2025, 9, 8), started_at=datetime(2025, 9, 8, 2, tzinfo=UTC)))
        manifest.finish_run("one", "published", datetime(2025, 9, 8, 3, tzinfo=UTC))

        assert [(run.run_id, run.outcome, run.published_at) for run in manifest.runs()] == [
            ("one", "published", datetime(2025, 9, 8, 3, tzinfo=UTC)),
            ("two", None, None),
        ]


def test_a_manifest_of_a_newer_matlas_is_not_touched(home: Home) -> None:
    Manifest(home.manifest).close()
    with sqlite3.connect(home.manifest) as connection:
        connection.execute(f"pragma user_version = {VERSION + 1}")
    connection.close()

    with pytest.raises(ManifestError, match="newer Matlas"):
        Manifest(home.manifest)


def test_a_damaged_manifest_is_a_sentence(home: Home) -> None:
    home.store.mkdir()
    home.manifest.write_bytes(b"this is no database, and long enough to be sure of it" * 50)

    with pytest.raises(ManifestError, match="is damaged"):
        Manifest(home.manifest)


def test_a_write_that_fails_half_way_leaves_nothing(home: Home) -> None:
    whole = UnknownFile(None, "notes.txt", "unknown_file", "Take it away.")
    with Manifest(home.manifest) as manifest:
        with pytest.raises(sqlite3.Error):
            manifest.save_unknown_files([None], [whole, replace(whole, reason=None)])  # type: ignore[arg-type]
        assert manifest.unknown_files() == []
