"""The nightly job's steps one after the other, without the orchestrator around them: the same functions, a third of the time.

Here: for tests that need many nights and only their figures. What the command says, its exit code and its record are tested through the
command itself (home.py).
"""

import datetime as dt
import itertools
import os

from pipelines.job import steps
from pipelines.job.night import Night
from pipelines.store.home import Home
from pipelines.store.lock import held
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust
from tests.helpers.home import TrustHome

_numbers = itertools.count(1)


def stages(home: TrustHome, as_of: dt.date, *, is_full: bool = False) -> None:
    """Run one night and publish it."""
    place = Home(home.root)
    trust = load_trust(place.trust_file)
    request = RunRequest(run_id=f"stages{os.getpid()}n{next(_numbers)}", as_of=as_of, as_at=None, academies=None, is_full=is_full)
    with held(place, "a test"):
        place.prepare()
        night = Night(place, trust, request)
        for step in (steps.load, steps.judge, steps.prepare_build, steps.build, steps.check, steps.publish):
            step(night)
