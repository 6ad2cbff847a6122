"""Ctrl-C is heard, wherever Python happens to be when it comes."""

import os
import signal
import sys
import weakref

import pytest

from pipelines.commands.stopping import remembered_interrupt


class Thing:
    """Something that a weak reference can look at."""


def test_ctrl_c_in_a_callback_that_swallows_it_stops_at_the_next_chance() -> None:
    thing = Thing()
    with remembered_interrupt() as stop_if_asked:
        stop_if_asked()
        watcher = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT))
        del thing
        assert watcher() is None
        with pytest.raises(KeyboardInterrupt):
            stop_if_asked()


def test_ctrl_c_that_somebody_else_took_is_heard_too() -> None:
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        with remembered_interrupt() as stop_if_asked:
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(2):
                with pytest.raises(KeyboardInterrupt):
                    stop_if_asked()
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_signal_stops_nothing() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: heard.append(number))
    try:
        with remembered_interrupt() as stop_if_asked:
            os.kill(os.getpid(), signal.SIGUSR1)
            stop_if_asked()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert heard == [signal.SIGUSR1]


def test_only_a_dropped_wish_to_stop_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: printed.append(unraisable.exc_type))

    def drop(error: BaseException) -> None:
        def callback(_: object) -> None:
            raise error

        thing = Thing()
        watcher = weakref.ref(thing, callback)
        del thing
        assert watcher() is None

    with remembered_interrupt():
        drop(KeyboardInterrupt())
        drop(ValueError())
    drop(KeyboardInterrupt())

    assert printed == [ValueError, KeyboardInterrupt]
