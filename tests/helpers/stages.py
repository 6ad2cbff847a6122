"""The nightly job's steps one after the other, without the orchestrator around them: the same functions, a third of the time.

Here: for tests that need many nights and only their figures. What the command says, its exit code and its record are tested through the
command itself (home.py).
"""

import datetime as dt
import itertools
import os
from collections.abc import Callable, Sequence

from pipelines.job import steps
from pipelines.job.night import Night
from pipelines.store.home import Home
from pipelines.store.lock import held
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust
from tests.helpers.home import TrustHome

_numbers = itertools.count(1)


def stages(home: TrustHome, as_of: dt.date, *, is_full: bool = False, is_killed: bool = False) -> None:
    """Run one night and publish it; a test of ours on its tables that fails, or a check that must stop it, raises as in the job.

    `is_killed`: right after the swap, before anything is kept.
    """
    after = () if is_killed else (steps.tell,)
    built = (steps.load, steps.judge, steps.prepare_build, _build, _check, _steer, steps.draw_map)
    _run(home, as_of, (*built, steps.publish, *after), is_full=is_full)


def take_in(home: TrustHome, as_of: dt.date) -> None:
    """Read and judge what lies in landing, and build nothing: all that a later night needs of an earlier one to judge against it."""
    _run(home, as_of, (steps.load, steps.judge))


def _build(night: Night) -> None:
    steps.require_built(steps.build(night) or (), ())


def _check(night: Night) -> None:
    steps.require_sound(steps.check(night))


def _steer(night: Night) -> None:
    """A rule that cannot be run fails no night; here it is a fault of ours."""
    steered = steps.steer(night)
    assert steered is None or not steered.faults, steered


def _run(home: TrustHome, as_of: dt.date, wanted: Sequence[Callable[[Night], object]], *, is_full: bool = False) -> None:
    place = Home(home.root)
    trust = load_trust(place.trust_file)
    request = RunRequest(run_id=f"stages{os.getpid()}n{next(_numbers)}", as_of=as_of, as_at=None, academies=None, is_full=is_full)
    with held(place, "a test"):
        place.prepare()
        night = Night(place, trust, request)
        for step in wanted:
            step(night)
