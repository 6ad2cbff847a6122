"""A night with nothing new takes the last build; whatever could change a table builds anew."""

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.build.kept import fingerprint, keep, reuse
from pipelines.store.home import Home


def inputs(home: Home, run_id: str = "first", as_of: str = "2026-03-13", batch: str = "ashby-pupils-1", file: str = "a.parquet") -> str:
    """A build database as write_inputs leaves it; its fingerprint."""
    home.build_database.unlink(missing_ok=True)
    with duckdb.connect(str(home.build_database)) as database:
        database.execute("create schema run; create schema raw")
        database.execute(
            f"create table run.parameter as select '{run_id}' as run_id, date '{as_of}' as as_of, now() as run_at, null::timestamp as as_at"
        )
        database.execute(f"create table raw.delivery as select '{batch}' as batch_id")
        database.execute(f"create view raw.pupil as select '{file}' as source_file")
    return fingerprint(home)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose last night was published and kept."""
    home = Home(tmp_path)
    home.prepare()
    made_of = inputs(home)
    with duckdb.connect(str(home.build_database)) as build:
        build.execute("create schema std; create table std.pupil as select 1 as one")
    with duckdb.connect(str(home.published_file)) as published:
        published.execute("create schema marts; create table marts.scorecard as select 7 as value")
        published.execute("create schema dq; create table dq.check_result as select 'last night' as run_id")
    home.published_file.chmod(0o440)
    keep(home, made_of)
    return home


def test_the_same_inputs_take_the_last_tables_and_leave_the_checks_to_be_run(home: Home) -> None:
    assert reuse(home, inputs(home, run_id="second"))

    with duckdb.connect(str(home.candidate)) as candidate:
        assert candidate.sql("select value from marts.scorecard").fetchall() == [(7,)]
        assert candidate.sql("select count(*) from duckdb_schemas() where schema_name = 'dq'").fetchall() == [(0,)]
        candidate.execute("create schema dq")  # the candidate can be written, the published file is as it was
    with duckdb.connect(str(home.build_database), read_only=True) as build:
        assert build.sql("select one from std.pupil").fetchall() == [(1,)]


@pytest.mark.parametrize(
    "other",
    [{"as_of": "2026-03-14"}, {"batch": "ashby-pupils-2"}, {"file": "b.parquet"}],
    ids=["another date", "another batch", "another reading"],
)
def test_anything_new_builds_anew(home: Home, other: dict[str, str]) -> None:
    assert not reuse(home, inputs(home, **other))
    assert not home.candidate.exists()


def loaded_figures(home: Home) -> None:
    (home.store / "benchmarks").mkdir()
    (home.store / "benchmarks" / "dfe.parquet").write_bytes(b"figures")


def touched_published_file(home: Home) -> None:
    os.utime(home.published_file, ns=(1, 1))


def lost_build(home: Home) -> None:
    (home.build / "kept.duckdb").unlink()


def cut_record(home: Home) -> None:
    (home.build / "kept.json").write_text('{"fingerprint": ')


@pytest.mark.parametrize("change", [loaded_figures, touched_published_file, lost_build, cut_record])
def test_whatever_else_is_not_as_it_was_builds_anew(home: Home, change: Callable[[Home], None]) -> None:
    change(home)

    assert not reuse(home, inputs(home))


def test_a_kept_build_is_used_up_so_that_a_killed_night_cannot_leave_half_of_it(home: Home) -> None:
    assert reuse(home, inputs(home))
    assert not reuse(home, inputs(home))
