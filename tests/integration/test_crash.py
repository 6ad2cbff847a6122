"""A run that dies leaves the published file whole, and the next run completes with the same figures.

Not here: Ctrl-C, which ends with a sentence (tests/unit/test_cli_night.py).
"""

import os
import random
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.helpers.home import Outcome, TrustHome, mart_contents
from tests.helpers.proof import examples
from tests.helpers.shared import copied
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, TUESDAY, TWO_ILL, marks, named, rate

MARK = "attendance_mark"
KILLS = examples(5, many=30)


@pytest.fixture
def home(small_night: TrustHome, tmp_path: Path) -> TrustHome:
    return copied(small_night, tmp_path / "home")


def read_through(file: Path) -> None:
    """Open the file as a reader does and read every row of every table."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
        assert tables
        for schema, table in tables:
            connection.execute(f'select count(*), max(hash(t)) from "{schema}"."{table}" as t').fetchall()


def kill_group(process: subprocess.Popen[str]) -> None:
    """`kill -9` for the run and whatever it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def deliver_fridays_register(home: TrustHome) -> None:
    """P0 and P1 were ill on Monday: 16 of 20 sessions, and 20 on Tuesday."""
    home.deliver("ashby", {named(MARK, FRIDAY): marks({MONDAY: TWO_ILL, TUESDAY: ALL_HERE})})


@dataclass(frozen=True)
class TwoRuns:
    """A home after two runs that were started at once, how both ended, and how long it took."""

    home: TrustHome
    mode_before: int
    ended: dict[int, Outcome]
    seconds: float


@pytest.fixture(scope="module")
def after_two(small_night: TrustHome, tmp_path_factory: pytest.TempPathFactory) -> TwoRuns:
    home = copied(small_night, tmp_path_factory.mktemp("two") / "home")
    deliver_fridays_register(home)
    mode = home.published.stat().st_mode
    started = time.monotonic()
    both = [home.start("run", "--as-of", str(FRIDAY)) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]
    seconds = time.monotonic() - started
    return TwoRuns(home, mode, {each.pid: Outcome(each.returncode, *text) for each, text in zip(both, said, strict=True)}, seconds)


def test_two_runs_at_once_one_is_refused_and_says_who_is_running(after_two: TwoRuns) -> None:
    (holder, _), (_, refused) = sorted(after_two.ended.items(), key=lambda each: each[1].code)
    assert sorted(each.code for each in after_two.ended.values()) == [0, 1], after_two.ended
    assert "Traceback" not in refused.text
    assert str(holder) in refused.text, refused.text
    read_through(after_two.home.published)
    assert rate(after_two.home) == (16 + 20, 40)


@pytest.mark.proof
def test_kill_9_at_random_moments_of_every_stage_leaves_the_published_file_whole(home: TrustHome, after_two: TwoRuns) -> None:
    moments = random.Random(11)
    before, expected = mart_contents(home), mart_contents(after_two.home)
    deliver_fridays_register(home)

    for kill in range(KILLS):
        process = home.start("run", "--as-of", str(FRIDAY))
        # one kill in each equal part of the run's length, so that every stage is hit
        time.sleep(after_two.seconds * (kill + moments.random()) / KILLS)
        kill_group(process)
        read_through(home.published)
        assert mart_contents(home) in (before, expected), "neither the night before nor tonight"

    outcome = home.here("run", "--as-of", str(FRIDAY))
    assert outcome.code == 0, outcome.text
    assert mart_contents(home) == expected


def test_what_readers_open_is_read_only_and_the_next_run_replaces_it_all_the_same(after_two: TwoRuns) -> None:
    assert not after_two.mode_before & 0o222, "published files are read-only"
    assert not after_two.home.published.stat().st_mode & 0o222
    with duckdb.connect(str(after_two.home.published), read_only=True) as connection, pytest.raises(duckdb.Error):
        connection.execute("create table marts.mine (a int)")


def test_a_published_folder_that_cannot_be_written_is_said_and_nothing_is_lost(home: TrustHome) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere; the disk-full test covers a publish that fails")
    folder = home.published.parent
    before = mart_contents(home)
    folder.chmod(0o555)
    try:
        outcome = home.matlas("run", "--as-of", str(FRIDAY))
    finally:
        folder.chmod(0o755)
    assert outcome.code == 1
    assert "Traceback" not in outcome.text
    assert mart_contents(home) == before


def test_a_full_disk_is_said_and_the_last_published_file_stands(home: TrustHome, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(file.stat().st_size for file in home.root.rglob("*") if file.is_file())
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size + 3_000_000}", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mount.returncode:
        pytest.skip(f"a small disk needs the right to mount: {mount.stderr.strip()}")
    try:
        crowded = copied(home, disk / "home")
        before = mart_contents(crowded)
        deliver_fridays_register(crowded)
        fill = disk / "somebody_elses_film"
        with fill.open("wb") as film:
            film.write(b"\0" * max(0, shutil.disk_usage(disk).free - 400_000))
        outcome = crowded.matlas("run", "--as-of", str(FRIDAY))
        assert outcome.code == 1, outcome.text
        assert "Traceback" not in outcome.text
        assert mart_contents(crowded) == before

        moved = copied(crowded, tmp_path / "where there is room")
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    outcome = moved.here("run", "--as-of", str(FRIDAY))
    assert outcome.code == 0, outcome.text
    assert rate(moved) == (16 + 20, 40)
