import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines.build import dbt_manifest
from pipelines.build.dbt import DbtProgress, DbtResult, opened, run_dbt, scrubbed
from pipelines.build.dbt_manifest import PROJECT
from pipelines.build.nodes import project_nodes
from pipelines.store.home import Home
from tests.build_fixture import empty_build

SURNAME = "Quillfeather"
ONE_PUPIL = ["std_pupil", "std_pupil_year", "std_academy_year", "bridge_pupil_source", "dim_pupil", "resource_type:seed"]
PARENTS = ["+std_academy_year"]


def a_home_with_one_pupil(root: Path) -> Home:
    home = empty_build(root)
    with duckdb.connect(str(home.build_database)) as database:
        database.execute("insert into run.parameter values ('r1', date '2025-11-28', null, timestamp '2025-11-28 02:00:00', 6)")
        database.execute(
            "insert into run.academy by name select 'ashby' as academy_id, 'Ashby Academy' as academy_name, 'secondary' as phase"
        )
        database.execute(
            "insert into raw.delivery by name select 'ashby' as academy_id, 'pupil' as entity, 'pupils' as table_name, 'b1' as batch_id, "
            "'c1' as content_id, 0 as table_rank, date '2025-11-27' as effective_date, 202526 as time_period, 1 as delivery_order, "
            "true as is_newest, timestamp '2025-11-27 06:00:00' as delivered_at, timestamp '2025-11-28 02:00:00' as loaded_at"
        )
        database.execute(
            "insert into raw.pupil by name select 'ashby' as academy_id, '1' as source_pupil_id, ? as legal_surname, "
            "'2014-03-01' as date_of_birth, 'c1' as content_id, 'pupils.csv' as source_file, 2 as source_row",
            [SURNAME],
        )
    return home


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, list[DbtResult], list[DbtProgress]]:
    home = a_home_with_one_pupil(tmp_path_factory.mktemp("home"))
    told: list[DbtProgress] = []
    results = run_dbt(home, select=[*ONE_PUPIL, *PARENTS, "std_behaviour_event"], on_event=told.append)
    return home, results, told


def test_tables_are_built_and_counted(built: tuple[Home, list[DbtResult], list[DbtProgress]]) -> None:
    _, results, told = built

    assert {result.status for result in results} == {"success", "pass"}
    assert {result.rows for result in results if result.unique_id == "model.matlas.dim_pupil"} == {1}
    assert {progress.unique_id for progress in told} == {result.unique_id for result in results}


def test_a_night_that_goes_on_opens_the_files_as_dbt_does(tmp_path: Path) -> None:
    """Else what it adds to a table would be stored otherwise than what dbt wrote: old drivers could not open the published file."""
    home = empty_build(tmp_path)
    output = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))["matlas"]["outputs"]["build"]
    settings = {name: value for name, value in output["config_options"].items() if "env_var" not in str(value)} | output["settings"]
    [published] = output["attach"]

    with opened(home) as connection:
        seen = {name: connection.execute(f"select current_setting('{name}')").fetchall()[0][0] for name in settings}
        versions = connection.execute("select tags['storage_version'] from duckdb_databases() where database_name = 'published'").fetchall()
    assert seen == {"preserve_insertion_order": False, "disabled_compression_methods": "FSST"}
    assert {name: str(value).lower() for name, value in seen.items()} == {name: str(value).lower() for name, value in settings.items()}
    assert str(versions[0][0]).startswith(published["options"]["storage_version"])


def test_a_compression_is_disabled_by_setting_it_and_not_at_opening() -> None:
    """The reason for `settings` in profiles.yml. When this fails, DuckDB heeds it at opening too, and it may move to `config_options`."""
    with duckdb.connect(config={"disabled_compression_methods": "fsst"}) as connection:
        assert connection.execute("select current_setting('disabled_compression_methods')").fetchall() == [("",)]


