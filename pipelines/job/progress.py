"""How a running night tells whoever watches where it is.

Here: the one listener of this process, silent unless somebody listens. Not here: how it looks on a screen (commands/run_progress.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Somebody who watches the night."""

    def stage(self, name: str) -> None:
        """The night enters this stage."""

    def step(self, text: str, done: int, of: int) -> None:
        """Within the stage, `done` of `of` pieces are finished; `text` names the last one. Never a value of anyone's data."""


class Silent:
    """Nobody watches."""

    def stage(self, name: str) -> None:
        """Say nothing."""

    def step(self, text: str, done: int, of: int) -> None:
        """Say nothing."""


_listener: Progress = Silent()


def listener() -> Progress:
    """Whoever watches this process's night."""
    return _listener


@contextmanager
def listening(progress: Progress) -> Iterator[None]:
    """Let `progress` watch for the time of this block."""
    global _listener
    before, _listener = _listener, progress
    try:
        yield
    finally:
        _listener = before
