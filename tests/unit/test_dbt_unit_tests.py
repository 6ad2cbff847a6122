"""The dbt unit tests stand beside their models; this runs them, in this process, against tables without rows."""

from pathlib import Path

from pipelines.build.dbt import invoke
from pipelines.build.nodes import SEEDS, project_nodes
from tests.build_fixture import empty_build

NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def test_every_rule_of_the_models_holds(tmp_path: Path) -> None:
    home = empty_build(tmp_path)
    built = invoke(home, ["build", "--empty", *NO_TESTS])
    assert [f"{result.unique_id}: {result.message}" for result in built if result.status != "success"] == []

    tested = invoke(home, ["test", "--select", "test_type:unit"])

    assert [f"{result.unique_id}: {result.message}" for result in tested if result.status != "pass"] == []
    assert len(tested) > 30


def test_the_seeds_keep_their_own_tests_which_no_night_runs(tmp_path: Path) -> None:
    results = invoke(empty_build(tmp_path), ["build", "--select", f"path:{SEEDS}", "--indirect-selection", "cautious"])

    assert [f"{result.unique_id}: {result.message}" for result in results if result.status not in ("success", "pass")] == []
    tested = {result.unique_id for result in results if result.kind == "test"}
    assert len(tested) > 50
    assert tested.isdisjoint(project_nodes())
