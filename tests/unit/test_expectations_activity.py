"""The checks that data is a trace of the work itself: made once, entered in time, the same in the register as in the suspensions."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.warehouse import Warehouse, outcome

BAD, GOOD, NOTHING = "ashby", "brook", "croft"
YEAR = 202526
MONDAY = date(2025, 12, 15)
"""The as-of date is Friday, 16 January 2026; these tests' Christmas holiday is 20 December to 4 January."""


@pytest.fixture
def warehouse(tmp_path: Path, quick_judgement: None) -> Warehouse:
    return Warehouse(tmp_path)


def calendar(warehouse: Warehouse, *academies: str) -> None:
    """Every weekday is a school day but for the holiday."""
    days = [date(2025, 12, 1) + timedelta(days=number) for number in range(56)]
    for academy_id in academies:
        warehouse.add(
            "core.dim_school_day",
            *(
                {
                    "academy_id": academy_id,
                    "session_date": day,
                    "time_period": YEAR,
                    "is_school_day": day.weekday() < 5 and not date(2025, 12, 20) <= day <= date(2026, 1, 4),
                }
                for day in days
            ),
        )


# --- recorded_late


def event(academy_id: str, number: str, on: date, recorded_on: date | None) -> dict[str, Any]:
    values = {"source_pupil_id": "1", "event_date": on, "recorded_on": recorded_on, "time_period": YEAR}
    return {"academy_id": academy_id, "source_event_id": number, **values}


def result(academy_id: str, on: date, recorded_on: date | None, kind: str = "formative") -> dict[str, Any]:
    values = {"source_pupil_id": "1", "kind": kind, "result_date": on, "recorded_on": recorded_on, "time_period": YEAR}
    return {"academy_id": academy_id, **values}


def test_an_entry_is_late_on_the_sixth_school_day_after(warehouse: Warehouse) -> None:
    calendar(warehouse, BAD, GOOD, NOTHING)
    warehouse.add(
        "std.std_behaviour_event",
        event(BAD, "1", MONDAY, date(2026, 1, 6)),  # four days more that week, Monday and Tuesday after the holiday
        event(BAD, "2", MONDAY, date(2026, 1, 5)),
        event(BAD, "3", date(2025, 12, 1), date(2026, 1, 16)),  # nine, five, and ten days
        event(BAD, "4", date(2025, 12, 1), date(2025, 12, 19)),  # entered over four weeks ago
        event(BAD, "5", date(2025, 12, 1), date(2026, 1, 17)),  # after the as-of date
        event(BAD, "6", MONDAY, None),
        event(GOOD, "1", MONDAY, date(2026, 1, 5)),
        event(GOOD, "2", date(2026, 1, 9), date(2026, 1, 5)),  # agreed before it happened
        event(NOTHING, "1", MONDAY, None),
    )
    warehouse.add(
        "std.std_assessment_result",
        result(BAD, date(2026, 1, 5), date(2026, 1, 13)),
        result(BAD, date(2026, 1, 5), date(2026, 1, 12)),
        result(GOOD, date(2025, 12, 1), date(2026, 1, 12), kind="summative"),  # papers are marked elsewhere
    )

    assert outcome(warehouse.check(), "recorded_late") == {BAD: ("fail", 5, 3), GOOD: ("pass", 2, 0), NOTHING: ("not_applicable", 0, 0)}
    assert warehouse.published("select source_pupil_id, what, failed from dq.work_list where check_id = 'recorded_late' order by all") == [
        (
            None,
            "1 results entered from 2026-01-13 to 2026-01-13 were entered over 5 school days after they happened, one of them 6 after",
            1,
        ),
        (
            None,
            "2 behaviour events entered from 2026-01-06 to 2026-01-16 were entered over 5 school days after they happened, "
            "one of them 24 after",
            2,
        ),
    ]


# --- collected_for_report


def delivery(academy_id: str, entity: str, profile: str, content_id: str, **more: Any) -> dict[str, Any]:
    values = {"table_name": f"{profile} {entity}", "delivery_order": 1, "time_period": YEAR}
    return {"academy_id": academy_id, "entity": entity, "profile": profile, "content_id": content_id, **values, **more}


def membership(academy_id: str, pupil: str, content_id: str) -> dict[str, Any]:
    values = {"source_pupil_id": pupil, "club_id": "1", "start_date": "2025-09-10"}
    return {"academy_id": academy_id, "content_id": content_id, **values}


def on_mis(warehouse: Warehouse, **mis: str) -> None:
    warehouse.add("run.academy", *({"academy_id": academy_id, "mis": name} for academy_id, name in mis.items()))


