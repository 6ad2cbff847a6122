"""The views over the loaded official files: each kind of file in its own, and a file of an earlier Matlas as good as it is."""

from pathlib import Path

import duckdb
import pytest

from pipelines.build.official import official_views


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "benchmarks").mkdir()
    return tmp_path


def keep(store: Path, name: str, sql: str) -> None:
    duckdb.sql(f"copy ({sql}) to '{store / 'benchmarks' / name}' (format parquet)")


def ask(store: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        for view in official_views(store):
            connection.execute(view)
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("table", ["benchmark", "school", "school_link"])
def test_before_anything_is_loaded_the_tables_are_empty(tmp_path: Path, table: str) -> None:
    assert ask(tmp_path, f"select * from raw.{table}") == []


def test_registers_are_no_figures(store: Path) -> None:
    keep(store, "dfe_pupil_absence-0a.parquet", "select 'absence_rate' as measure_id, 7.1::double as value, 'year' as period")
    keep(store, "gias_establishments-0b.parquet", "select 130002 as urn, 'Ashby School' as school_name")
    keep(store, "gias_links-0c.parquet", "select 140003 as urn, 130002 as linked_urn, 'Predecessor' as link_type")

    assert ask(store, "select measure_id, value, period from raw.benchmark") == [("absence_rate", 7.1, "year")]
    assert ask(store, "select urn, school_name, pupils from raw.school") == [(130002, "Ashby School", None)]
    assert ask(store, "select urn, linked_urn, link_date from raw.school_link") == [(140003, 130002, None)]


def test_a_file_that_was_loaded_before_periods_were_kept_still_counts(store: Path) -> None:
    keep(store, "dfe_pupil_attendance-0a.parquet", "select 'attendance_rate' as measure_id, 93.1::double as value")

    assert ask(store, "select measure_id, value, period, period_end from raw.benchmark") == [("attendance_rate", 93.1, None, None)]
