"""Run a command and measure its whole process tree: wall and CPU seconds, peak memory, bytes read and written, exit code.

What the words mean:

- CPU: user and system seconds of the command and of every process it began and waited for, as the kernel counted them.
- Peak memory: the highest sum over the processes of the tree at one moment, looked at about every fifth of a second, of the proportional
  set size (PSS: a page that two processes share counts half in each); where the kernel gives none, of the resident set size (RSS).
- Read and written: bytes that passed through read and write calls, whether they came from the disk or from the page cache. A file mapped
  into memory is not among them.

A command may tell on its standard error when one of its stages has ended; then the same is known of each stage. Not here: which commands
are run (series.py).
"""

import contextlib
import os
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

EVERY_SECONDS = 0.2
TIMES_A_LOOK = 20
"""Looking at a large process takes the kernel a while: looks are so many times as far apart as one of them takes, if that is more."""
LINES_KEPT = 40
StageOf = Callable[[str], str | None]
"""The name of the stage that a line on standard error says has ended, or None."""


class FailedError(Exception):
    """A command ended as it must not; the message says which and shows its last words."""

    def __init__(self, message: str, measure: "Measured") -> None:
        super().__init__(message)
        self.measure = measure


@dataclass(frozen=True)
class Stage:
    """One stage of a command: from the end of the stage before it."""

    name: str
    wall: float
    cpu: float
    peak_bytes: int


@dataclass(frozen=True)
class Measured:
    """What one run of a command took."""

    exit_code: int
    wall: float
    cpu: float
    peak_bytes: int
    read_bytes: int
    written_bytes: int
    stages: tuple[Stage, ...] = ()
    last_words: str = field(default="", compare=False)
    answer: str = field(default="", compare=False)
    """What it printed on its standard output, where that was asked for."""

    def as_json(self) -> dict[str, Any]:
        """For the record, without what the command said."""
        return {name: value for name, value in asdict(self).items() if name not in ("last_words", "answer")}


def measured(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stage_of: StageOf = lambda _: None,
    good: Sequence[int] = (0,),
    keeps_answer: bool = False,
) -> Measured:
    """Run the command to its end. Raises FailedError when its exit code is none of the good ones."""
    with tempfile.TemporaryFile("w+") if keeps_answer else Path(os.devnull).open("w+") as answer:
        measure = _measured(command, _environment(environment or {}), folder, stage_of, answer)
    if measure.exit_code not in good:
        raise FailedError(f"{' '.join(command)} ended with exit code {measure.exit_code}.\n{measure.last_words}", measure)
    return measure


def _measured(command: Sequence[str], environment: dict[str, str], folder: Path | None, stage_of: StageOf, answer: IO[str]) -> Measured:
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=answer,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment,
    )
    watcher = _Watcher(process.pid, began)
    listener = threading.Thread(target=_listen, args=(process.stderr, watcher, stage_of), daemon=True)
    listener.start()
    try:
        ended = _watch_to_the_end(process.pid, watcher)
    except BaseException:  # somebody stops the bench: nothing that it began goes on
        for one in reversed(list(_tree(process.pid))):
            with contextlib.suppress(psutil.Error):
                one.terminate()
        raise
    listener.join(timeout=10)
    process.returncode = os.waitstatus_to_exitcode(ended.status)
    answer.seek(0)
    return Measured(
        exit_code=process.returncode,
        wall=ended.wall,
        cpu=ended.cpu,
        peak_bytes=watcher.peak_bytes,
        read_bytes=watcher.read_bytes,
        written_bytes=watcher.written_bytes,
        stages=tuple(watcher.stages),
        last_words="".join(watcher.last_lines),
        answer=answer.read(),
    )


@dataclass(frozen=True)
class _Ended:
    status: int
    wall: float
    cpu: float


class _Watcher:
    """Looks at a tree of processes again and again, and remembers the most it saw."""

    def __init__(self, pid: int, began: float) -> None:
        self._pid = pid
        self._lock = threading.Lock()
        self._stage_began, self._cpu_before, self._stage_peak = began, 0.0, 0
        self.peak_bytes = self.read_bytes = self.written_bytes = 0
        self.stages: list[Stage] = []
        self.last_lines: deque[str] = deque(maxlen=LINES_KEPT)

    def look(self) -> float:
        """Look once; the CPU seconds of the tree so far."""
        memory, cpu, read, written = 0, 0.0, 0, 0
        for process in _tree(self._pid):
            memory += _memory(process)
            cpu += _cpu(process)
            one_read, one_written = _passed(process.pid)
            read, written = read + one_read, written + one_written
        with self._lock:
            self.peak_bytes, self._stage_peak = max(self.peak_bytes, memory), max(self._stage_peak, memory)
            self.read_bytes, self.written_bytes = max(self.read_bytes, read), max(self.written_bytes, written)
        return cpu

    def end_stage(self, name: str) -> None:
        """A stage has ended now."""
        now, cpu = time.monotonic(), self.look()
        with self._lock:
            self.stages.append(Stage(name, now - self._stage_began, max(0.0, cpu - self._cpu_before), self._stage_peak))
            self._stage_began, self._cpu_before, self._stage_peak = now, cpu, 0

    def look_at_the_end(self) -> None:
        """The command has ended and is not yet forgotten: the kernel still knows what it and those it waited for have read and written."""
        read, written = _passed(self._pid)
        self.read_bytes, self.written_bytes = max(self.read_bytes, read), max(self.written_bytes, written)


def _watch_to_the_end(pid: int, watcher: _Watcher) -> _Ended:
    began = watcher._stage_began
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        looked = time.monotonic()
        watcher.look()
        _sleep_unless_ended(pid, max(EVERY_SECONDS, TIMES_A_LOOK * (time.monotonic() - looked)))
    wall = time.monotonic() - began
    watcher.look_at_the_end()
    _, status, usage = os.wait4(pid, 0)
    return _Ended(status, wall, usage.ru_utime + usage.ru_stime)


def _sleep_unless_ended(pid: int, seconds: float) -> None:
    """Sleep in small steps, so that a short command is not measured longer than it was."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(min(0.02, left))


def _listen(lines: IO[str] | None, watcher: _Watcher, stage_of: StageOf) -> None:
    for line in lines or ():
        watcher.last_lines.append(line)
        if name := stage_of(line):
            watcher.end_stage(name)


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """The harness's own environment. Python keeps what it compiled, as it does on any machine where somebody works."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | dict(more)


def _tree(pid: int) -> Iterator[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        yield psutil.Process(pid)
    for child in _children(pid):
        yield from _tree(child)


def _children(pid: int) -> list[int]:
    """From the kernel's own list where it keeps one: asking for the parent of every process of a machine takes time that others miss."""
    try:
        return [int(child) for thread in Path(f"/proc/{pid}/task").iterdir() for child in (thread / "children").read_text().split()]
    except OSError:
        with contextlib.suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()]
        return []


def _memory(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error, AttributeError, OSError):
        return int(process.memory_full_info().pss)
    with contextlib.suppress(psutil.Error, OSError):
        return int(process.memory_info().rss)
    return 0


def _cpu(process: psutil.Process) -> float:
    """Its own and that of the children it has waited for; those alive count for themselves."""
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _passed(pid: int) -> tuple[int, int]:
    """Bytes read and written by a process and by those it has waited for."""
    with contextlib.suppress(OSError, ValueError):
        counted = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines())
        return int(counted["rchar"]), int(counted["wchar"])
    return 0, 0
