"""Dagster's pages show the same job: the definitions load, validate, and the job runs for one academy."""

import os
import subprocess
import sys
from pathlib import Path

from tests.helpers.home import PROJECT, TrustHome
from tests.helpers.shared import copied
from tests.helpers.small import FRIDAY, MONDAY, TWO_ILL, marks, named, rate, small_home
from tests.helpers.stages import stages
from tests.integration.conftest import FIRST_REGISTERS


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


def test_the_job_runs_for_one_academy_and_leaves_the_other_as_it_was(small_night: TrustHome, tmp_path: Path) -> None:
    home = copied(small_night, tmp_path / "home")
    assert [rate(home, academy_id) for academy_id in FIRST_REGISTERS] == [(18, 20), (72, 80)]
    for academy_id, register in FIRST_REGISTERS.items():
        home.deliver(academy_id, {named("attendance_mark", FRIDAY): marks({**register, MONDAY: TWO_ILL})})

    outcome = home.here("run", "--as-of", str(FRIDAY), "--academy", "ashby")
    assert outcome.code == 0, outcome.text
    assert rate(home, "ashby") == (16, 20)
    assert rate(home, "birch") == (72, 80)

    # its history is kept in the home
    assert len(list((home.root / "store" / "dagster").rglob("*.db"))) > 0

    stages(home, FRIDAY)
    assert rate(home, "birch") == (68, 80)
