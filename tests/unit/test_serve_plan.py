"""What is stored for PostgreSQL, and who reads which rows of it: worked out by hand for a few tables."""

from pathlib import Path

import duckdb
import pytest

from pipelines.access import shown_to
from pipelines.serve.errors import ServeError
from pipelines.serve.files import Files
from pipelines.serve.loading import load
from pipelines.serve.plan import WHOLE, Part, Reader, Rule, served_tables
from pipelines.serve.setup import setup_sql
from pipelines.serve.stored import rows_of, slices_of, type_of
from pipelines.store.home import Home
from pipelines.trust import load_trust

EVERYBODY = ("academy", "analyst", "governor", "teacher", "trust")


def parts(table: str, audiences: tuple[str, ...] = EVERYBODY) -> dict[str, dict[str, str]]:
    """The parts of a table by name, and how each audience reads them."""
    found = [served for served in served_tables(audiences) if served.table == table]
    return {part.name: {rule.audience: rule.rows for rule in part.rules} for served in found for part in served.parts}


def test_readers_of_the_same_columns_share_a_part_and_pseudonyms_are_one_of_their_own() -> None:
    assert parts("core.fct_attendance_session") == {
        "core_fct_attendance_session": {"academy": "academy", "trust": "all"},
        "core_fct_attendance_session_of_analyst": {"analyst": "all"},
    }
    assert parts("marts.pupil_summary") == {
        "marts_pupil_summary": {"academy": "academy", "trust": "all"},
        "marts_pupil_summary_of_analyst": {"analyst": "all"},
        "marts_pupil_summary_of_teacher": {"teacher": "academy"},
    }


def test_hidden_figures_and_pupils_of_two_academies_are_versions() -> None:
    assert parts("marts.scorecard") == {
        "marts_scorecard": {"academy": "versions", "analyst": "all", "governor": "versions", "trust": "all"}
    }
    assert parts("core.dim_pupil")["core_dim_pupil"] == {"academy": "versions", "trust": "all"}


def test_nothing_is_stored_for_an_audience_that_nobody_is() -> None:
    assert parts("core.dim_pupil", ("governor", "teacher")) == {}
    assert parts("marts.class_list", ("teacher",)) == {"marts_class_list": {"teacher": "academy"}}


def test_every_table_and_column_of_every_audience_is_in_one_part_and_no_other_is() -> None:
    for audience in EVERYBODY:
        found = {
            served.table: [part.columns for part in served.parts for rule in part.rules if rule.audience == audience]
            for served in served_tables(EVERYBODY)
            if audience in served.audiences
        }
        shown = {each.table: [tuple(column.name for column in each.columns)] for each in shown_to(audience) if each.table in found}
        assert found == shown


def test_a_version_that_readers_share_is_stored_once_with_the_numbers_of_its_readers() -> None:
    connection = duckdb.connect()
    for file, value in (("trust", "10.0"), ("reader_1", "null"), ("reader_2", "10.0"), ("reader_3", "null")):
        connection.execute(f"attach ':memory:' as {file}")
        connection.execute(f"create schema {file}.marts")
        connection.execute(f"create table {file}.marts.scorecard as select 'ashby' as academy_id, {value} as value")
    readers = (Reader(1, "governor"), Reader(2, "academy", ("ashby",)), Reader(3, "academy", ("birch",)))
    rules = (Rule("academy", "versions"), Rule("governor", "versions"), Rule("trust", "all"))
    part = Part("marts_scorecard", "marts.scorecard", ("academy_id", "value"), "trust", rules)

    rows = connection.execute(rows_of(part, Files(connection, readers, ()))).fetchall()

    assert WHOLE.number == 0
    assert {(value, tuple(sorted(readers.strip("{}").split(",")))) for _, value, readers in rows} == {
        (10.0, ("0", "2")),
        (None, ("1", "3")),
    }


def test_a_large_part_is_stored_in_slices_of_whole_academies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.serve.stored.ROWS_OF_A_SLICE", 10)
    rows = {"ashby": 4, "birch": 6, "cedar": 1, "dale": 25, "elm": 3}
    part = Part("core_marks", "core.marks", ("academy_id",), "trust", (Rule("trust", "all"),))
    versions = Part("core_marks", "core.marks", ("academy_id",), "trust", (Rule("governor", "versions"),))
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as trust; create schema trust.core; create table trust.core.marks (academy_id varchar)")
    for academy, number in rows.items():
        connection.execute(f"insert into trust.core.marks select '{academy}' from range({number})")

    files = Files(connection, (), (), {}, {("trust", "core.marks"): 39})
    assert [(piece.name, piece.academies, piece.rows) for piece in slices_of(files, part)] == [
        ("core_marks_1", ("ashby", "birch"), 10),
        ("core_marks_2", ("cedar",), 1),
        ("core_marks_3", ("dale",), 25),
        ("core_marks_4", ("elm",), 3),
    ]
    assert slices_of(files, versions) == []
    assert slices_of(Files(connection, (), (), {}, {("trust", "core.marks"): 10}), part) == []
    connection.execute("insert into trust.core.marks values (null)")
    assert slices_of(files, part) == [], "a row of no academy would be in no slice"


def test_types_are_those_of_postgresql_and_an_unknown_one_is_refused() -> None:
    assert type_of("core.a", "b", "VARCHAR") == "text"
    assert type_of("core.a", "b", "DECIMAL(12,4)") == "numeric(12,4)"
    assert type_of("core.a", "b", "HUGEINT") == "numeric(38,0)"
    with pytest.raises(ServeError, match="has the column b of type STRUCT"):
        type_of("core.a", "b", "STRUCT(x INTEGER)")


def test_a_trust_without_logins_or_with_the_name_of_a_group_is_not_served(tmp_path: Path) -> None:
    file = tmp_path / "trust.yml"
    academies = "academies: [{id: ashby, name: Ashby, phase: primary, mis: matlas}]\n"
    for access, said in (("", "names no login"), ("access: {logins: {matlas_trust: {audience: trust}}}\n", "matlas_trust")):
        file.write_text("trust: {name: Small}\n" + academies + access, encoding="utf-8")
        with pytest.raises(ServeError, match=said):
            load(Home(tmp_path), load_trust(file), "postgresql://nobody@127.0.0.1:1/none", 120, lambda _table, _rows: None)


def test_the_setup_makes_what_is_missing_and_no_password() -> None:
    said = setup_sql({})

    assert said.count("where not exists") == 7  # the loader, five groups, the database
    assert "password '" not in said.lower()
    assert '\'create role "matlas_academy" nologin admin "matlas_loader"\'' in said
