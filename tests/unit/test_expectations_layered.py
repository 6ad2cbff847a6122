"""The checks on our own design: lineages in which they fail with exactly the planted count, and today's, in which they pass."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import lineage
from expectations.dq_schema import TABLES
from expectations.lineage import Column, read_lineage, write_lineage
from expectations.steering_schema import STEERING
from pipelines.access import shown_to
from tests.helpers.manifest import Batch, deliver
from tests.helpers.warehouse import Warehouse, outcome

TODAY = read_lineage()
OTHERS = ("academy", "teacher", "analyst", "governor")
TRUST_ALONE = dict.fromkeys(("ashby", "brook", "croft"), ("not_applicable", 0, 0))


pytestmark = pytest.mark.usefixtures("quick_judgement")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test keeps a lineage of its own."""
    monkeypatch.setattr(lineage, "COLUMNS_FILE", tmp_path / "lineage.csv")
    monkeypatch.setattr(lineage, "OF_FILE", tmp_path / "lineage_of.csv")
    shown_to.cache_clear()
    yield tmp_path
    shown_to.cache_clear()


def with_columns(*changed: Column) -> Iterable[Column]:
    """Today's lineage, these columns in place of their like or beside them."""
    by_name = {(each.table, each.column): each for each in [*TODAY, *changed]}
    return by_name.values()


def column(name: str) -> Column:
    table, _, column_name = name.rpartition(".")
    return next(each for each in TODAY if (each.table, each.column) == (table, column_name))


def published_columns(warehouse: Warehouse) -> int:
    with duckdb.connect(str(warehouse.home.candidate), read_only=True) as candidate:
        counted = candidate.execute("select count(*) from information_schema.columns where table_schema <> 'dq'").fetchone()
    return (counted[0] if counted else 0) + sum(len(each.columns) for each in (*TABLES, *STEERING))


def read_columns(warehouse: Warehouse) -> int:
    """What is judged: every column of the trust's file, and those that each other audience reads of its tables."""
    with duckdb.connect(str(warehouse.home.candidate), read_only=True) as candidate:
        found = candidate.execute("select table_schema || '.' || table_name, column_name from information_schema.columns").fetchall()
    there = {*found, *((table.full_name, each.name) for table in (*TABLES, *STEERING) for each in table.columns)}
    shown = [(each.table, column.name) for audience in OTHERS for each in shown_to(audience) for column in each.columns]
    return published_columns(warehouse) + sum(each in there for each in shown)


def said(warehouse: Warehouse, check_id: str) -> list[str]:
    return [what for (what,) in warehouse.published(f"select what from dq.work_list where check_id = '{check_id}' order by all")]


def test_todays_models_are_those_of_the_lineage_and_keep_every_rule(warehouse: Warehouse) -> None:
    summary = warehouse.check()

    assert outcome(summary, "lineage_outdated") == {**TRUST_ALONE, "trust": ("pass", 1, 0)}
    assert outcome(summary, "private_column_escapes") == {**TRUST_ALONE, "trust": ("pass", read_columns(warehouse), 0)}
    assert outcome(summary, "not_recreated")["trust"][0] == "pass"
    assert not summary.must_stop


def test_a_lineage_of_other_models_stops_the_run_and_says_what_to_do(warehouse: Warehouse, kept: Path) -> None:
    write_lineage(TODAY)
    file = kept / "lineage_of.csv"
    file.write_text(file.read_text().replace("models/marts/scorecard.sql,", "models/marts/scorecard.sql,0"))
    summary = warehouse.check()

    assert outcome(summary, "lineage_outdated") == {**TRUST_ALONE, "trust": ("fail", 1, 1)}
    assert [each for each in summary.stop_sentences() if "make lineage" in each]
    assert said(warehouse, "lineage_outdated") == ["changed since the lineage was read: models/marts/scorecard.sql"]