def test_a_file_by_hand_that_repeats_a_row_of_the_mis_was_made_for_a_report(warehouse: Warehouse) -> None:
    """Ashby has clubs twice over, and surveys, which its MIS has not; brook adds results and clubs of other pupils; croft has its MIS."""
    on_mis(warehouse, ashby="arbor", brook="arbor", croft="arbor")
    warehouse.add(
        "raw.delivery",
        delivery(BAD, "club_membership", "arbor", "c1"),
        delivery(BAD, "club_membership", "matlas", "c2"),
        delivery(BAD, "survey_response", "matlas", "c3"),
        delivery(GOOD, "club_membership", "arbor", "c1"),
        delivery(GOOD, "club_membership", "matlas", "old"),
        delivery(GOOD, "club_membership", "matlas", "c2", delivery_order=2),
        delivery(GOOD, "assessment_result", "arbor", "c4"),
        delivery(GOOD, "assessment_result", "matlas", "c5"),
        delivery(GOOD, "assessment_result", "giap", "c6"),
        delivery(GOOD, "suspension", "matlas", "last year", time_period=YEAR - 101),
        delivery(NOTHING, "club_membership", "arbor", "c7"),
        delivery(NOTHING, "assessment_result", "giap", "c8"),
    )
    warehouse.add(
        "raw.club_membership",
        membership(BAD, "1", "c1"),
        membership(BAD, "2", "c1"),
        membership(BAD, "1", "c2"),
        membership(BAD, "2", "c2"),
        membership(BAD, "3", "c2"),
        membership(GOOD, "1", "c1"),
        membership(GOOD, "1", "old"),  # sent in September, no more now
        membership(GOOD, "2", "c2"),
    )

    assert outcome(warehouse.check(), "collected_for_report") == {
        BAD: ("fail", 2, 1),
        GOOD: ("pass", 2, 0),
        NOTHING: ("not_applicable", 0, 0),
    }
    assert warehouse.published("select subject, what from dq.work_list where check_id = 'collected_for_report'") == [
        ("matlas_club_membership", "2 rows of matlas_club_membership repeat what the MIS delivers")
    ]


def test_rows_without_an_optional_part_of_the_key_are_repeated_too(warehouse: Warehouse) -> None:
    on_mis(warehouse, ashby="arbor")
    key = {"source_pupil_id": "1", "stage": "in_year", "subject_code": "MATHS", "assessment_name": "Autumn"}  # no component, no date
    warehouse.add("raw.delivery", delivery(BAD, "assessment_result", "arbor", "c1"), delivery(BAD, "assessment_result", "matlas", "c2"))
    warehouse.add("raw.assessment_result", *({"academy_id": BAD, "content_id": each, **key} for each in ("c1", "c2")))

    assert outcome(warehouse.check(), "collected_for_report")[BAD] == ("fail", 1, 1)


def test_a_file_by_hand_of_what_the_mis_could_export_was_made_for_a_report(warehouse: Warehouse) -> None:
    """Arbor has a table of clubs, SIMS has none, and an academy on the canonical profile has nothing but such files."""
    on_mis(warehouse, ashby="arbor", brook="sims", croft="matlas")
    warehouse.add(
        "raw.delivery",
        *(delivery(each, "club_membership", "matlas", "c") for each in (BAD, GOOD, NOTHING)),
        delivery(GOOD, "assessment_result", "matlas", "d"),
    )

    assert outcome(warehouse.check(), "collected_for_report") == {
        BAD: ("fail", 1, 1),
        GOOD: ("pass", 2, 0),
        NOTHING: ("not_applicable", 0, 0),
    }
    assert warehouse.published("select what from dq.work_list where check_id = 'collected_for_report'") == [
        ("matlas_club_membership is made by hand, and the MIS can export it: CLUB_MEMBERSHIPS",)
    ]


# --- suspension_register_mismatch


def told(academy_id: str, on: date = date(2026, 1, 16)) -> dict[str, Any]:
    return delivery(academy_id, "suspension", "matlas", f"suspensions of {academy_id}", effective_date=on)


def on_roll(academy_id: str, pupil: str) -> dict[str, Any]:
    values = {"enrolment_key": f"{academy_id} {pupil}", "pupil_key": f"key of {pupil}", "time_period": YEAR}
    return {"academy_id": academy_id, "source_pupil_id": pupil, **values}


def suspended(
    academy_id: str, pupil: str, start: date, end: date | None, sessions: int | None = None, kind: str = "SUSP"
) -> dict[str, Any]:
    values = {"source_pupil_id": pupil, "pupil_key": f"key of {pupil}", "category_code": kind, "time_period": YEAR}
    return {"academy_id": academy_id, "start_date": start, "end_date": end, "sessions": sessions, **values}


def register(academy_id: str, pupil: str, codes: dict[date, str]) -> list[dict[str, Any]]:
    """Two codes a day, morning and afternoon; a dot is a session without a mark."""
    return [
        {
            "academy_id": academy_id,
            "enrolment_key": f"{academy_id} {pupil}",
            "session_date": day,
            "session": session,
            "mark_code": code,
            "is_possible": code not in "DX#",
            "time_period": YEAR,
        }
        for day, two in codes.items()
        for session, code in zip(("AM", "PM"), two, strict=True)
        if code != "."
    ]