def test_the_files_are_free_for_another_process_when_dbt_is_done(built: tuple[Home, list[DbtResult], list[DbtProgress]]) -> None:
    home, _, _ = built
    write = "import duckdb, sys; [duckdb.connect(path).execute('create or replace table main.t as select 1') for path in sys.argv[1:]]"

    subprocess.run([sys.executable, "-c", write, str(home.build_database), str(home.candidate)], check=True)

    with duckdb.connect(str(home.candidate), read_only=True) as database:
        assert database.sql("select count(*) from core.dim_pupil").fetchone() == (1,)


def test_every_published_column_says_what_it_is_in_the_file_itself(built: tuple[Home, list[DbtResult], list[DbtProgress]]) -> None:
    home, _, _ = built
    with duckdb.connect(str(home.candidate), read_only=True) as database:
        silent = database.sql(
            "select table_name, column_name from duckdb_columns() where schema_name = 'core' and comment is null and not internal"
        ).fetchall()
        says = database.sql("select comment from duckdb_tables() where table_name = 'dim_pupil'").fetchone()

    assert silent == []
    assert says is not None
    assert says[0].startswith("One row per person")


def test_nothing_of_a_pupil_is_left_beside_the_tables(built: tuple[Home, list[DbtResult], list[DbtProgress]]) -> None:
    home, _, _ = built
    traces = [path for path in (home.store / "dbt").rglob("*") if path.is_file() and SURNAME.encode() in path.read_bytes()]

    assert traces == []


def test_a_row_that_breaks_a_key_fails_its_test_and_names_no_value(tmp_path: Path) -> None:
    home = a_home_with_one_pupil(tmp_path)
    with duckdb.connect(str(home.build_database)) as database:
        database.execute("insert into raw.pupil select * replace (null as date_of_birth) from raw.pupil")

    results = run_dbt(home, select=["std_pupil", "ref_first_language"])

    broken = next(result for result in results if result.unique_id == "model.matlas.std_pupil")
    assert broken.status == "error"
    assert "date_of_birth" in broken.message
    assert SURNAME not in " ".join(result.message for result in results)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Runtime Error in model std_pupil\n  Conversion Error: Could not convert string 'Quillfeather' to INT32", "Conversion Error"),
        ('Runtime Error in model x\n  Binder Error: Referenced column "a" not found', 'Binder Error: Referenced column "a" not found'),
        ('Constraint Error: Duplicate key "upn: P207000016049" violates unique', "Constraint Error"),
        ("Constraint Error: NOT NULL constraint failed: std_pupil.date_of_birth", "NOT NULL constraint failed: std_pupil.date_of_birth"),
        ("Quillfeather", "it failed, and its message may quote data"),
    ],
)
def test_an_error_says_what_kind_it_is_and_no_value(message: str, told: str) -> None:
    assert scrubbed(message) == told


def test_a_changed_project_is_another_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    project, models = tmp_path / "dbt_project", tmp_path / "models"
    (project / "target").mkdir(parents=True)
    models.mkdir()
    (models / "a.sql").write_text("select 1")
    for name, path in (("PROJECT_ROOT", tmp_path), ("PROJECT", project), ("MODELS", models)):
        monkeypatch.setattr(dbt_manifest, name, path)
    before = dbt_manifest.project_hash()

    (project / "target" / "compiled.sql").write_text("not the project's")
    same = dbt_manifest.project_hash()
    (models / "a.sql").write_text("select 2")

    assert same == before
    assert dbt_manifest.project_hash() != before


def test_a_kept_manifest_that_was_cut_short_is_parsed_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = dbt_manifest.cache_folder() / f"dbt-{dbt_manifest.project_hash()}.msgpack"
    kept.write_bytes(b"half a mani")
    dbt_manifest._manifest.cache_clear()

    assert "model.matlas.dim_pupil" in project_nodes()
    assert kept.stat().st_size > 10_000
