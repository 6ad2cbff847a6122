"""Every check on the built tables: an academy where it fails with exactly the planted count, one where it passes, one with nothing to
judge."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.catalogue import CHECKS, check
from expectations.check import Check
from tests.helpers.warehouse import Warehouse, outcome

YEAR = 202526
BAD, GOOD, NOTHING = "ashby", "brook", "croft"
DAY = date(2025, 11, 3)


@pytest.fixture
def warehouse(tmp_path: Path, quick_judgement: None) -> Warehouse:
    return Warehouse(tmp_path)


@pytest.fixture
def judged_by_great_expectations(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


def pupil(academy_id: str, source_pupil_id: str, **more: Any) -> dict[str, Any]:
    values = {"time_period": YEAR, "delivered_order": 1, "is_vanished": False, "is_upn_valid": True, "last_delivered_on": DAY}
    return {"academy_id": academy_id, "source_pupil_id": source_pupil_id, **values, **more}


def mark(academy_id: str, source_pupil_id: str, day: date, code: str | None = "/", session: str = "AM") -> dict[str, Any]:
    return {
        "academy_id": academy_id,
        "source_pupil_id": source_pupil_id,
        "session_date": day,
        "session": session,
        "mark_code": code,
        "time_period": YEAR,
    }


def on_roll(academy_id: str, source_pupil_id: str, first: date, last: date) -> dict[str, Any]:
    return {"academy_id": academy_id, "source_pupil_id": source_pupil_id, "time_period": YEAR, "first_day": first, "last_day": last}


def figure(academy_id: str, measure_id: str, numerator: int, denominator: int, **more: Any) -> dict[str, Any]:
    return {
        "level": "academy",
        "academy_id": academy_id,
        "phase": "primary",
        "time_period": YEAR,
        "period_type": "year_to_date",
        "period_start": date(2025, 8, 1),
        "breakdown_topic": "all",
        "breakdown": "all",
        "measure_id": measure_id,
        "numerator": numerator,
        "denominator": denominator,
        **more,
    }


def test_a_mark_outside_every_spell_is_redundant_to_the_day(warehouse: Warehouse) -> None:
    for academy_id in (BAD, GOOD):
        warehouse.add("std.std_pupil", pupil(academy_id, "1"))
        warehouse.add("core.bridge_enrolment_day_range", on_roll(academy_id, "1", DAY, date(2025, 11, 7)))
        warehouse.add(
            "std.std_attendance_mark",
            mark(academy_id, "1", DAY),  # the entry day
            mark(academy_id, "1", date(2025, 11, 7)),  # the leaving day
        )
    warehouse.add(
        "std.std_attendance_mark",
        mark(BAD, "1", date(2025, 11, 2)),
        mark(BAD, "1", date(2025, 11, 8)),
        mark(BAD, "1", date(2025, 11, 8), code=None, session="PM"),  # a blank is no mark
        mark(BAD, "1", date(2026, 2, 2)),  # after the as-of date
        mark(BAD, "orphan", DAY),  # another check's
    )
    assert outcome(warehouse.check(), "redundant_mark") == {BAD: ("fail", 5, 2), GOOD: ("pass", 2, 0), NOTHING: ("not_applicable", 0, 0)}


def test_a_weekly_count_outside_every_spell_is_redundant_by_its_sessions(warehouse: Warehouse) -> None:
    week = {"academy_id": BAD, "source_pupil_id": "1", "mark_code": "/", "time_period": YEAR}
    warehouse.add("std.std_pupil", pupil(BAD, "1"))
    warehouse.add("core.bridge_enrolment_day_range", on_roll(BAD, "1", date(2025, 11, 7), date(2025, 11, 7)))
    warehouse.add(
        "std.std_attendance_week",
        {**week, "week_start_date": DAY, "sessions": 2},  # its Friday is the spell's only day
        {**week, "week_start_date": date(2025, 11, 10), "sessions": 8},
    )
    assert outcome(warehouse.check(), "redundant_mark")[BAD] == ("fail", 10, 8)


def test_a_code_is_out_of_date_the_day_after_its_last_and_the_day_before_its_first(warehouse: Warehouse) -> None:
    last, first = date(2024, 8, 18), date(2024, 8, 19)
    warehouse.add(
        "std.std_attendance_mark",
        mark(BAD, "1", first, "H"),
        mark(BAD, "2", last, "Q"),
        mark(BAD, "2", date(2024, 8, 17), "Q"),
        mark(BAD, "3", first, "/"),
        mark(GOOD, "1", last, "H"),
        mark(GOOD, "2", first, "Q"),
        mark(NOTHING, "1", first, None),
    )
    assert outcome(warehouse.check(), "code_out_of_date") == {BAD: ("fail", 4, 3), GOOD: ("pass", 2, 0), NOTHING: ("not_applicable", 0, 0)}


def test_a_weekly_code_out_of_date_counts_its_sessions(warehouse: Warehouse) -> None:
    week = {"academy_id": BAD, "source_pupil_id": "1", "mark_code": "H", "time_period": 202425}
    warehouse.add(
        "std.std_attendance_week",
        {**week, "week_start_date": date(2024, 8, 12), "sessions": 3},
        {**week, "week_start_date": date(2024, 8, 19), "sessions": 4},
    )
    assert outcome(warehouse.check(), "code_out_of_date")[BAD] == ("fail", 7, 4)


def test_an_invalid_upn_counts_once_for_each_pupil_of_the_newest_export(warehouse: Warehouse) -> None:
    warehouse.add(
        "std.std_pupil",
        pupil(BAD, "1", upn="Q207000016049", is_upn_valid=False),
        pupil(BAD, "1", upn="Q207000016049", is_upn_valid=False, time_period=202425),
        pupil(BAD, "2", upn="P207000016049"),
        pupil(BAD, "3", upn="Q1", is_upn_valid=False, is_vanished=True),  # put right by taking it away
        pupil(BAD, "4", upn=None, is_upn_valid=False),
        pupil(GOOD, "1", upn="P207000016049"),
        pupil(GOOD, "2", upn="Q1", is_upn_valid=False, time_period=202425),  # corrected since
        pupil(GOOD, "2", upn="B801200005001"),
        pupil(NOTHING, "1", upn=None, is_upn_valid=False),
    )
    assert outcome(warehouse.check(), "upn_invalid") == {BAD: ("fail", 2, 1), GOOD: ("pass", 2, 0), NOTHING: ("not_applicable", 0, 0)}


def test_a_upn_is_shared_inside_one_academy_only(judged_by_great_expectations: Warehouse) -> None:
    shared = "P207000016049"
    judged_by_great_expectations.add(
        "std.std_pupil",
        pupil(BAD, "1", upn=shared),
        pupil(BAD, "2", upn=shared),
        pupil(BAD, "3", upn="B801200005001"),
        pupil(GOOD, "1", upn=shared),  # a mover
        pupil(GOOD, "2", upn="B801200005001", is_vanished=True),
        pupil(GOOD, "3", upn="B801200005001"),
    )
    summary = judged_by_great_expectations.check()
    assert outcome(summary, "upn_duplicate") == {BAD: ("fail", 3, 2), GOOD: ("pass", 2, 0), NOTHING: ("not_applicable", 0, 0)}


def test_a_temporary_upn_is_old_on_the_91st_day_after_entry(warehouse: Warehouse) -> None:
    """The newest exports are of 3 November 2025, 90 days after 5 August; the as-of date is in January 2026."""
    temporary = "M80120000500A"

    def spell(academy_id: str, number: str, entry: date, **more: Any) -> dict[str, Any]:
        return {"academy_id": academy_id, "source_pupil_id": number, "entry_date": entry, "is_vanished": False, **more}

    warehouse.add(
        "std.std_pupil",
        *(pupil(BAD, number, upn=temporary) for number in ("1", "2", "4", "5", "6")),
        pupil(BAD, "3", upn="P207000016049"),
        pupil(BAD, "7", upn="Z80120000500A", is_upn_valid=False),  # upn_invalid says so
        pupil(GOOD, "1", upn=temporary, time_period=202425),
        pupil(GOOD, "1", upn="B801200005001"),  # given a permanent one since
        pupil(NOTHING, "1", upn=None, is_upn_valid=False),
    )
    warehouse.add(
        "std.std_enrolment",
        spell(BAD, "1", date(2025, 8, 4)),
        spell(BAD, "2", date(2025, 8, 5)),
        spell(BAD, "3", date(2020, 9, 1)),
        spell(BAD, "4", date(2025, 1, 6), leaving_date=date(2025, 12, 19)),  # has left
        spell(BAD, "4", date(2026, 1, 19)),  # and comes again after the as-of date
        spell(BAD, "5", date(2025, 1, 6), enrolment_status_code="G"),
        spell(BAD, "6", date(2025, 1, 6), leaving_date=date(2025, 7, 18)),  # came back in September
        spell(BAD, "6", date(2025, 9, 2), enrolment_status_code="M"),
        spell(BAD, "7", date(2025, 1, 6)),
        spell(GOOD, "1", date(2024, 9, 3)),
        spell(NOTHING, "1", date(2024, 9, 3)),
    )

    assert outcome(warehouse.check(), "upn_temporary_old") == {BAD: ("fail", 5, 1), GOOD: ("pass", 1, 0), NOTHING: ("not_applicable", 0, 0)}
    assert warehouse.published("select source_pupil_id, what from dq.work_list where check_id = 'upn_temporary_old'") == [
        ("1", "the UPN is a temporary one, 91 days after entry on 2025-08-04")
    ]


def test_a_vanished_pupil_counts_once_with_all_spells_and_a_vanished_spell_of_a_present_pupil_once(warehouse: Warehouse) -> None:
    spell = {"entry_date": date(2025, 9, 2), "last_delivered_on": DAY}
    warehouse.add(
        "std.std_pupil",
        pupil(BAD, "1", is_vanished=True),
        pupil(BAD, "2"),
        pupil(GOOD, "1", is_vanished=True, time_period=202425),  # came back
        pupil(GOOD, "1"),
    )
    warehouse.add(
        "std.std_enrolment",
        {"academy_id": BAD, "source_pupil_id": "1", "is_vanished": True, **spell},
        {"academy_id": BAD, "source_pupil_id": "2", "is_vanished": True, **spell},
        {"academy_id": BAD, "source_pupil_id": "2", "is_vanished": False, **spell, "entry_date": DAY},
        {"academy_id": GOOD, "source_pupil_id": "1", "is_vanished": False, **spell},
    )
    summary = warehouse.check()
    assert outcome(summary, "vanished") == {BAD: ("fail", 4, 2), GOOD: ("pass", 2, 0), NOTHING: ("not_applicable", 0, 0)}


def test_a_year_described_by_another_years_export_is_information(warehouse: Warehouse) -> None:
    enrolment = {"time_period": YEAR, "enrolment_key": "e"}
    warehouse.add(
        "core.fct_enrolment",
        {**enrolment, "academy_id": BAD, "is_backfilled": True},
        {**enrolment, "academy_id": BAD, "is_backfilled": True, "time_period": 202425},
        {**enrolment, "academy_id": BAD, "is_backfilled": False},
        {**enrolment, "academy_id": GOOD, "is_backfilled": False},
    )
    summary = warehouse.check()
    assert outcome(summary, "characteristics_backfilled") == {
        BAD: ("fail", 3, 2),
        GOOD: ("pass", 1, 0),
        NOTHING: ("not_applicable", 0, 0),
    }
    assert not any(each.is_serious for each in summary.results if each.check_id == "characteristics_backfilled")


def test_an_academy_is_stale_as_the_run_says_and_only_while_it_is_in_the_trust(warehouse: Warehouse) -> None:
    warehouse.add(
        "run.academy",
        {"academy_id": BAD, "is_stale": True, "last_delivered_on": DAY},
        {"academy_id": GOOD, "is_stale": False, "last_delivered_on": date(2026, 1, 16)},
        {"academy_id": NOTHING, "is_stale": True, "left_on": date(2026, 1, 15)},
    )
    assert outcome(warehouse.check(), "stale_academy") == {BAD: ("fail", 1, 1), GOOD: ("pass", 1, 0), NOTHING: ("not_applicable", 0, 0)}


def missing(academy_id: str, pupil_key: str, sessions: int, **more: Any) -> dict[str, Any]:
    values = {"period_number": 1, "is_aged_5_to_15": True, "time_period": YEAR, "register": 100}
    return {"academy_id": academy_id, "pupil_key": pupil_key, "missing": sessions, **values, **more}


def test_marks_are_missing_over_two_per_cent_of_a_year_and_not_at_two(warehouse: Warehouse) -> None:
    warehouse.add(
        "marts.measure_value",
        figure(BAD, "missing_mark_rate", 21, 1000),
        figure(BAD, "missing_mark_rate", 500, 1000, breakdown_topic="sex", breakdown="F"),
        figure(BAD, "missing_mark_rate", 500, 1000, period_type="week"),
        figure(BAD, "missing_mark_rate", 1, 1000, time_period=202425),
        figure(GOOD, "missing_mark_rate", 20, 1000),
    )
    warehouse.add(
        "measures.measure_period",
        {"academy_id": BAD, "time_period": YEAR, "period_number": 1, "period_type": "year_to_date"},
        {"academy_id": BAD, "time_period": YEAR, "period_number": 2, "period_type": "half_term"},
        {"academy_id": BAD, "time_period": 202425, "period_number": 3, "period_type": "year_to_date"},
        {"academy_id": GOOD, "time_period": YEAR, "period_number": 1, "period_type": "year_to_date"},
    )
    warehouse.add(
        "measures.count_pupil_attendance",
        missing(BAD, "p", 20),
        missing(BAD, "q", 1),
        missing(BAD, "r", 0),
        missing(BAD, "sixth_former", 9, is_aged_5_to_15=False),
        missing(BAD, "p", 7, period_number=2),
        missing(BAD, "p", 1, time_period=202425, period_number=3),
        missing(GOOD, "p", 20),
    )
    warehouse.add("core.bridge_pupil_source", *({"academy_id": BAD, "source_pupil_id": each, "pupil_key": "p"} for each in ("1", "2")))
    assert outcome(warehouse.check(), "missing_marks") == {
        BAD: ("fail", 2000, 21),
        GOOD: ("pass", 1000, 0),
        NOTHING: ("not_applicable", 0, 0),
    }
    assert warehouse.published("select source_pupil_id, what, failed from dq.work_list where check_id = 'missing_marks'") == [
        ("1", "20 of 100 sessions of 202526 have no mark", 20),
        (None, "1 of 100 sessions of 202526 have no mark", 1),
    ]


def test_a_week_with_every_session_attended_is_not_believed(warehouse: Warehouse) -> None:
    week = {"period_type": "week"}
    warehouse.add(
        "marts.measure_value",
        figure(BAD, "attendance_rate", 500, 500, **week),
        figure(BAD, "attendance_rate", 499, 500, **week, period_end=DAY),
        figure(GOOD, "attendance_rate", 499, 500, **week),
        figure(GOOD, "attendance_rate", 30, 30, **week, breakdown_topic="sex", breakdown="F"),
        figure(GOOD, "attendance_rate", 500, 500, period_type="half_term"),
        figure(NOTHING, "attendance_rate", 0, 0, **week),
    )
    assert outcome(warehouse.check(), "all_present") == {BAD: ("fail", 2, 1), GOOD: ("pass", 1, 0), NOTHING: ("not_applicable", 0, 0)}


def test_staff_dates_that_run_backwards_are_listed_by_their_record(warehouse: Warehouse) -> None:
    absence = {"source_staff_id": "7", "category_code": "SIC", "start_date": DAY}
    contract = {"source_staff_id": "7", "start_date": DAY}
    warehouse.add(
        "std.std_staff_absence",
        {**absence, "academy_id": BAD, "source_absence_id": "a1", "end_date": date(2025, 11, 2)},
        {**absence, "academy_id": BAD, "source_absence_id": "a2", "end_date": DAY},  # one day
        {**absence, "academy_id": BAD, "source_absence_id": "a3"},  # open
        {**absence, "academy_id": GOOD, "source_absence_id": "a1", "end_date": date(2025, 11, 4)},
        {**absence, "academy_id": NOTHING, "source_absence_id": "a1"},
    )
    warehouse.add(
        "std.std_staff_contract",
        {**contract, "academy_id": BAD, "source_contract_id": "c1", "end_date": date(2024, 11, 3)},
        {**contract, "academy_id": GOOD, "source_contract_id": "c1", "end_date": DAY},
    )
    expected = {BAD: ("fail", 3, 2), GOOD: ("pass", 2, 0), NOTHING: ("not_applicable", 0, 0)}
    assert outcome(warehouse.check(), "ends_before_it_starts") == expected
    assert warehouse.published("select subject, what from dq.work_list where check_id = 'ends_before_it_starts' order by all") == [
        ("absence a1", "starts on 2025-11-03 and ends on 2025-11-02"),
        ("contract c1 of colleague 7", "starts on 2025-11-03 and ends on 2024-11-03"),
    ]


def test_current_pupils_of_wonde_without_its_leavers_are_a_warning(warehouse: Warehouse) -> None:
    delivery = {"profile": "wonde", "entity": "pupil"}
    warehouse.add(
        "raw.delivery",
        {**delivery, "academy_id": BAD, "table_name": "students"},
        {**delivery, "academy_id": GOOD, "table_name": "students"},
        {**delivery, "academy_id": GOOD, "table_name": "students-leaver"},
        {"academy_id": NOTHING, "profile": "arbor", "entity": "pupil", "table_name": "STUDENTS"},
    )
    summary = warehouse.check()
    assert outcome(summary, "leavers_not_delivered") == {BAD: ("fail", 1, 1), GOOD: ("pass", 1, 0), NOTHING: ("not_applicable", 0, 0)}


def session(academy_id: str, **more: Any) -> dict[str, Any]:
    return {
        "academy_id": academy_id,
        "time_period": YEAR,
        "mark_code": "/",
        "statistical_class": "present",
        "is_possible": True,
        "is_attending": True,
        "is_authorised_absence": False,
        "is_unauthorised_absence": False,
        "is_late": False,
        **more,
    }


@pytest.mark.parametrize("table", ["core.fct_attendance_session", "core.fct_attendance_week"])
@pytest.mark.parametrize(
    ("check_id", "fault"),
    [
        ("identity_possible", {"is_attending": False, "statistical_class": "authorised_absence"}),
        ("identity_possible", {"is_authorised_absence": True}),
        ("identity_possible", {"is_possible": None}),
        ("identity_attending", {"statistical_class": "unauthorised_absence"}),
        ("identity_attending", {"is_attending": False, "is_authorised_absence": True}),
        ("identity_late", {"mark_code": "U"}),
        ("identity_late", {"is_late": True}),
    ],
)
def test_a_session_that_breaks_an_identity_stops_the_run(warehouse: Warehouse, table: str, check_id: str, fault: dict[str, Any]) -> None:
    warehouse.add(table, session(BAD), session(BAD, **fault), session(GOOD))
    summary = warehouse.check()
    found = outcome(summary, check_id)
    assert (found[BAD], found[GOOD], found[NOTHING]) == (("fail", 2, 1), ("pass", 1, 0), ("not_applicable", 0, 0))
    assert summary.must_stop
    assert any(sentence.startswith(f"{check_id}: ") and "ashby (1 of 2)" in sentence for sentence in summary.stop_sentences())


def cell(academy_id: str, attending: int, absence: int, authorised: int, possible: int, late: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [
        figure(academy_id, "attendance_rate", attending, possible, **more),
        figure(academy_id, "absence_rate", absence, possible, **more),
        figure(academy_id, "authorised_absence_rate", authorised, possible, **more),
        figure(academy_id, "unauthorised_absence_rate", 4, possible, **more),
        figure(academy_id, "late_rate", late, possible, **more),
    ]


@pytest.mark.parametrize(
    ("check_id", "wrong"),
    [
        ("identity_possible", {"attending": 90, "absence": 10, "authorised": 6, "possible": 101}),
        ("identity_possible", {"attending": 91, "absence": 10, "authorised": 6, "possible": 100}),
        ("identity_absence", {"attending": 90, "absence": 10, "authorised": 7, "possible": 100}),
        ("identity_late", {"attending": 90, "absence": 10, "authorised": 6, "possible": 100, "late": 101}),
    ],
)
def test_a_published_figure_that_breaks_an_identity_stops_the_run_at_every_level(
    warehouse: Warehouse, check_id: str, wrong: dict[str, Any]
) -> None:
    right = {"attending": 90, "absence": 10, "authorised": 6, "possible": 100}
    warehouse.add("marts.measure_value", *cell(BAD, **wrong), *cell(BAD, **right, period_type="week"), *cell(GOOD, **right))
    warehouse.add("marts.measure_value", *cell("trust", **wrong, level="trust"), *cell("trust", **right, level="trust", phase="all"))
    summary = warehouse.check()
    found = outcome(summary, check_id)
    assert found == {BAD: ("fail", 2, 1), GOOD: ("pass", 1, 0), NOTHING: ("not_applicable", 0, 0), "trust": ("fail", 2, 1)}
    assert {each.check_id for each in summary.stops} == {check_id}


def test_a_figure_without_its_counterpart_breaks_the_identity(warehouse: Warehouse) -> None:
    warehouse.add("marts.measure_value", figure(BAD, "attendance_rate", 90, 100))
    assert outcome(warehouse.check(), "identity_possible")[BAD] == ("fail", 1, 1)


def test_figures_that_are_not_available_neither_break_an_identity_nor_pass_it(warehouse: Warehouse) -> None:
    unavailable = {"numerator": None, "denominator": None}
    warehouse.add("marts.measure_value", *({**each, **unavailable} for each in cell(BAD, attending=0, absence=0, authorised=0, possible=0)))
    summary = warehouse.check()
    assert {outcome(summary, each)[BAD] for each in ("identity_possible", "identity_absence", "identity_late")} == {
        ("not_applicable", 0, 0)
    }


def test_a_check_that_cannot_be_run_is_no_pass_and_stops_the_run_if_it_guards_every_figure(
    warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    warehouse.execute("marts.measure_value", "drop table marts.measure_value")
    warehouse.add("std.std_pupil", pupil(GOOD, "1", upn="P207000016049"))
    summary = warehouse.check()
    assert outcome(summary, "all_present")[GOOD] == ("not_run", 0, 0)
    assert outcome(summary, "identity_absence")[GOOD] == ("not_run", 0, 0)
    assert outcome(summary, "upn_invalid")[GOOD] == ("pass", 1, 0)
    assert summary.must_stop
    assert any("the check could not be run" in sentence for sentence in summary.stop_sentences())
    assert "The check all_present about built could not be run (CatalogException): its SQL does not fit the tables." in caplog.messages


def test_every_check_has_a_row_for_every_academy_even_in_an_empty_warehouse(judged_by_great_expectations: Warehouse) -> None:
    summary = judged_by_great_expectations.check()
    for academy_id in (BAD, GOOD, NOTHING):
        assert {each.check_id for each in summary.results if each.academy_id == academy_id} == {each.id for each in CHECKS}
    assert not [each for each in summary.results if each.status in ("pass", "fail") and each.academy_id != "trust"]
    assert not [each for each in summary.results if each.status == "fail"]  # our own design is judged without any data
    assert all(each.reason for each in summary.results if each.status != "pass")
    assert not summary.must_stop


@pytest.mark.parametrize("each", CHECKS, ids=lambda each: each.id)
def test_a_check_tells_a_data_manager_what_when_and_how(each: Check) -> None:
    for text in (each.what, each.when, each.how, each.not_applicable):
        assert text == text.strip()
        assert text.endswith(".")
    assert check(each.id) is each
