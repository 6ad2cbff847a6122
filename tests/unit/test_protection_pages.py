"""Periods of retention, and the record of processing: what is past its time, and what every delivered column is for.

Not here: people and their rows (test_erasing.py).
"""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from pipelines.protection.dpia import page
from pipelines.protection.processing import processed
from pipelines.protection.retaining import Overdue, overdue
from pipelines.retention import Retention
from pipelines.sources import contract
from pipelines.store.home import Home
from pipelines.trust import TrustConfigError, load_trust

TRUST = """
trust: {name: Alder Vale Learning Trust}
academies: [{id: ashby, name: Ashby Academy, phase: secondary, mis: sims}]
"""


def trust_file(folder: Path, more: str = "") -> Path:
    path = folder / "trust.yml"
    path.write_text(TRUST + more, encoding="utf-8")
    return path


def test_periods_have_defaults_and_a_wrong_one_is_told_with_its_line(tmp_path: Path) -> None:
    assert load_trust(trust_file(tmp_path)).retention == Retention(registers_years=6, pupil_age=25, sen_age=31, staff_years=6)
    assert load_trust(trust_file(tmp_path, "retention: {pupil_age: 26}\n")).retention.pupil_age == 26
    with pytest.raises(TrustConfigError, match=r"line 4: `retention → pupil_age`"):
        load_trust(trust_file(tmp_path, "retention: {pupil_age: old}\n"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A warehouse of six people: A is 25 since the spring, B a day too young, C had SEN, D is on roll; X left in 2018, Y later."""
    home = Home(tmp_path)
    home.published.mkdir()
    with duckdb.connect(str(home.published_file)) as connection:
        connection.execute("""
            create schema core;
            create table core.dim_pupil as
            select * from (values ('A', date '2000-03-01'), ('B', date '2000-09-02'), ('C', date '2000-03-01'), ('D', date '1990-01-01'))
                as pupil (pupil_key, date_of_birth);
            create table core.bridge_pupil_source as
            select 'ashby' as academy_id, 'number ' || pupil_key as source_pupil_id, pupil_key from core.dim_pupil;
            create table core.fct_enrolment as
            select 'ashby' as academy_id, spell.* from (values
                ('A', date '2018-07-20', cast(null as varchar)), ('A', date '2017-07-20', 'N'), ('B', date '2018-07-20', 'N'),
                ('C', date '2018-07-20', 'K'), ('D', date '2018-07-20', null), ('D', null, null)
            ) as spell (pupil_key, leaving_date, sen_provision_code);
            create table core.fct_attendance_session as
            select 'ashby' as academy_id, mark.* from (values ('A', 201718), ('A', 201718), ('B', 201718), ('A', 201920))
                as mark (pupil_key, time_period);
            create table core.bridge_staff_source as
            select 'ashby' as academy_id, 'T' || key as source_staff_id, key as staff_key from (values ('X'), ('Y')) as one (key);
            create table core.fct_staff_contract as
            select 'ashby' as academy_id, contract.* from (values ('X', date '2018-08-31'), ('Y', date '2018-08-31'),
                ('Y', date '2020-08-31'))
                as contract (staff_key, end_date);
        """)
        for name in ("attendance_week", "behaviour_event", "suspension", "assessment_result", "club_membership", "parent_event"):
            connection.execute(f"create table core.fct_{name} (academy_id text, pupil_key text, time_period int)")
        for name in ("staff_absence", "cpd"):
            connection.execute(f"create table core.fct_{name} (academy_id text, staff_key text)")
    return home


def test_what_is_past_its_period_is_counted_by_kind_academy_and_year(home: Home, tmp_path: Path) -> None:
    people = tmp_path / "people.txt"
    assert overdue(home, Retention(), dt.date(2025, 9, 1), people) == [
        Overdue("colleagues", "ashby", 201819, 1, 1),
        Overdue("pupils", "ashby", 201718, 1, 5),
        Overdue("registers", "ashby", 201718, 2, 3),
    ]
    assert people.read_text(encoding="utf-8") == "pupil ashby:number A\nstaff ashby:TX\n"
    assert people.stat().st_mode & 0o777 == 0o600
    older = overdue(home, Retention(), dt.date(2031, 3, 1))
    assert [(each.kind, each.people) for each in older if each.kind.startswith("pupils")] == [
        ("pupils", 2),
        ("pupils with special educational needs", 1),
    ]


def test_every_delivered_column_is_in_the_record_with_its_class_and_period(tmp_path: Path) -> None:
    file = trust_file(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + "\naccess: {audiences: [analyst, academy]}\n", encoding="utf-8")
    trust = load_trust(file)
    rows = {(row.entity, row.column.name): row for row in processed(trust)}
    assert len(rows) == sum(len(entity.columns) for entity in contract().entities.values())
    surname = rows["pupil", "legal_surname"]
    assert surname.delivered_by == ["matlas", "sims"], "of the systems that this trust has, and the files that any academy may deliver"
    assert {"marts.class_list", "marts.pupil_summary", "core.dim_pupil"} <= set(surname.shown_in)
    assert surname.readers == ["trust", "academy"], "an analyst knows nobody by name"
    assert rows["pupil", "date_of_birth"].readers == ["trust", "analyst", "academy"]
    assert "attendance_rate" in rows["attendance_mark", "mark_code"].measures
    assert rows["attendance_mark", "mark_code"].kept == "6 years after the academic year"
    assert rows["staff", "sex"].kept == "6 years after the last contract"


def test_the_page_fetches_nothing_and_names_every_column(tmp_path: Path) -> None:
    text = page(load_trust(trust_file(tmp_path)), dt.date(2026, 1, 5))
    assert "Alder Vale Learning Trust" in text
    assert "://" not in text
    for entity in contract().entities.values():
        for column in entity.columns:
            assert f"<td>{column.name}</td>" in text
