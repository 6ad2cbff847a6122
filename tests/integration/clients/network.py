"""The trust that serves, in a real PostgreSQL loaded by `matlas serve postgres`, and how a client reaches it over the network.

Here: the server, the load, one login of the trust's central team with a password. Not here: the trust (tests/helpers/served.py), what other
audiences may read (tests/integration/test_serve_postgres.py), nor any client.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.clients import free_port
from tests.helpers.home import TrustHome
from tests.helpers.postgres import DATABASE, Cluster, postgres
from tests.helpers.served import with_logins

LOGIN, PASSWORD = "central_team", "a pass/word: with @ and 'quotes'"  # as awkward as people's are


@dataclass(frozen=True)
class Served:
    """A server of this machine that has a home's night, for a login that reads everything."""

    home: TrustHome
    port: int
    host: str = "127.0.0.1"
    database: str = DATABASE
    login: str = LOGIN
    password: str = PASSWORD


@contextmanager
def served(night: TrustHome, folder: Path) -> Iterator[Served]:
    """The night of a home that published for every audience, loaded; from a copy, for a load holds its lock."""
    home = with_logins(night, folder / "home")
    port = free_port()
    with postgres(port) as cluster, pytest.MonkeyPatch.context() as environment:
        cluster.set_up(done(home, "--setup"), (LOGIN,))
        give_password(cluster)
        environment.setenv("MATLAS_PG", cluster.url())
        done(home)
        yield Served(home, port)


def done(home: TrustHome, *options: str) -> str:
    """What `matlas serve postgres` says when it ends well, or well but for the logins that this server does not have."""
    outcome = home.here("serve", "postgres", *options)
    assert outcome.code in (0, 3), outcome.text
    return outcome.out


def give_password(cluster: Cluster) -> None:
    """As an administrator does with \\password."""
    quoted = PASSWORD.replace("'", "''")
    cluster.administer(f"alter role {LOGIN} password '{quoted}'", database="postgres")
