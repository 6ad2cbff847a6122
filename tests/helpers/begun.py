"""A home whose first night goes on from one before which nobody had delivered anything.

What dbt makes of nothing is the same for every test, and takes half of a first night: a trust that goes on from there is built without dbt,
as every night but a trust's first is (docs/adr/0014). Here: giving a home such a past. Not here: nights from nothing, which are what the
golden trust, the tests of the command, of privacy and of speed begin with; that both give the same tables is proved by
tests/integration/test_incremental.py.
"""

import datetime as dt
import json
import shutil

import duckdb
import pytest

from pipelines.build.kept import is_unchanged
from pipelines.store.home import Home
from tests.helpers.home import TrustHome
from tests.helpers.shared import made_once
from tests.helpers.stages import stages

BEFORE_ALL = dt.date(2019, 8, 2)
TRUST_YML = "trust: {name: Nobody yet}\nacademies:\n  - {id: nobody_yet, name: Nobody Yet, phase: primary, mis: matlas}\n"


def begun(factory: pytest.TempPathFactory, home: TrustHome) -> TrustHome:
    """The same home, with a night behind it on which there was nothing."""

    def make(empty: TrustHome) -> None:
        empty.write_trust(TRUST_YML)
        stages(empty, BEFORE_ALL)
        _forget_what_checks_found(empty)

    empty = made_once(factory, "begun", make)
    for folder in ("store", "published"):
        shutil.copytree(empty.root / folder, home.root / folder)
    return home


def _forget_what_checks_found(home: TrustHome) -> None:
    """Later nights keep the results of earlier ones: a test that asks for them means its own trust's."""
    home.published.chmod(0o640)
    with duckdb.connect(str(home.published)) as database:
        database.execute("delete from dq.check_result; delete from dq.work_list")
    facts, record = home.published.stat(), home.root / "store" / "build" / "kept.json"
    known_by = json.loads(record.read_text(encoding="utf-8")) | {"published": [facts.st_size, facts.st_mtime_ns]}
    record.write_text(json.dumps(known_by), encoding="utf-8")
    assert is_unchanged(Home(home.root), known_by["fingerprint"]), "else every first night would build from nothing again"