def test_a_suspended_pupil_whom_the_register_has_otherwise_counts_by_sessions(warehouse: Warehouse) -> None:
    calendar(warehouse, BAD, GOOD, NOTHING)
    days = [MONDAY + timedelta(days=number) for number in range(5)]
    warehouse.add("raw.delivery", told(BAD), told(GOOD), told(NOTHING))
    warehouse.add("core.fct_enrolment", *(on_roll(each, number) for each in (BAD, GOOD) for number in "1234567"))
    warehouse.add(
        "core.fct_suspension",
        suspended(BAD, "1", days[0], days[1]),  # there on the second day: two sessions
        suspended(BAD, "2", days[0], days[0], sessions=1),  # the afternoon alone, and it is not in the register
        suspended(GOOD, "1", days[0], days[1], sessions=4),
        suspended(GOOD, "2", days[0], days[0], sessions=1),
        suspended(GOOD, "3", days[0], days[1]),  # a day closed to pupils, a session without a mark
        suspended(GOOD, "4", days[4], date(2026, 1, 9), sessions=12),  # taught elsewhere from the sixth day
        suspended(GOOD, "5", days[0], days[0], kind="LNCH"),
        suspended(GOOD, "6", days[0], None),  # nobody knows for how long
        suspended(GOOD, "7", date(2026, 1, 16), date(2026, 1, 16)),  # the day of the export
    )
    warehouse.add(
        "core.fct_attendance_session",
        *register(BAD, "1", {days[0]: "EE", days[1]: "/\\"}),
        *register(BAD, "2", {days[0]: "/\\"}),
        *register(GOOD, "1", {days[0]: "EE", days[1]: "EE", days[2]: "/\\"}),
        *register(GOOD, "2", {days[0]: "/E"}),
        *register(GOOD, "3", {days[0]: "##", days[1]: "E."}),
        *register(GOOD, "4", {days[4]: "EE", **{date(2026, 1, 5 + number): "EE" for number in range(4)}, date(2026, 1, 9): "BB"}),
        *register(GOOD, "5", {days[0]: "/\\"}),
        *register(GOOD, "6", {days[0]: "/\\"}),
        *register(GOOD, "7", {date(2026, 1, 16): "/\\"}),
    )

    # Judged at brook: 4 + 1 + 1 + 10 sessions of its suspensions of the first four pupils.
    assert outcome(warehouse.check(), "suspension_register_mismatch") == {
        BAD: ("fail", 5, 3),
        GOOD: ("pass", 16, 0),
        NOTHING: ("not_applicable", 0, 0),
    }
    listed = "select source_pupil_id, subject, what from dq.work_list where check_id = 'suspension_register_mismatch' order by all"
    assert warehouse.published(listed) == [
        (
            "1",
            "suspension of 2025-12-15",
            "suspended from 2025-12-15 to 2025-12-16, but 2 of 4 sessions have another code than E in the register",
        ),
        (
            "2",
            "suspension of 2025-12-15",
            "suspended from 2025-12-15 to 2025-12-15, but 1 of 1 sessions have another code than E in the register",
        ),
    ]


def test_a_mark_of_suspension_outside_every_suspension_is_listed_by_pupil(warehouse: Warehouse) -> None:
    calendar(warehouse, BAD, GOOD, NOTHING)
    days = [MONDAY + timedelta(days=number) for number in range(5)]
    warehouse.add("raw.delivery", told(BAD), told(GOOD))
    warehouse.add("core.fct_enrolment", *(on_roll(each, number) for each in (BAD, GOOD, NOTHING) for number in "123"))
    warehouse.add(
        "core.fct_suspension",
        suspended(BAD, "1", days[0], days[0]),
        suspended(GOOD, "1", days[0], None, kind="PERM"),
        suspended(GOOD, "2", days[0], None),
    )
    warehouse.add(
        "core.fct_attendance_session",
        *register(BAD, "1", {days[0]: "EE", days[1]: "E/"}),
        *register(BAD, "2", {days[0]: "EE"}),
        *register(GOOD, "1", {days[0]: "EE", days[4]: "EE"}),
        *register(GOOD, "2", {days[0]: "EE", days[4]: "EE"}),
        *register(GOOD, "3", {days[0]: "CC", date(2026, 1, 16): "EE"}),  # the export's own day
        *register(NOTHING, "1", {days[0]: "EE"}),  # no list of suspensions comes from there
    )

    assert outcome(warehouse.check(), "suspension_register_mismatch") == {
        BAD: ("fail", 5, 3),
        GOOD: ("not_applicable", 0, 0),
        NOTHING: ("not_applicable", 0, 0),
    }
    listed = "select source_pupil_id, what, failed from dq.work_list where check_id = 'suspension_register_mismatch' order by all"
    assert warehouse.published(listed) == [
        ("1", "1 sessions of 202526 have code E, 2025-12-16 to 2025-12-16, and no suspension or exclusion covers them", 1),
        ("2", "2 sessions of 202526 have code E, 2025-12-15 to 2025-12-15, and no suspension or exclusion covers them", 2),
    ]
