"""A run that dies leaves the published file whole, and the next run completes with the same figures."""

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import duckdb
import pytest

from tests.helpers.home import TrustHome, mart_contents
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, ONE_ILL, THURSDAY, TUESDAY, TWO_ILL, WEDNESDAY, marks, named, rate, small_home
from tests.helpers.stages import stages

MARK = "attendance_mark"
KILLS = 10


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> TrustHome:
    """A home after its first night; each test works on a copy."""
    home = small_home(tmp_path_factory.mktemp("crash") / "home")
    week = {MONDAY: ALL_HERE, TUESDAY: ONE_ILL, WEDNESDAY: ONE_ILL, THURSDAY: TWO_ILL}
    home.deliver("birch", {named(MARK, THURSDAY): marks(week)})
    home.deliver("ashby", {named(MARK, THURSDAY): marks({MONDAY: ONE_ILL})})
    stages(home, FRIDAY)
    return home


@pytest.fixture
def home(built: TrustHome, tmp_path: Path) -> TrustHome:
    shutil.copytree(built.root, tmp_path / "home")
    return TrustHome(tmp_path / "home")


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


def test_kill_9_at_ten_random_moments_leaves_the_published_file_whole(home: TrustHome) -> None:
    moments = random.Random(11)
    home.deliver("ashby", {named(MARK, FRIDAY): marks({MONDAY: TWO_ILL, TUESDAY: ALL_HERE})})
    untouched = TrustHome(home.root.with_name("untouched"))
    shutil.copytree(home.root, untouched.root)
    started = time.monotonic()
    assert untouched.matlas("run", "--as-of", str(FRIDAY)).code == 0
    length = time.monotonic() - started
    expected = mart_contents(untouched)
    before = mart_contents(home)

    for kill in range(KILLS):
        process = home.start("run", "--as-of", str(FRIDAY))
        # one kill in each tenth of the run's length, so that every stage is hit
        time.sleep(length * (kill + moments.random()) / KILLS)
        kill_group(process)
        read_through(home.published)
        assert mart_contents(home) in (before, expected), "neither the night before nor tonight"

    outcome = home.matlas("run", "--as-of", str(FRIDAY))
    assert outcome.code == 0, outcome.text
    assert mart_contents(home) == expected
    assert rate(home) == (16 + 20, 40)


def test_two_runs_at_once_the_second_says_who_is_running(home: TrustHome) -> None:
    first = home.start("run", "--as-of", str(FRIDAY))
    lock = home.root / "store" / "lock"
    deadline = time.monotonic() + 60
    second = home.matlas("run", "--as-of", str(FRIDAY))
    while second.code == 0 and time.monotonic() < deadline:  # the second came first: let them change places
        second = home.matlas("run", "--as-of", str(FRIDAY))
    out, err = first.communicate(timeout=120)
    assert sorted([first.returncode, second.code]) == [0, 1], (out + err, second.text)
    refused = second.text if second.code == 1 else out + err
    holder = first.pid if second.code == 1 else None
    assert "Traceback" not in refused
    assert holder is None or str(holder) in refused, refused
    assert lock.parent.exists()
    read_through(home.published)


def test_readers_of_a_read_only_published_file_need_no_right_to_write(home: TrustHome) -> None:
    assert not home.published.stat().st_mode & 0o222, "published files are read-only"
    outcome = home.matlas("run", "--as-of", str(FRIDAY))
    assert outcome.code == 0, outcome.text
    with duckdb.connect(str(home.published), read_only=True) as connection, pytest.raises(duckdb.Error):
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
        crowded = TrustHome(disk / "home")
        shutil.copytree(home.root, crowded.root)
        before = mart_contents(crowded)
        crowded.deliver("ashby", {named(MARK, FRIDAY): marks({MONDAY: TWO_ILL, TUESDAY: ALL_HERE})})
        fill = disk / "somebody_elses_film"
        with fill.open("wb") as film:
            film.write(b"\0" * max(0, shutil.disk_usage(disk).free - 400_000))
        outcome = crowded.matlas("run", "--as-of", str(FRIDAY))
        assert outcome.code == 1, outcome.text
        assert "Traceback" not in outcome.text
        assert mart_contents(crowded) == before

        fill.unlink()
        outcome = crowded.matlas("run", "--as-of", str(FRIDAY))
        assert outcome.code in {0, 1}, outcome.text
        if outcome.code == 0:
            assert rate(crowded) == (16 + 20, 40)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_control_c_ends_with_a_sentence_and_no_traceback(home: TrustHome) -> None:
    process = home.start("run", "--as-of", str(FRIDAY))
    timer = threading.Timer(4, lambda: process.send_signal(signal.SIGINT))
    timer.start()
    out, err = process.communicate(timeout=120)
    timer.cancel()
    assert process.returncode in {0, 1}, (out, err)
    assert "Traceback" not in out + err
    read_through(home.published)
    assert home.matlas("run", "--as-of", str(FRIDAY)).code == 0
