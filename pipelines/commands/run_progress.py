"""What a person sees while a night runs: a spinner and a bar on a terminal, one plain line a stage elsewhere.

Here: the look. Not here: what the stages are (job/steps.py).
"""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class RunProgress:
    """Watches one night. On a terminal it draws; elsewhere it writes one line when a stage has ended."""

    def __init__(self, stop_if_asked: Callable[[], None]) -> None:
        """Look whether somebody watches; everything is written to stderr, so that stdout holds the answer alone."""
        self._stop_if_asked = stop_if_asked
        self._console = Console(file=sys.stderr, highlight=False)
        self._stage: str | None = None
        self._began = 0.0
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        if self._console.is_terminal:
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )

    def __enter__(self) -> Self:
        """Begin to watch."""
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the last stage."""
        self._end_stage(well=kind is None)
        if self._bar:
            self._bar.stop()

    def stage(self, name: str) -> None:
        """The night enters this stage; the one before it has ended. A good moment to stop, if somebody asked for it."""
        self._stop_if_asked()
        self._end_stage(well=True)
        self._stage, self._began = name, time.monotonic()
        if self._bar:
            self._task = self._bar.add_task(name, total=None)

    def step(self, text: str, done: int, of: int) -> None:
        """A piece of the stage is finished."""
        self._stop_if_asked()
        if self._bar and self._task is not None:
            self._bar.update(self._task, description=f"{self._stage}: {text}", completed=done, total=of)

    def fail(self) -> None:
        """The stage did not end well: leave it without its tick."""
        self._end_stage(well=False)

    def _end_stage(self, well: bool) -> None:
        if self._stage is None:
            return
        if self._bar and self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None
        seconds = time.monotonic() - self._began
        mark = "[green]✓[/green]" if well else "[red]✗[/red]"
        self._console.print(f"  {mark} {self._stage} ({seconds:.1f} s)")
        self._stage = None
