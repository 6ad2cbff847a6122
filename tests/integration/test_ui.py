"""Dagster's pages show the same job: the definitions load, validate, and the job runs for one academy."""

import os
import subprocess
import sys
from pathlib import Path

from tests.helpers.home import PROJECT
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, ONE_ILL, marks, named, rate, small_home


def test_the_definitions_validate(tmp_path: Path) -> None:
    home = small_home(tmp_path / "home")
    dagster_home = tmp_path / "dagster_home"
    dagster_home.mkdir()
    ending = subprocess.run(
        [str(Path(sys.executable).with_name("dagster")), "definitions", "validate", "-m", "pipelines.definitions"],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        timeout=180,
        env={**os.environ, "MATLAS_HOME": str(home.root), "DAGSTER_HOME": str(dagster_home), "DAGSTER_DISABLE_TELEMETRY": "1"},
    )
    assert ending.returncode == 0, ending.stdout + ending.stderr


def test_the_job_runs_for_one_academy_and_leaves_the_other_as_it_was(tmp_path: Path) -> None:
    home = small_home(tmp_path / "home")
    for academy_id in ("ashby", "birch"):
        home.deliver(academy_id, {named("attendance_mark", FRIDAY): marks({MONDAY: ALL_HERE})})
    assert home.here("run", "--as-of", str(FRIDAY)).code == 0

    for academy_id in ("ashby", "birch"):
        home.deliver(academy_id, {named("attendance_mark", FRIDAY): marks({MONDAY: ONE_ILL})})
    outcome = home.here("run", "--as-of", str(FRIDAY), "--academy", "ashby")
    assert outcome.code == 0, outcome.text
    assert rate(home, "ashby") == (18, 20)
    assert rate(home, "birch") == (20, 20)

    assert home.here("run", "--as-of", str(FRIDAY)).code == 0
    assert rate(home, "birch") == (18, 20)

    # the history of all three is kept in the home
    assert len(list((home.root / "store" / "dagster").rglob("*.db"))) > 0
