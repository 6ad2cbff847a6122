"""Ctrl-C that is never lost.

Here: remembering that somebody asked to stop. Python raises KeyboardInterrupt wherever it happens to be, and drops it where that is a
finalizer or a weak reference's callback; Dagster takes it for a failure of its step. Not here: what is said afterwards (cli.py).
"""

import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def remembered_interrupt() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt when Ctrl-C was pressed in this block, whoever heard it first."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # no signal comes here
        return
    asked = False
    ours, pythons = socket.socketpair()
    with ours, pythons, _told_once():
        ours.setblocking(False)
        pythons.setblocking(False)

        def stop_if_asked() -> None:
            nonlocal asked
            with suppress(BlockingIOError):  # no signal since the last look
                asked = asked or signal.SIGINT in ours.recv(4096)
            if asked and threading.current_thread() is threading.main_thread():
                raise KeyboardInterrupt

        before = signal.set_wakeup_fd(pythons.fileno(), warn_on_full_buffer=False)
        try:
            yield stop_if_asked
        finally:
            signal.set_wakeup_fd(before)


@contextmanager
def _told_once() -> Iterator[None]:
    """Python prints a traceback of what it must drop. A wish to stop (it is no Exception) is remembered here: nobody needs that text."""
    before = sys.unraisablehook

    def tell(unraisable: "sys.UnraisableHookArgs") -> None:
        if issubclass(unraisable.exc_type, Exception):
            before(unraisable)

    sys.unraisablehook = tell
    try:
        yield
    finally:
        sys.unraisablehook = before
