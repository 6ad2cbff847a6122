"""What people's programs reach PostgreSQL by: psql, pandas and polars, the JDBC and the ODBC driver, over the network with a password.

The same of each: the published figures come back, and the columns are there, with their explanations where the driver has a place for them.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import URL, create_engine

from tests.helpers.clients import need, program, said
from tests.helpers.home import TrustHome
from tests.integration.clients.network import Served, served
from tests.integration.clients.question import QUESTION, figures_of, published_comments, published_figures

JDBC_DRIVER = Path("/usr/share/java/postgresql.jar")
JDBC_PROGRAM = Path(__file__).parent / "jdbc" / "ReadScorecard.java"
WRITING = "update marts.scorecard set value = 100"


@pytest.fixture(scope="module")
def server(audiences_night: TrustHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(audiences_night, tmp_path_factory.mktemp("drivers")) as found:
        yield found


@pytest.fixture(scope="module")
def comments(server: Served) -> dict[str, str]:
    return {column: comment for column, comment in published_comments(server.home).items() if column}


def psql(server: Served, sql: str) -> subprocess.CompletedProcess[str]:
    """One question typed into psql; the answer's columns are parted by tabs."""
    found = program("psql", "No psql here: install it (Debian, Ubuntu: apt-get install postgresql-client).")
    command = [found, "--no-psqlrc", "--no-align", "--tuples-only", "--field-separator", "\t", "--command", sql]
    where = {"PGHOST": server.host, "PGPORT": str(server.port), "PGDATABASE": server.database}
    who = {"PGUSER": server.login, "PGPASSWORD": server.password}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **where, **who})


def test_psql_reads_and_cannot_write(server: Served, comments: dict[str, str]) -> None:
    answer = psql(server, QUESTION)
    assert answer.returncode == 0, answer.stderr
    assert figures_of(answer.stdout) == published_figures(server.home)

    described = [line.split("\t") for line in psql(server, r"\d+ marts.scorecard").stdout.splitlines()]
    assert {line[0]: line[-1] for line in described if line[0] in comments} == comments

    refused = psql(server, WRITING)
    assert refused.returncode != 0
    assert "permission denied" in refused.stderr or "read-only" in refused.stderr, refused.stderr


def test_pandas_and_polars_read(server: Served) -> None:
    polars = pytest.importorskip("polars")
    url = URL.create("postgresql+psycopg", server.login, server.password, server.host, server.port, server.database)
    engine = create_engine(url)
    for frame in (pd.read_sql(QUESTION, engine), polars.read_database(QUESTION, engine)):
        assert dict(zip(frame["academy_id"], frame["value"], strict=True)) == published_figures(server.home)
    engine.dispose()


def test_the_jdbc_driver_reads(server: Served, comments: dict[str, str]) -> None:
    java = program("java", "No Java here: install it (Debian, Ubuntu: apt-get install default-jdk-headless) to have JDBC tested.")
    need(JDBC_DRIVER.exists(), "No JDBC driver here: install it (Debian, Ubuntu: apt-get install libpostgresql-jdbc-java).")
    url = f"jdbc:postgresql://{server.host}:{server.port}/{server.database}"
    who = {"LOGIN": server.login, "PASSWORD": server.password}
    columns, answer = said(java, "-cp", JDBC_DRIVER, JDBC_PROGRAM, url, QUESTION, environment=who).split("\n\n")
    assert figures_of(answer) == published_figures(server.home)
    assert dict(line.split("\t", 1) for line in columns.splitlines()) == comments


def test_the_odbc_driver_reads(server: Served, comments: dict[str, str], tmp_path: Path) -> None:
    isql = program("isql", "No isql here: install it (Debian, Ubuntu: apt-get install unixodbc odbc-postgresql) to have ODBC tested.")
    sources = tmp_path / "odbc.ini"
    sources.write_text(
        "[Matlas]\nDriver = PostgreSQL Unicode\nReadOnly = Yes\n"
        f"Servername = {server.host}\nPort = {server.port}\nDatabase = {server.database}\n"
    )
    ask = [isql, "Matlas", server.login, server.password, "-b", "-d\t"]
    answer = said(*ask, text=QUESTION + "\n", environment={"ODBCINI": str(sources)})
    assert figures_of(answer) == pytest.approx(published_figures(server.home))

    # the driver's metadata has every column; its comments this driver hands to nobody
    described = said(*ask, text="help scorecard\n", environment={"ODBCINI": str(sources)})
    assert [line.split("\t")[3] for line in described.splitlines()] == list(comments)
