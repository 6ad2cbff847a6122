from pathlib import Path

import duckdb
import pytest

from pipelines.publish.audit import CandidateRefusedError, audit
from tests.helpers.candidate import make_candidate


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    return make_candidate(tmp_path / "matlas.duckdb", pupils=2, marks=3)


def refused(candidate: Path, *changes: str) -> str:
    with duckdb.connect(str(candidate)) as connection:
        for change in changes:
            connection.execute(change)
    with pytest.raises(CandidateRefusedError) as refusal:
        audit(candidate)
    return str(refusal.value)


def test_a_sound_candidate_passes_and_its_rows_are_counted(candidate: Path) -> None:
    rows = audit(candidate)

    assert rows["core.fct_attendance_session"] == 3
    assert rows["core.dim_pupil"] == 2


def test_a_view_is_refused(candidate: Path) -> None:
    assert "marts.quick is a view" in refused(candidate, "create view marts.quick as select 1 as one")


def test_a_table_without_a_comment_is_refused(candidate: Path) -> None:
    assert "table marts.scorecard has no comment" in refused(candidate, "comment on table marts.scorecard is null")


def test_a_column_without_a_comment_is_refused_and_named(candidate: Path) -> None:
    sentence = refused(candidate, "comment on column core.fct_attendance_session.mark_code is '  '")

    assert "core.fct_attendance_session has columns without a comment: mark_code" in sentence


def test_a_missing_table_is_refused(candidate: Path) -> None:
    assert "table marts.measure_value is missing" in refused(candidate, "drop table marts.measure_value")


def test_a_table_of_a_private_schema_is_refused(candidate: Path) -> None:
    assert "std.std_pupil is in a schema that is not published" in refused(
        candidate, "create schema std", "create table std.std_pupil (a int)"
    )


def test_more_marks_than_an_academy_delivered_are_refused(candidate: Path) -> None:
    sentence = refused(candidate, "insert into core.fct_attendance_session values ('ashby', '/')")

    assert "core.fct_attendance_session has 4 rows of ashby, which delivered 3" in sentence


def test_marks_of_an_academy_that_delivered_none_are_refused(candidate: Path) -> None:
    assert "1 rows of birch, which delivered 0" in refused(candidate, "insert into core.fct_attendance_session values ('birch', '/')")


def test_a_batch_whose_rows_do_not_add_up_is_refused(candidate: Path) -> None:
    assert "batch b2 (attendance_mark)" in refused(candidate, "update dq.batch set rows_read = 9 where batch_id = 'b2'")


def test_pupils_that_vanish_on_the_way_are_refused(candidate: Path) -> None:
    assert "core.dim_pupil is empty" in refused(candidate, "delete from core.dim_pupil")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "matlas.duckdb"
    broken.write_bytes(b"half a file")

    with pytest.raises(CandidateRefusedError, match="cannot be opened"):
        audit(broken)


def test_a_candidate_that_was_never_built_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CandidateRefusedError, match="never built"):
        audit(tmp_path / "matlas.duckdb")
