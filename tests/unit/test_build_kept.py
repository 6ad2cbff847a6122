"""The next night goes on from a kept build; whatever could make it another's begins with nothing."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.build import kept
from pipelines.build.kept import begin, fingerprint, go_on_from_published, goes_on, is_unchanged, keep
from pipelines.store.home import Home
from pipelines.store.records import RunRequest

NIGHT = RunRequest(
    run_id="second", as_of=date(2026, 3, 13), as_at=None, academies=None, is_full=False, started_at=datetime(2026, 3, 14, 2, tzinfo=UTC)
)
FULL = RunRequest(**{**NIGHT.__dict__, "is_full": True})
LOOKING_BACK = RunRequest(**{**NIGHT.__dict__, "as_at": datetime(2026, 1, 1, tzinfo=UTC)})


def inputs(home: Home, run_id: str = "first", as_of: str = "2026-03-13", batch: str = "ashby-pupils-1", file: str = "a.parquet") -> str:
    """Tonight's inputs as write_inputs lays them out; their fingerprint."""
    with duckdb.connect(str(home.build_database)) as database:
        database.execute("create schema run; create schema raw; create schema if not exists state")
        database.execute("create table if not exists state.made_of as select 'model' as relation where false")
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
    home.build.mkdir(parents=True, exist_ok=True)
    made_of = inputs(home)
    with duckdb.connect(str(home.build_database)) as build:
        build.execute("create schema std; create table std.pupil as select 1 as one; insert into state.made_of values ('model')")
    with duckdb.connect(str(home.published_file)) as published:
        published.execute("create schema marts; create table marts.scorecard as select 7 as value")
        published.execute("create schema dq; create table dq.check_result as select 'last night' as run_id")
    home.published_file.chmod(0o440)
    keep(home, made_of)
    return home


def test_a_night_goes_on_from_the_last_build_with_inputs_of_its_own(home: Home) -> None:
    assert begin(home, NIGHT)
    made_of = inputs(home, run_id="second")

    assert goes_on(home)
    assert is_unchanged(home, made_of)
    with duckdb.connect(str(home.build_database), read_only=True) as build:
        assert build.sql("select one from std.pupil").fetchall() == [(1,)]


def test_the_candidate_begins_with_the_published_tables_and_leaves_the_checks_to_be_run(home: Home) -> None:
    go_on_from_published(home)

    with duckdb.connect(str(home.candidate)) as candidate:
        assert candidate.sql("select value from marts.scorecard").fetchall() == [(7,)]
        assert candidate.sql("select count(*) from duckdb_schemas() where schema_name = 'dq'").fetchall() == [(0,)]
        candidate.execute("create schema dq")  # the candidate can be written, the published file is as it was


@pytest.mark.parametrize(
    "other",
    [{"as_of": "2026-03-14"}, {"batch": "ashby-pupils-2"}, {"file": "b.parquet"}],
    ids=["another date", "another batch", "another reading"],
)
def test_anything_new_goes_on_but_is_not_unchanged(home: Home, other: dict[str, str]) -> None:
    assert begin(home, NIGHT)
    made_of = inputs(home, **other)

    assert goes_on(home)
    assert not is_unchanged(home, made_of)


def test_loaded_figures_are_something_new(home: Home) -> None:
    (home.store / "benchmarks").mkdir()
    (home.store / "benchmarks" / "dfe.parquet").write_bytes(b"figures")

    assert begin(home, NIGHT)
    assert not is_unchanged(home, inputs(home))


def touched_published_file(home: Home) -> None:
    os.utime(home.published_file, ns=(1, 1))


def lost_build(home: Home) -> None:
    (home.build / "kept.duckdb").unlink()


def cut_record(home: Home) -> None:
    (home.build / "kept.json").write_text('{"fingerprint": ')


def record_of_an_earlier_matlas(home: Home) -> None:
    (home.build / "kept.json").write_text('{"fingerprint": "f", "build": [1, 2, 3], "published": [1, 2, 3]}')


@pytest.mark.parametrize("change", [touched_published_file, lost_build, cut_record, record_of_an_earlier_matlas])
def test_a_build_that_is_not_whole_or_not_of_what_is_published_is_left(home: Home, change: Callable[[Home], None]) -> None:
    change(home)

    assert not begin(home, NIGHT)
    inputs(home)
    assert not goes_on(home)


@pytest.mark.parametrize("request_", [FULL, LOOKING_BACK], ids=["full", "as at"])
def test_who_asks_for_everything_or_looks_back_begins_with_nothing(home: Home, request_: RunRequest) -> None:
    assert not begin(home, request_)
    assert not home.build_database.exists()


def test_a_changed_project_begins_with_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "project_hash", lambda: "another")

    assert not begin(home, NIGHT)


def test_a_killed_night_leaves_the_kept_build_for_the_next(home: Home) -> None:
    assert begin(home, NIGHT)
    inputs(home, batch="ashby-pupils-2")
    with duckdb.connect(str(home.build_database)) as build:
        build.execute("delete from std.pupil")  # as far as it came

    assert begin(home, NIGHT)
    inputs(home)
    with duckdb.connect(str(home.build_database), read_only=True) as build:
        assert build.sql("select one from std.pupil").fetchall() == [(1,)]
