"""The dbt unit tests stand beside their models; this runs them, in this process, against tables without rows."""

import pytest

from pipelines.build.dbt import invoke
from pipelines.build.nodes import SEEDS, project_nodes
from pipelines.store.home import Home
from tests.helpers.remade import build_to_fill


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Every seed and model, as dbt built them on a night without deliveries."""
    return build_to_fill(tmp_path_factory, tmp_path_factory.mktemp("built") / "home")


def test_every_rule_of_the_models_holds(built: Home) -> None:
    tested = invoke(built, ["test", "--select", "test_type:unit"])

    assert [f"{result.unique_id}: {result.message}" for result in tested if result.status != "pass"] == []
    assert len(tested) > 30


def test_the_seeds_keep_their_own_tests_which_no_night_runs(built: Home) -> None:
    tested = invoke(built, ["test", "--select", f"path:{SEEDS}", "--indirect-selection", "cautious"])

    assert [f"{result.unique_id}: {result.message}" for result in tested if result.status != "pass"] == []
    assert len(tested) > 50
    assert {result.unique_id for result in tested}.isdisjoint(project_nodes())
