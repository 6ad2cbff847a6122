"""The small trust after a night with faults, by the command in a process of its own: what a person then sees and can do.

Here: that home, made once for the files that look at it, and how its night ended. Not here: each fault that a file may have
(tests/integration/test_bad_input.py).
"""

import json
from dataclasses import asdict

import pytest

from tests.helpers.home import Outcome, TrustHome
from tests.helpers.shared import made_once
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, ONE_ILL, TEN, TUESDAY, marks, named, pupils, small_home

ENDED = "ended.json"


def faulty_night(factory: pytest.TempPathFactory) -> tuple[TrustHome, Outcome]:
    """Ashby delivers well. Birch has one unreadable row in 42, a mark of a pupil whom nobody delivered, an unknown file, and a pupil file
    that lacks most pupils.
    """
    home = made_once(factory, "faulty", _make)
    return home, Outcome(**json.loads((home.root / ENDED).read_text(encoding="utf-8")))


def _make(home: TrustHome) -> None:
    small_home(home.root)
    home.deliver("ashby", {named("attendance_mark", FRIDAY): marks({MONDAY: ALL_HERE, TUESDAY: ONE_ILL})})
    faulty = marks({MONDAY: ALL_HERE, TUESDAY: ALL_HERE}) + "P1,not a date,AM,/\n" + f"P99,{MONDAY},AM,/\n"
    home.deliver("birch", {named("attendance_mark", FRIDAY): faulty, "holiday plans.csv": "a,b\n1,2\n"})
    home.deliver("birch", {named("pupil", FRIDAY): pupils(*TEN[:3], number=2)})
    ended = home.matlas("run", "--as-of", str(FRIDAY), timeout=600)
    (home.root / ENDED).write_text(json.dumps(asdict(ended)), encoding="utf-8")
