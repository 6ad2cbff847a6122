"""The checks on figures that change more in a week than a school does."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.warehouse import Warehouse, outcome

BAD, GOOD, NOTHING = "ashby", "brook", "croft"
YEAR = 202526
FIRST_MONDAY = date(2025, 11, 3)


@pytest.fixture
def warehouse(tmp_path: Path, quick_judgement: None) -> Warehouse:
    return Warehouse(tmp_path)


def monday(number: int) -> date:
    return FIRST_MONDAY + timedelta(weeks=number)


def week(academy_id: str, measure_id: str, start: date, numerator: int, denominator: int, people: int = 40, **more: Any) -> dict[str, Any]:
    return {
        "level": "academy",
        "academy_id": academy_id,
        "phase": "primary",
        "time_period": YEAR,
        "period_type": "week",
        "period_start": start,
        "breakdown_topic": "all",
        "breakdown": "all",
        "measure_id": measure_id,
        "numerator": numerator,
        "denominator": denominator,
        "denominator_people": people,
        **more,
    }


def attended(academy_id: str, number: int, per_cent: int, **more: Any) -> dict[str, Any]:
    return week(academy_id, "attendance_rate", monday(number), per_cent, 100, **more)


def school(warehouse: Warehouse, academy_id: str, *days_a_week: int, delivered_on: date = date(2026, 1, 16)) -> None:
    """An academy with so many school days in each of its weeks."""
    warehouse.add("run.academy", {"academy_id": academy_id, "last_delivered_on": delivered_on})
    warehouse.add(
        "core.dim_school_day",
        *(
            {
                "academy_id": academy_id,
                "session_date": monday(number) + timedelta(days=day),
                "week_start_date": monday(number),
                "time_period": YEAR,
                "is_school_day": day < days,
            }
            for number, days in enumerate(days_a_week)
            for day in range(7)
        ),
    )


def test_attendance_jumps_over_fifteen_points_and_not_at_fifteen(warehouse: Warehouse) -> None:
    school(warehouse, BAD, 5, 5, 5)
    school(warehouse, GOOD, 5, 5, 5)
    school(warehouse, NOTHING, 5)
    warehouse.add(
        "marts.measure_value",
        *(attended(BAD, number, per_cent) for number, per_cent in enumerate((93, 77, 93))),
        *(attended(GOOD, number, per_cent) for number, per_cent in enumerate((93, 78, 93))),
        *(attended(GOOD, number, 20 * number, breakdown_topic="sex", breakdown="F") for number in range(3)),
        attended(NOTHING, 0, 93),
    )

    assert outcome(warehouse.check(), "attendance_jump") == {BAD: ("fail", 2, 2), GOOD: ("pass", 2, 0), NOTHING: ("not_applicable", 0, 0)}
    assert warehouse.published("select subject, what from dq.work_list where check_id = 'attendance_jump' order by all") == [
        ("week of 2025-11-10", "attendance went from 93.0 % in the week of 2025-11-03 to 77.0 % in the week of 2025-11-10"),
        ("week of 2025-11-17", "attendance went from 77.0 % in the week of 2025-11-10 to 93.0 % in the week of 2025-11-17"),
    ]


def test_a_short_week_is_left_out_and_its_neighbours_are_compared(warehouse: Warehouse) -> None:
    """Ashby's second week has two days, brook's last one two so far: its third day has not been delivered."""
    school(warehouse, BAD, 5, 2, 3)
    school(warehouse, GOOD, 5, 5, 5, delivered_on=monday(2) + timedelta(days=1))
    for academy_id, per_cents in ((BAD, (93, 60, 77)), (GOOD, (93, 92, 60))):
        warehouse.add("marts.measure_value", *(attended(academy_id, number, per_cent) for number, per_cent in enumerate(per_cents)))

    found = outcome(warehouse.check(), "attendance_jump")
    assert (found[BAD], found[GOOD]) == (("fail", 1, 1), ("pass", 1, 0))
    assert warehouse.published("select what from dq.work_list where check_id = 'attendance_jump'") == [
        ("attendance went from 93.0 % in the week of 2025-11-03 to 77.0 % in the week of 2025-11-17",)
    ]


def test_a_handful_of_pupils_makes_no_jump(warehouse: Warehouse) -> None:
    for academy_id, people in ((BAD, 30), (NOTHING, 29)):
        school(warehouse, academy_id, 5, 5)
        warehouse.add("marts.measure_value", *(attended(academy_id, number, 90 - 40 * number, people=people) for number in range(2)))

    found = outcome(warehouse.check(), "attendance_jump")
    assert (found[BAD], found[NOTHING]) == (("fail", 1, 1), ("not_applicable", 0, 0))


def test_two_weeks_of_two_years_are_not_compared(warehouse: Warehouse) -> None:
    school(warehouse, BAD, 5, 5)
    warehouse.add("marts.measure_value", attended(BAD, 0, 93), attended(BAD, 1, 50, time_period=YEAR + 101))

    assert outcome(warehouse.check(), "attendance_jump")[BAD] == ("not_applicable", 0, 0)


def roll(academy_id: str, start: date, pupils: int, time_period: int = YEAR) -> dict[str, Any]:
    return week(academy_id, "roll", start, pupils, 1, time_period=time_period)


def test_a_roll_jumps_over_ten_per_cent_and_by_ten_pupils(warehouse: Warehouse) -> None:
    warehouse.add(
        "marts.measure_value",
        *(roll(BAD, monday(number), pupils) for number, pupils in enumerate((200, 179, 179, 197))),  # 10.5 % fewer, 10.06 % more
        *(roll(GOOD, monday(number), pupils) for number, pupils in enumerate((200, 180, 198, 198))),
        *(roll(NOTHING, monday(number), pupils) for number, pupils in enumerate((20, 11, 20))),  # a small school
    )

    assert outcome(warehouse.check(), "roll_jump") == {BAD: ("fail", 3, 2), GOOD: ("pass", 3, 0), NOTHING: ("pass", 2, 0)}
    assert warehouse.published("select what from dq.work_list where check_id = 'roll_jump' order by all") == [
        ("the roll went from 179 in the week of 2025-11-17 to 197 in the week of 2025-11-24",),
        ("the roll went from 200 in the week of 2025-11-03 to 179 in the week of 2025-11-10",),
    ]


def test_a_roll_changes_by_itself_in_september_and_from_june(warehouse: Warehouse) -> None:
    warehouse.add(
        "marts.measure_value",
        roll(BAD, date(2024, 9, 30), 100, 202425),
        roll(BAD, date(2024, 10, 7), 150, 202425),
        roll(BAD, date(2025, 5, 26), 150, 202425),
        roll(BAD, date(2025, 6, 2), 100, 202425),
        roll(BAD, date(2025, 9, 1), 200),
        roll(BAD, date(2025, 10, 6), 300),
    )

    assert outcome(warehouse.check(), "roll_jump")[BAD] == ("pass", 1, 0)
