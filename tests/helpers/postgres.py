"""A real PostgreSQL for tests: Debian's, a cluster of its own in a temporary folder, reached over a socket in that folder alone.

Here: finding it, starting it, connecting as anybody, and what to do where there is none. Not here: what Matlas loads into it.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    import psycopg

MISSING = "No PostgreSQL server here: install it (Debian, Ubuntu: apt-get install postgresql) to have serving tested."
REQUIRED = "MATLAS_REQUIRE_POSTGRES"
"""Set by .ci/run, where a server that is not there is a failure and no reason to skip."""

ADMINISTRATOR = "administrator"
LOADER = "matlas_loader"
DATABASE = "matlas"
QUICK = "-c fsync=off -c shared_buffers=64MB -c max_connections=30 -c deadlock_timeout=100ms"


@dataclass(frozen=True)
class Cluster:
    """A running server. Over its socket everybody who has a login is believed: who may what is tested, not passwords."""

    socket: Path
    port: int = 5432

    def url(self, login: str = LOADER, database: str = DATABASE, password: str = "") -> str:
        """What stands in MATLAS_PG."""
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://{login}{secret}@/{database}?host={quote(str(self.socket), safe='')}&port={self.port}"

    def connect_as(self, login: str, database: str = DATABASE) -> "psycopg.Connection[Any]":
        """A session of this login, each statement by itself."""
        import psycopg

        return psycopg.connect(self.url(login, database), autocommit=True)

    def administer(self, *statements: str, database: str = DATABASE) -> None:
        """Type statements as the server's administrator."""
        with self.connect_as(ADMINISTRATOR, database) as connection:
            connection.execute("set default_transaction_read_only = off")
            for statement in statements:
                connection.execute(statement.encode())

    def psql(self, script: str, login: str = ADMINISTRATOR, database: str = "postgres") -> str:
        """Run a script by psql, as an administrator does; what it says."""
        program = str(_programs() / "psql") if (_programs() / "psql").exists() else "psql"
        command = [program, "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", self.url(login, database)]
        ended = subprocess.run(command, input=script, text=True, capture_output=True, timeout=60)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def set_up(self, script: str, logins: tuple[str, ...] = ()) -> None:
        """Type what `--setup` prints, and let these roles of it log in."""
        self.psql("\n".join(line for line in script.splitlines() if not line.startswith("\\password")))
        for login in logins:
            self.administer(f'alter role "{login}" login', database="postgres")


@contextmanager
def postgres(port: int | None = None) -> Iterator[Cluster]:
    """A new cluster, or a skip that says what to install; with a port it listens there too, for logins with their passwords."""
    if not _programs().exists():
        if os.environ.get(REQUIRED):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    pytest.importorskip("psycopg")
    folder = Path(mkdtemp(prefix="matlas_pg_", dir="/tmp"))  # a socket's path may have 107 letters; pytest's folders are longer
    user = _user()
    listening = "-c listen_addresses=" if port is None else f"-c listen_addresses=127.0.0.1 -p {port}"
    try:
        folder.chmod(0o755)
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        who = ["-U", ADMINISTRATOR, "--auth-local=trust", "--auth-host=scram-sha-256"]
        _run(user, "initdb", "-D", data, *who, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        _run(user, "pg_ctl", "-D", data, "-l", folder / "log", "-o", f"{QUICK} -k {folder} {listening}", "-w", "start")
        try:
            yield Cluster(folder, port or Cluster.port)
        finally:
            _run(user, "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of the server's programs: the newest of Debian's, else where initdb is found."""
    debians = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = debians[-1] if debians else Path(shutil.which("initdb") or "/nowhere/initdb")
    return found.parent


def _user() -> str | None:
    """PostgreSQL refuses to run as root, as which tests run in many containers; then its own user runs it."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def _run(user: str | None, program: str, *arguments: str | Path) -> None:
    command = [str(_programs() / program), *map(str, arguments)]
    as_user = ["runuser", "-u", user, "--"] if user is not None else []
    ended = subprocess.run(
        [*as_user, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", timeout=120
    )
    assert ended.returncode == 0, ended.stdout.decode(errors="replace")