def test_a_column_that_nobody_described_does_not_pass(warehouse: Warehouse) -> None:
    warehouse.execute("marts.scorecard", "alter table marts.scorecard add column legal_surname string")
    warehouse.execute("marts.scorecard", "create table marts.more as select 1 as one, 2 as two")

    assert outcome(warehouse.check(), "private_column_escapes")["trust"] == ("fail", read_columns(warehouse), 3)
    assert said(warehouse, "private_column_escapes") == [
        "marts.more.one has no privacy class",
        "marts.more.two has no privacy class",
        "marts.scorecard.legal_surname has no privacy class",
    ]


@pytest.mark.parametrize(
    ("name", "privacy"),
    [("marts.scorecard.value", "personal"), ("marts.class_list.is_eal", "safeguarding"), ("ref.measure.domain", "staff")],
)
def test_a_column_of_a_class_that_its_table_may_not_hold_escapes(warehouse: Warehouse, kept: Path, name: str, privacy: str) -> None:
    write_lineage(with_columns(replace(column(name), privacy=privacy)))

    assert outcome(warehouse.check(), "private_column_escapes")["trust"] == ("fail", read_columns(warehouse), 1)
    assert said(warehouse, "private_column_escapes") == [f"{name} is {privacy}, which this table may not hold"]


def test_a_name_is_followed_to_a_column_that_is_called_open(warehouse: Warehouse, kept: Path) -> None:
    way = Column("measures.measure_figure", "unit", "open", copied=("std.std_pupil.legal_surname",))
    end = replace(column("marts.measure_value.phase"), copied=("measures.measure_figure.unit",))
    counted = replace(column("marts.measure_value.level"), counted=("std.std_pupil.legal_surname",), copied=())
    decided = replace(column("marts.measure_value.breakdown"), decided=("std.std_pupil.legal_surname",), copied=())
    write_lineage(with_columns(way, end, counted, decided))

    # once for each audience that reads it: academy, analyst, governor, trust
    assert outcome(warehouse.check(), "private_column_escapes")["trust"] == ("fail", read_columns(warehouse), 4)
    escaped = "marts.measure_value.phase is called open and shows what was delivered of people"
    assert said(warehouse, "private_column_escapes") == [escaped] * 4


def test_a_name_is_followed_to_a_column_that_readers_of_pseudonyms_have_as_it_is(warehouse: Warehouse, kept: Path) -> None:
    write_lineage(
        with_columns(
            replace(column("marts.pupil_summary.sex"), copied=("std.std_pupil.legal_surname",)),
            replace(column("marts.pupil_summary.legal_forename"), copied=("std.std_pupil.legal_surname",)),  # not shown to them
            replace(column("marts.pupil_summary.reg_group"), copied=("std.std_pupil.legal_surname",)),  # a pseudonym there
        )
    )
    assert outcome(warehouse.check(), "private_column_escapes")["trust"] == ("fail", read_columns(warehouse), 1)
    subjects = warehouse.published("select subject from dq.work_list where check_id = 'private_column_escapes'")
    assert subjects == [("marts.pupil_summary.sex for the audience analyst",)]


def test_a_figure_that_a_mart_counts_by_itself_is_recreated(warehouse: Warehouse, kept: Path) -> None:
    fact = "core.fct_attendance_session.is_attending"
    write_lineage(
        with_columns(
            replace(column("marts.scorecard.value"), copied=("benchmarks.own_way.value",)),
            Column("benchmarks.own_way", "value", "open", counted=(fact,)),
            replace(column("marts.scorecard.trust_value"), copied=("ref.benchmark.value",)),
            replace(column("marts.pupil_summary.attending_sessions"), counted=(fact,), copied=()),
            replace(column("marts.pupil_summary.reg_group"), copied=(fact,)),  # described by a fact, not counted from it
        )
    )
    checked = outcome(warehouse.check(), "not_recreated")["trust"]

    assert checked[0] == "fail"
    assert checked[2] == 7
    assert said(warehouse, "not_recreated") == [
        "marts.governor_summary.figure_in_words counts facts itself, and not through models/measures",
        "marts.governor_summary.sentence counts facts itself, and not through models/measures",
        "marts.governor_summary.trust_value does not come from measures.measure_figure",
        "marts.governor_summary.value is counted from the facts beside measures.measure_figure",
        "marts.pupil_summary.attending_sessions counts facts itself, and not through models/measures",
        "marts.scorecard.trust_value does not come from measures.measure_figure",
        "marts.scorecard.value is counted from the facts beside measures.measure_figure",
    ]


