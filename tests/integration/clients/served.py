"""The demo's night in a real PostgreSQL, loaded by `matlas serve postgres`, and how a client reaches it over the network.

Here: the server, the load, one login of the trust's central team with a password. Not here: what other audiences may read, nor any client.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.helpers.clients import free_port, need
from tests.helpers.home import TrustHome
from tests.helpers.postgres import DATABASE, Cluster, postgres

LOGIN, PASSWORD = "central_team", "a pass/word: with @ and 'quotes'"  # as awkward as people's are


@dataclass(frozen=True)
class Served:
    """A server of this machine that has the night, for a login that reads everything."""

    port: int
    host: str = "127.0.0.1"
    database: str = DATABASE
    login: str = LOGIN
    password: str = PASSWORD


def published_copy(home: TrustHome, folder: Path) -> TrustHome:
    """A home with trust.yml and the published file alone, for a test that changes one of them."""
    copy = TrustHome(folder / "home")
    copy.published.parent.mkdir(parents=True)
    shutil.copy(home.published, copy.published)
    shutil.copy(home.root / "trust.yml", copy.root)
    return copy


@contextmanager
def served(demo: TrustHome, folder: Path) -> Iterator[Served]:
    """The demo's night, loaded."""
    need(shutil.which("psql"), "No psql here: install it (Debian, Ubuntu: apt-get install postgresql) to have PostgreSQL's clients tested.")
    port = free_port()
    with postgres(port) as cluster, pytest.MonkeyPatch.context() as environment:
        home = published_copy(demo, folder)
        trust = yaml.safe_load((home.root / "trust.yml").read_text(encoding="utf-8"))
        home.write_trust(yaml.safe_dump({**trust, "access": {"logins": {LOGIN: {"audience": "trust"}}}}))
        cluster.set_up(done(home, "--setup"), (LOGIN,))
        give_password(cluster)
        environment.setenv("MATLAS_PG", cluster.url())
        done(home)
        yield Served(port)


def done(home: TrustHome, *options: str) -> str:
    """What `matlas serve postgres` says when it ends well."""
    outcome = home.here("serve", "postgres", *options)
    assert outcome.code == 0, outcome.text
    return outcome.out


def give_password(cluster: Cluster) -> None:
    """As an administrator does with \\password."""
    quoted = PASSWORD.replace("'", "''")
    cluster.administer(f"alter role {LOGIN} password '{quoted}'", database="postgres")
