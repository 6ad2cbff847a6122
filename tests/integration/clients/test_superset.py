"""Apache Superset, a real server: connection, dataset and chart made by its API; the chart shows the published figures, also tomorrow's."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from tests.helpers.home import TrustHome
from tests.integration.clients.network import Served, served
from tests.integration.clients.question import MEASURE, QUESTION, Figures, published_comments, published_figures
from tests.integration.clients.superset_server import Superset
from tests.integration.clients.superset_server import superset as started


@pytest.fixture(scope="module")
def superset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    with started(tmp_path_factory.mktemp("superset")) as session:
        yield session


def chart_of(superset: Superset, database: int, schema: str) -> tuple[int, int]:
    """A dataset on the scorecard and a chart of attendance by academy on it."""
    assert "scorecard" in superset.tables(database, schema)
    dataset = superset.make_dataset(database, schema, "scorecard")
    return dataset, superset.make_chart("Attendance", dataset, by="academy_id", column="value", where=("measure_id", MEASURE))


def shown(superset: Superset, chart: int) -> Figures:
    return {row["academy_id"]: row["value"] for row in superset.read_chart(chart)}


def test_a_chart_on_the_published_file_shows_its_figures_and_the_next_nights(
    superset: Superset, demo_night: TrustHome, tmp_path: Path
) -> None:
    home = published_copy(demo_night, tmp_path)
    before = fingerprint(home.published)
    database = superset.connect("Matlas, the file", f"duckdb:///{home.published}", read_only=True)
    assert "matlas.marts" in superset.schemas(database)

    dataset, chart = chart_of(superset, database, "matlas.marts")
    assert shown(superset, chart) == published_figures(demo_night)
    assert {row["academy_id"]: row["value"] for row in superset.query(database, QUESTION)} == published_figures(demo_night)
    comments = published_comments(demo_night)
    assert superset.columns(dataset) == {column: comment for column, comment in comments.items() if column}

    assert fingerprint(home.published) == before
    assert [path.name for path in home.published.parent.iterdir()] == [home.published.name], "Superset left nothing beside the file"

    next_night(home)
    assert shown(superset, chart) == {academy_id: value - 1 for academy_id, value in published_figures(demo_night).items()}
    superset.forget(chart, dataset)


def test_a_chart_on_postgresql_shows_the_published_figures(superset: Superset, audiences_night: TrustHome, tmp_path: Path) -> None:
    with served(audiences_night, tmp_path) as server:
        database = superset.connect("Matlas, the server", sqlalchemy_url(server))
        assert "marts" in superset.schemas(database)
        dataset, chart = chart_of(superset, database, "marts")
        assert shown(superset, chart) == published_figures(server.home)
        comments = published_comments(server.home)
        assert superset.columns(dataset) == {column: comment for column, comment in comments.items() if column}
        superset.forget(chart, dataset)


def published_copy(home: TrustHome, folder: Path) -> TrustHome:
    """A home with the published file alone, so that its next night can be published."""
    copy = TrustHome(folder / "home")
    copy.published.parent.mkdir(parents=True)
    shutil.copy(home.published, copy.published)
    return copy


def sqlalchemy_url(server: Served) -> str:
    """What stands in Superset's field *SQLAlchemy URI*; letters that mean something in a URL are written with %."""
    return f"postgresql+psycopg2://{server.login}:{quote(server.password, safe='')}@{server.host}:{server.port}/{server.database}"


def next_night(home: TrustHome) -> None:
    """Exchange the published file as the job does, by one rename, for one in which every value of the scorecard is one less."""
    candidate = home.published.with_suffix(".candidate")
    shutil.copyfile(home.published, candidate)
    with duckdb.connect(str(candidate)) as connection:
        connection.execute("update marts.scorecard set value = value - 1")
    candidate.replace(home.published)


def fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
