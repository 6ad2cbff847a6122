"""What is run, in which order: for each trust a series of nights and peers, measured one after the other, run after run.

A series goes through what was asked for in a fixed order (A B C, A B C, …), so that both sides of a ratio share the machine's hour. A
step that stands on another (a next night on a first) is preceded by it. Not here: how a command is measured (measuring.py), what its
figures mean (figures.py).
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from bench.figures import LOADS
from bench.homes import bytes_in, cloned, deliver, new_home
from bench.machine import PROJECT
from bench.measuring import FailedError, measured
from bench.nights import LIMIT, night
from bench.records import Records, Step
from bench.starts import STARTS
from bench.trusts import FIRST, ONE_DAY, SIZES, WHOLE_YEAR, Size, Trust

PEERS = {"floor": "bench.peers.floor", "pandas": "bench.peers.pandas_job", "dlt_dbt": "bench.peers.dlt_dbt"}
"""Each peer and its module."""
OWN_ENVIRONMENT = ("dlt_dbt",)
"""Peers that need libraries that Matlas has not."""
WARM = Size("warm", 1, 30, 1)
HEAVY_EVERY = 5
"""A series of five years, a night with little memory and the readers are run once for so many runs of the others."""


@dataclass
class Bench:
    """One bench under way."""

    work: Path
    records: Records
    wanted: set[Step]
    peers_python: Path | None
    told: Callable[[str], None]
    is_quick: bool = False

    def trust(self, name: str) -> Trust:
        """The trust of that name; a quick bench takes the small one for the middle one."""
        size = SIZES["S" if self.is_quick else name]
        return Trust(size, self.work)

    def home(self, name: str) -> Path:
        """Where a home to measure in lies."""
        return self.work / "homes" / name

    def lacks(self, trust: str, steps: Iterable[str], run: int) -> set[str]:
        """Those of the steps that are wanted and not yet measured in this run."""
        return {name for name in steps if Step(trust, name) in self.wanted and not self.records.has(Step(trust, name), run)}

    def measure(self, trust: str, name: str, run: int, work: Callable[[], dict[str, Any]]) -> None:
        """Do it, keep what it took, and say so."""
        self.told(f"{trust} {name.replace('_', ' ')}, run {run + 1}: …")
        values = work()
        self.records.add(Step(trust, name), run, values)
        seconds = (
            f"{values['wall']:.1f} s, {values['cpu']:.1f} CPU-s, {values['peak_bytes'] / 1024**2:.0f} MiB" if "wall" in values else "done"
        )
        self.told(f"{trust} {name.replace('_', ' ')}, run {run + 1}: {seconds}")


def run_all(bench: Bench, runs: int) -> None:
    """Every series, so many times."""
    if any(step.name not in (*PEERS, "sizes") for step in bench.wanted):
        _warm_up(bench)
    for run in range(runs):
        middle_trust(bench, run)
        small_trust(bench, run)
        if run % HEAVY_EVERY == 0:
            large_trust(bench, run)


def middle_trust(bench: Bench, run: int) -> None:
    """M: the first load beside its peers, the two kinds of next night, what was published, its readers."""
    heavy = ("first_limited", "readers") if run % HEAVY_EVERY == 0 else ()
    sizes = ("sizes",) if run == 0 else ()
    lacking = bench.lacks("M", ("first", *PEERS, "next_whole_year", "next_one_day", "queries", *sizes, *heavy), run)
    if not lacking:
        return
    trust, measure = bench.trust("M"), partial(bench.measure, "M", run=run)
    home, files = bench.home("M"), trust.files(FIRST, told=bench.told)
    _fill(home, files)
    if lacking - {*PEERS, "first_limited"}:
        measure("first", work=partial(_night, home, trust.first_day))
    _peers(bench, run, home, lacking)
    if run == 0 and _published(home).exists():
        _compare_answers(bench, _published(home))
    if "sizes" in lacking:
        measure("sizes", work=partial(_sizes, bench, trust, home))
    if "queries" in lacking:
        measure("queries", work=partial(_asked, "bench.queries", _published(home)))
    if lacking & {"next_one_day", "readers"}:
        day_home = cloned(home, bench.home("M_next"))
        deliver(day_home, trust.files(ONE_DAY, told=bench.told))
        measure("next_one_day", work=partial(_night, day_home, trust.next_day))
        if "readers" in lacking:
            nights = [_published(home), _published(day_home)]
            reading = new_home(bench.home("M_readers"), files)
            measure("readers", work=partial(_asked, "bench.readers", reading, *nights))
    if "next_whole_year" in lacking:
        deliver(home, trust.files(WHOLE_YEAR, told=bench.told))
        measure("next_whole_year", work=partial(_night, home, trust.next_day))
    if "first_limited" in lacking:
        _fill(home, files)
        measure("first_limited", work=partial(_limited, home, trust.first_day))
    _clean(bench, "M", "M_next", "M_readers", *(f"answers_{peer}" for peer in PEERS))


def small_trust(bench: Bench, run: int) -> None:
    """S: a night with nothing new, and what its tools need to begin at all."""
    starts = tuple(f"start_{name}" for name in (*STARTS, "manifest", "job"))
    lacking = bench.lacks("S", ("first", "nothing_new", *starts), run)
    if not lacking:
        return
    trust, measure = bench.trust("S"), partial(bench.measure, "S", run=run)
    home = bench.home("S")
    _fill(home, trust.files(FIRST, told=bench.told))
    measure("first", work=partial(_night, home, trust.first_day))
    empty = cloned(home, bench.home("S_empty"))
    measure("nothing_new", work=partial(_night, home, trust.first_day))
    for name in [one for one in starts if one in lacking]:
        command = [sys.executable, "-m", "bench.starts", name.removeprefix("start_"), str(empty)]
        measure(name, work=partial(_command, command, {"MATLAS_HOME": str(empty)}))
    _clean(bench, "S", "S_empty")


def large_trust(bench: Bench, run: int) -> None:
    """L: five loads of a year each, and the last of them again with little memory."""
    lacking = bench.lacks("L", (*LOADS, "last_limited"), run)
    if not lacking:
        return
    trust, measure = bench.trust("L"), partial(bench.measure, "L", run=run)
    files = trust.files(FIRST, told=bench.told)
    home = new_home(bench.home("L"), files)
    before = date.min
    for name, until in zip(LOADS, trust.year_ends(), strict=False):
        deliver(home, files, before, until)
        before = until
        if name == LOADS[-1] and "last_limited" in lacking:
            limited = cloned(home, bench.home("L_limited"))
            measure("last_limited", work=partial(_limited, limited, until))
            _clean(bench, "L_limited")
        measure(name, work=partial(_night, home, until))
    _clean(bench, "L")


def _warm_up(bench: Bench) -> None:
    """A tiny night that nobody measures: Python keeps what it compiled and dbt what it parsed, as on most nights."""
    bench.told("A tiny night, so that Python and dbt have compiled and parsed what they keep")
    trust = replace(bench.trust("S"), size=WARM)
    home = bench.home("warm")
    _fill(home, trust.files(FIRST, processes=1))
    night(home, trust.first_day)
    for name in STARTS:
        measured([sys.executable, "-m", "bench.starts", name], folder=PROJECT)
    _clean(bench, "warm")


def _peers(bench: Bench, run: int, home: Path, lacking: set[str]) -> None:
    """What people would write instead, on the same files."""
    for peer, module in PEERS.items():
        python = bench.peers_python if peer in OWN_ENVIRONMENT else Path(sys.executable)
        if peer in lacking and python:
            command = [str(python), "-m", module, str(home), str(bench.home(f"answers_{peer}"))]
            bench.measure("M", peer, run, partial(_command, command, {"PYTHONPATH": str(PROJECT)}))


def _compare_answers(bench: Bench, published: Path) -> None:
    """A peer that gives other figures is no peer: raises with the first that differ."""
    answers = [file for peer in PEERS if (file := bench.home(f"answers_{peer}") / "answers.parquet").exists()]
    if answers:
        measured([sys.executable, "-m", "bench.peers.agree", str(published), *map(str, answers)], folder=PROJECT)
        bench.told(f"The answers of {len(answers)} peers are those of the published file")


def _night(home: Path, as_of: date) -> dict[str, Any]:
    return night(home, as_of).as_json()


def _command(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    return measured(command, environment, PROJECT).as_json()


def _sizes(bench: Bench, trust: Trust, home: Path) -> dict[str, Any]:
    return {
        "published_bytes": _published(home).stat().st_size,
        "landing_bytes": bytes_in(home / "landing"),
        "store_bytes": bytes_in(home / "store"),
        "arbor_bytes": trust.marks_in_arbors_shape(told=bench.told),
    }


def _limited(home: Path, as_of: date) -> dict[str, Any]:
    """A night with little memory. That it fails is an answer, not an error of the bench."""
    try:
        return night(home, as_of, memory_limit=LIMIT).as_json() | {"has_failed": False}
    except FailedError as failed:
        return failed.measure.as_json() | {"has_failed": True, "why": without_place(failed.measure.last_words, home)}


def without_place(words: str, home: Path) -> str:
    """What a night said, without where on this machine its home lies: results are kept with the project."""
    return words.replace(str(home), "the home")


def _asked(module: str, *arguments: Path) -> dict[str, Any]:
    """What one of the harness's own programs prints: it runs by itself, so that this process's memory and threads do not matter."""
    answer: dict[str, Any] = json.loads(
        measured([sys.executable, "-m", module, *map(str, arguments)], folder=PROJECT, keeps_answer=True).answer
    )
    return answer


def _fill(home: Path, files: Path) -> None:
    new_home(home, files)
    deliver(home, files)


def _published(home: Path) -> Path:
    return home / "published" / "matlas.duckdb"


def _clean(bench: Bench, *names: str) -> None:
    for name in names:
        shutil.rmtree(bench.home(name), ignore_errors=True)