def measure(measure_id: str, **more: Any) -> dict[str, Any]:
    words = {"definition": "How many came.", "why_we_value_it": "We like to see them."}
    return {"measure_id": measure_id, "domain": "attendance", "unit": "%", "direction": "higher", **words, **more}


def test_a_measure_is_defined_once_and_made_in_one_place(warehouse: Warehouse) -> None:
    assert outcome(warehouse.check(), "same_definition") == {**TRUST_ALONE, "trust": ("not_applicable", 0, 0)}

    warehouse.add("ref.measure", *(measure(each) for each in ("attendance_rate", "pupil_voice_pct", "phonics_y1_pct", "attainment8")))
    shown = {"academy_id": "ashby", "measure_id": "attendance_rate", "domain": "attendance", "unit": "%", "direction": "higher"}
    warehouse.add("marts.scorecard", shown)
    assert outcome(warehouse.check(), "same_definition")["trust"] == ("pass", 4, 0)

    warehouse.add("ref.measure", measure("attainment8", domain="achievement"), measure("made_up_pct"))
    warehouse.add("marts.scorecard", {**shown, "direction": "lower"})
    assert outcome(warehouse.check(), "same_definition")["trust"] == ("fail", 5, 3)
    assert said(warehouse, "same_definition") == [
        "attainment8 is described 2 times in ref.measure",
        "attendance_rate has another domain, unit or direction on the scorecard",
        "made_up_pct is made nowhere",
    ]


def test_a_second_model_that_makes_a_measure_is_found(warehouse: Warehouse, kept: Path) -> None:
    write_lineage(with_columns(Column("marts.scorecard", "*", measures=("late_rate",)), Column("marts.funnel", "*", measures=("roll%",))))
    warehouse.add("ref.measure", *(measure(each) for each in ("attendance_rate", "late_rate", "roll_subsidiary")))

    assert outcome(warehouse.check(), "same_definition")["trust"] == ("fail", 3, 2)
    assert said(warehouse, "same_definition") == [
        "late_rate is made in 2 places: marts.scorecard, measures.measure_attendance",
        "roll_subsidiary is made in 2 places: marts.funnel, measures.measure_context",
    ]


def test_a_column_that_is_asked_for_and_read_nowhere_is_a_burden(warehouse: Warehouse, kept: Path) -> None:
    unread = [
        replace(each, copied=(), decided=(), counted=()) if "legal_forename" in " ".join(each.copied) and each.table[:3] != "std" else each
        for each in TODAY
    ]
    write_lineage(unread)
    deliver(warehouse.home, Batch("ashby", "pupil"), Batch("brook", "attendance_mark"))
    found = outcome(warehouse.check(), "unused_column")

    assert found["brook"] == ("pass", 5, 0)  # pupil, date, session, mark, minutes late
    assert found["croft"] == ("not_applicable", 0, 0)
    assert (found["ashby"][0], found["ashby"][2]) == ("fail", 1)
    assert said(warehouse, "unused_column") == ["pupil.legal_forename is asked for by the profile matlas and read nowhere"]


def test_the_words_of_a_measure_are_judged_as_a_governor_reads_them(warehouse: Warehouse) -> None:
    hard = "Utilisation of multi-agency safeguarding arrangements necessitates comprehensive documentation."
    assert outcome(warehouse.check(), "no_plain_words")["trust"] == ("not_applicable", 0, 0)

    warehouse.add("ref.measure", measure("attendance_rate"))
    assert outcome(warehouse.check(), "no_plain_words") == {**TRUST_ALONE, "trust": ("pass", 1, 0)}

    warehouse.add("ref.measure", measure("late_rate", definition=hard), measure("roll", why_we_value_it=hard))
    warehouse.add("ref.measure", measure("eal_pct", definition=None), measure("fsm_pct", definition=" … "))
    assert outcome(warehouse.check(), "no_plain_words")["trust"] == ("fail", 5, 4)
