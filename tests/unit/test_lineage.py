"""How a query is read: what each column is made of, and in which way; and when a kept lineage is still that of the models."""

from pathlib import Path

import pytest

from expectations import lineage
from expectations.lineage import Column, changed_files, read_lineage, write_lineage
from pipelines.lineage.reading import read

TABLES = {"core": {"mark": ["pupil", "day", "code", "amount"], "pupil": ["pupil", "surname", "born"]}}


def columns(sql: str) -> dict[str, dict[str, str]]:
    return {name: {".".join(of): how for of, how in sources.items()} for name, sources in read(sql, TABLES).columns.items()}


def test_a_value_is_followed_through_expressions_and_every_column_of_a_star() -> None:
    sql = """
        with marks as (select * from core.mark), named as (
            select marks.*, pupils.surname from marks inner join core.pupil as pupils on marks.pupil = pupils.pupil
        )
        select day, coalesce(upper(surname), code) as who from named
    """
    assert columns(sql) == {"day": {"core.mark.day": "copied"}, "who": {"core.pupil.surname": "copied", "core.mark.code": "copied"}}


@pytest.mark.parametrize(
    ("expression", "how"),
    [
        ("surname", "copied"),
        ("concat('Pupil ', surname)", "copied"),
        ("min(surname)", "copied"),
        ("case when true then surname end", "copied"),
        ("first_value(surname) over (order by 1)", "copied"),
        ("case when surname = 'x' then 1 end", "decided"),
        ("case surname when 'x' then 1 end", "decided"),
        ("surname is null", "decided"),
        ("row_number() over (order by surname)", "decided"),
        ("count(*) filter (where surname = 'x')", "decided"),
        ("count(surname)", "counted"),
        ("count_if(surname = 'x')", "counted"),
        ("sum(length(surname)) over ()", "counted"),
        ("bool_or(surname = 'x')", "counted"),
    ],
)
def test_a_column_is_seen_counted_or_only_asked_about(expression: str, how: str) -> None:
    assert columns(f"select {expression} as found from core.pupil") == {"found": {"core.pupil.surname": how}}


def test_of_several_ways_the_one_that_shows_most_counts_and_of_several_steps_the_one_that_shows_least() -> None:
    both = "select case when surname = 'x' then 'y' else surname end as found from core.pupil"
    after = "with seen as (select count(surname) as many from core.pupil) select many as found from seen"
    union = "select count(surname) as found from core.pupil union all select surname from core.pupil"

    assert columns(both) == {"found": {"core.pupil.surname": "copied"}}
    assert columns(after) == {"found": {"core.pupil.surname": "counted"}}
    assert columns(union) == {"found": {"core.pupil.surname": "copied"}}


def test_what_decides_about_the_rows_belongs_to_the_table() -> None:
    reading = read("select pupil from core.mark where code = '/' group by pupil having max(amount) > 1 order by day", TABLES)

    assert reading.columns == {"pupil": {("core.mark", "pupil"): "copied"}}
    assert {column for _, column in reading.rows} == {"code", "pupil", "amount", "day"}


@pytest.mark.parametrize(
    ("sql", "measures"),
    [
        ("select 'roll' as measure_id, amount as numerator from core.mark", {"roll"}),
        ("select 'roll' as measure_id, pupil from core.mark", set()),  # a list of measures, and no figure of them
        ("select case code when 'a' then 'one_pct' else 'two_pct' end as measure_id, 1 as value from core.mark", {"one_pct", "two_pct"}),
        (
            "with a as (select *, concat(code, '_pct') as measure_id from core.mark) select measure_id, sum(amount) as value from a",
            {"%_pct"},
        ),
        ("with a as (select 'one' as m union all select 'two') select m as measure_id, 1 as denominator from a", {"one", "two"}),
        ("select code as measure_id, amount as value from core.mark", set()),  # what a table calls them
    ],
)
def test_a_measure_is_made_where_its_name_is_written_beside_a_figure(sql: str, measures: set[str]) -> None:
    assert read(sql, TABLES).measures == measures


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of one model, and a lineage that was just made of it."""
    for name, text in {
        "models/a.sql": "select 1 as one  -- first\n",
        "models/a.yml": "models:\n  - name: a\n    description: one\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(lineage, "PROJECT_ROOT", tmp_path)
    monkeypatch.setattr(lineage, "COLUMNS_FILE", tmp_path / "lineage.csv")
    monkeypatch.setattr(lineage, "OF_FILE", tmp_path / "lineage_of.csv")
    write_lineage([Column("core.a", "one", "open", copied=("core.b.one", "core.c.two"), measures=("roll",))])
    return tmp_path


def test_what_is_kept_is_read_again(project: Path) -> None:
    assert read_lineage() == [Column("core.a", "one", "open", copied=("core.b.one", "core.c.two"), measures=("roll",))]
    assert changed_files() == []


def test_a_remark_a_description_and_a_new_line_change_nothing(project: Path) -> None:
    (project / "models/a.sql").write_text("-- another remark\nselect\n    1 as one\n{# and one of jinja #}")
    (project / "models/a.yml").write_text("models:\n  - name: a\n    description: another\n")
    (project / "dbt_project/tests").mkdir(parents=True)
    (project / "dbt_project/tests/a_test.sql").write_text("select 1")

    assert changed_files() == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("models/a.sql", "select 2 as one"),
        ("models/a.yml", "models:\n  - name: b\n"),
        ("models/a.yml", "models:\n  - name: a\n    config: {meta: {privacy: personal}}\n"),
        ("models/b.sql", "select 1 as one"),
        ("dbt_project/a.sql", "{% macro more() %}"),
    ],
)
def test_another_query_name_or_privacy_class_is_told_by_its_file(project: Path, name: str, text: str) -> None:
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text(text)

    assert changed_files() == [name]


def test_a_file_that_is_gone_is_told(project: Path) -> None:
    (project / "models/a.sql").unlink()

    assert changed_files() == ["models/a.sql"]
