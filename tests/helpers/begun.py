"""A home whose first night goes on from one before which nobody had delivered anything.

What dbt makes of nothing is the same for every test, and takes half of a first night: a trust that goes on from there is built without dbt,
as every night but a trust's first is (docs/adr/0014). Here: giving a home such a past. Not here: nights from nothing, which are what the
golden trust, the demo, the tests of the command and of speed begin with; that both give the same tables is proved by
tests/integration/test_incremental.py.
"""

import datetime as dt
import shutil

import pytest

from tests.helpers.home import TrustHome
from tests.helpers.shared import made_once
from tests.helpers.stages import stages

# In the holidays, years before any test's first day: nobody is late, and no check leaves a failure for later nights to remember.
BEFORE_ALL = dt.date(2019, 8, 2)
TRUST_YML = "trust: {name: Nobody yet}\nacademies:\n  - {id: nobody_yet, name: Nobody Yet, phase: primary, mis: matlas}\n"


def begun(factory: pytest.TempPathFactory, home: TrustHome) -> TrustHome:
    """The same home, with a night behind it on which there was nothing."""

    def make(empty: TrustHome) -> None:
        empty.write_trust(TRUST_YML)
        stages(empty, BEFORE_ALL)

    empty = made_once(factory, "begun", make)
    for folder in ("store", "published"):
        shutil.copytree(empty.root / folder, home.root / folder)
    return home
