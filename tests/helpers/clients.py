"""Programs that are not Matlas's own and read what it publishes: finding them, running them, and what to do where one is missing.

Here: what the tests of all clients share. Not here: any one client (tests/integration/clients), nor PostgreSQL's server (postgres.py).
"""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

REQUIRED = "MATLAS_REQUIRE_CLIENTS"
"""Set by .ci/run, where a client that is not there is a failure and no reason to skip."""


def need(is_there: object, otherwise: str) -> None:
    """Skip this test, or fail it where clients are required, saying what to install."""
    if is_there:
        return
    if os.environ.get(REQUIRED):
        pytest.fail(otherwise)
    pytest.skip(otherwise)


def program(name: str, otherwise: str) -> str:
    """The path of a program of this machine."""
    found = shutil.which(name)
    need(found, otherwise)
    return str(found)


def said(*command: str | Path, text: str = "", environment: dict[str, str] | None = None) -> str:
    """What a client says on standard output, given `text` on standard input; it must end well."""
    ended = subprocess.run(
        list(map(str, command)),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **(environment or {})},
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
