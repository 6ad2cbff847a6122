"""A night with nothing new: it costs little because it loads little, and it says exactly what a full night would say."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipelines.job.instance import open_instance
from pipelines.store.home import Home
from tests.helpers.faulty import faulty_night
from tests.helpers.home import TrustHome
from tests.helpers.shared import copied
from tests.helpers.small import FRIDAY

UNNEEDED = ("dbt", "great_expectations")
DQ = ("batch", "check_decision", "check_result", "file", "rejected_row", "work_list")


@dataclass(frozen=True)
class Nights:
    """A first night, a second with nothing new, and the same once more with `--full`: what the second loaded, and dq after each of both."""

    home: TrustHome
    ended: int
    loaded: str
    unchanged: dict[str, list[tuple[Any, ...]]]
    full: dict[str, list[tuple[Any, ...]]]


def said(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What the last run left in dq, without the run's own name and time."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = {name: connection.sql(f"select * from dq.{name} order by all").fetchall() for name in DQ if name != "check_result"}
        of_last = "where checked_at = (select max(checked_at) from dq.check_result)"
        results = connection.sql(f"select * exclude (run_id, checked_at) from dq.check_result {of_last} order by all").fetchall()
    return {**tables, "check_result": results}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Birch has an unreadable row, marks of a pupil whom nobody delivered, and a held list of pupils."""
    first, _ = faulty_night(tmp_path_factory)
    home = copied(first, tmp_path_factory.mktemp("unchanged") / "home")
    arguments = ["run", "--as-of", str(FRIDAY), "--home", str(home.root)]
    probe = f"print('ended', run({arguments!r})); print('loaded:', [name for name in {UNNEEDED!r} if name in sys.modules])"
    second = subprocess.run(
        [sys.executable, "-c", f"import sys; from pipelines.cli import run; {probe}"], capture_output=True, text=True, check=True
    )
    unchanged = said(home.published)
    third = home.here("run", "--as-of", str(FRIDAY), "--full")
    assert third.code == 3, third.text
    ended = 3 if "ended 3" in second.stdout else 1
    return Nights(home, ended, second.stdout.partition("loaded: ")[2].strip(), unchanged, said(home.published))


def test_it_loads_neither_dbt_nor_great_expectations(nights: Nights) -> None:
    assert nights.loaded == "[]"


def test_what_waited_for_a_person_still_does(nights: Nights) -> None:
    assert nights.ended == 3


@pytest.mark.parametrize("table", DQ)
def test_dq_is_what_a_full_night_would_say(nights: Nights, table: str) -> None:
    assert nights.unchanged[table] == nights.full[table]


def test_every_check_has_a_row_of_every_academy_and_some_found_something(nights: Nights) -> None:
    checks = {(row[0], row[1]) for row in nights.unchanged["check_result"]}
    assert len(checks) == len(nights.unchanged["check_result"])
    with duckdb.connect(str(nights.home.published), read_only=True) as connection:
        by_run = connection.sql("select count(*) from dq.check_result group by run_id").fetchall()
    assert by_run == [(len(checks),)] * 3
    assert nights.unchanged["work_list"]
    assert nights.unchanged["rejected_row"]


def test_a_table_that_stands_shows_the_run_that_made_it(nights: Nights) -> None:
    instance = open_instance(Home(nights.home.root))

    def made(*key: str) -> int:
        return len(instance.fetch_materializations(dg.AssetKey(key), limit=9).records)

    assert (made("core", "dim_pupil"), made("candidate"), made("published", "matlas")) == (2, 3, 3)
    assert {run.status for run in instance.get_runs()} == {dg.DagsterRunStatus.SUCCESS}
