"""Homes that several test files begin with: made by the first test that asks, found ready by the others, whichever worker they run in.

Here: making a folder once in a session. Not here: what is in it (tests/integration/conftest.py). Nobody changes such a home: a test that
runs another night runs it on a copy.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.helpers.home import TrustHome


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[TrustHome], None]) -> TrustHome:
    """The home called `name`, made by `make` unless a test of this session made it before."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # each worker has a folder of its own in the session's
    home, is_made = TrustHome(base / "shared" / name), base / "shared" / f"{name}.made"
    is_made.parent.mkdir(exist_ok=True)
    with FileLock(is_made.with_suffix(".lock")):
        if not is_made.exists():
            shutil.rmtree(home.root, ignore_errors=True)  # of a test that failed while it made it
            make(home)
            is_made.touch()
    return home


def copied(home: TrustHome, root: Path) -> TrustHome:
    """A copy of a home, to run further nights on."""
    return TrustHome(Path(shutil.copytree(home.root, root)))
