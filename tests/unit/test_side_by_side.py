"""Reading in processes of their own: the same readings as in threads, and no process left behind whatever ends the night."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import psutil
import pytest

from pipelines.ingest import side_by_side
from pipelines.ingest.side_by_side import StoreError
from pipelines.store.records import Reading
from tests.helpers.nights import TRUST, Nights, marks, pupil_list

NIGHT_THAT_WAITS = """
import time
from pipelines.ingest import side_by_side
if __name__ == "__main__":
    with side_by_side.readers(side_by_side.MUCH):
        print("reading", flush=True)
        time.sleep(60)
"""


def delivered(nights: Nights) -> Nights:
    nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1", "2"))
    nights.deliver(
        "ashby", "matlas_attendance_mark_2025-09-09.csv", marks(("1", "2025-09-08", "/"), ("2", "2025-09-08", "?"), ("1", "no", "/"))
    )
    nights.deliver("birch", "matlas_pupil_2025-09-08.csv", b"source_pupil_id,upn\n\xff\xfe")
    return nights


def readings(nights: Nights) -> list[Reading]:
    found = sorted(nights.readings(), key=lambda each: each.content_id)
    return [replace(each, entities=sorted(each.entities, key=lambda one: one.entity)) for each in found]


def rows(nights: Nights) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for path in sorted(nights.home.raw.rglob("*.parquet")):
        with duckdb.connect() as database:
            found[path.relative_to(nights.home.raw).as_posix()] = database.execute("select * from read_parquet($1)", [str(path)]).fetchall()
    return found


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "MUCH", 0)


def test_processes_read_what_threads_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads, processes = delivered(Nights.at(tmp_path / "threads")), delivered(Nights.at(tmp_path / "processes"))
    threads.load("2025-09-09")
    monkeypatch.setattr(side_by_side, "MUCH", 0)
    processes.load("2025-09-09")

    assert readings(processes) == readings(threads)
    assert [each.status for each in readings(processes)].count("read") == 2
    assert rows(processes) == rows(threads)


@pytest.mark.usefixtures("in_processes")
def test_a_reader_ended_by_the_machine_ends_the_night_in_a_sentence_and_the_next_night_reads_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights = delivered(Nights.at(tmp_path / "home"))
    start = side_by_side._pool

    def start_and_lose(size: int) -> object:
        pool = start(size)
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()
        return pool

    with monkeypatch.context() as patch:
        patch.setattr(side_by_side, "_pool", start_and_lose)
        with pytest.raises(StoreError, match="ended from outside, as a rule"):
            nights.load("2025-09-09")

    figures = nights.load("2025-09-10").figures()
    assert (figures["ashby"]["rows_accepted"], figures["ashby"]["rows_rejected"]) == (
        4,
        4,
    )  # two pupils and two marks; two of an unknown code, two without a date


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_no_reader_outlives_its_night(tmp_path: Path, end: signal.Signals) -> None:
    script = tmp_path / "night.py"
    script.write_text(NIGHT_THAT_WAITS, encoding="utf-8")
    night = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert night.stdout is not None
    assert night.stdout.readline() == "reading\n"
    time.sleep(2)  # the readers are on their way: importing, or waiting for work
    children = psutil.Process(night.pid).children(recursive=True)
    assert len([each for each in children if "spawn_main" in " ".join(each.cmdline())]) == side_by_side.AT_ONCE

    if end == signal.SIGINT:
        os.killpg(night.pid, end)  # as a terminal's Ctrl-C: to the night and its readers alike
    else:
        night.send_signal(end)
    _, said = night.communicate(timeout=30)

    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    if end == signal.SIGINT:
        assert said.count("Traceback") == 1, "the night's own, no reader's"


def test_little_to_read_starts_no_process(tmp_path: Path) -> None:
    nights = Nights.at(tmp_path / "home", TRUST)
    nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1"))

    nights.load("2025-09-08")

    assert not [each for each in psutil.Process().children() if "spawn_main" in " ".join(each.cmdline())]
