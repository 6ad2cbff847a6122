"""The rows of pupils add up to the figures: a small trust in which they do, and what is said of each sum that does not."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.warehouse import Warehouse, outcome

YEAR = 202526
THIS_YEAR = 7
COUNTS = ("possible", "attending", "absent", "authorised", "unauthorised", "late", "missing", "register")


pytestmark = pytest.mark.usefixtures("quick_judgement")


def counted(academy_id: str, pupil_key: str, *amounts: int, **more: Any) -> dict[str, Any]:
    amount = dict(zip(COUNTS, amounts, strict=True))
    year = {"time_period": YEAR, "period_number": THIS_YEAR, "is_aged_5_to_15": True}
    return {"academy_id": academy_id, "pupil_key": pupil_key, **year, **amount, **more}


def figures(academy_id: str, topic: str, breakdown: str, *amounts: int, **more: Any) -> Iterator[dict[str, Any]]:
    amount = dict(zip(COUNTS, amounts, strict=True))
    fractions = {
        "attendance_rate": ("attending", "possible"),
        "absence_rate": ("absent", "possible"),
        "authorised_absence_rate": ("authorised", "possible"),
        "unauthorised_absence_rate": ("unauthorised", "possible"),
        "late_rate": ("late", "possible"),
        "missing_mark_rate": ("missing", "register"),
    }
    for measure_id, (top, bottom) in fractions.items():
        yield figure(academy_id, measure_id, amount[top], amount[bottom], breakdown_topic=topic, breakdown=breakdown, **more)


def figure(academy_id: str, measure_id: str, numerator: int | None, denominator: int | None, **more: Any) -> dict[str, Any]:
    where = {"level": "academy", "phase": "secondary", "breakdown_topic": "all", "breakdown": "all"}
    when = {"time_period": YEAR, "period_type": "year_to_date", "period_start": date(2025, 8, 1)}
    return {**where, **when, "academy_id": academy_id, "measure_id": measure_id, "numerator": numerator, "denominator": denominator, **more}


def on_roll(academy_id: str, pupil_key: str, reg_group: str | None, possible: int, attending: int, **more: Any) -> dict[str, Any]:
    sessions = {"possible_sessions": possible, "attending_sessions": attending, "absent_sessions": possible - attending, "late_sessions": 1}
    pct = {"attendance_pct": 100 * attending / possible if possible else None, "suspensions": 0, "is_subsidiary": False}
    return {"academy_id": academy_id, "pupil_key": pupil_key, "year_group": "7", "reg_group": reg_group, **sessions, **pct, **more}


def taught(pupil: dict[str, Any]) -> dict[str, Any]:
    return {each: pupil[each] for each in ("academy_id", "pupil_key", "year_group", "reg_group", "attendance_pct")}


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Ashby has a pupil of twelve with a suspension, one of seventeen, a guest and one who has left; mover is on brook's roll too."""
    warehouse = Warehouse(tmp_path)
    warehouse.add(
        "measures.measure_period",
        *(
            {"academy_id": each, "time_period": YEAR, "period_number": THIS_YEAR, "period_type": "year_to_date"}
            for each in ("ashby", "trust")
        ),
    )
    warehouse.add(
        "measures.measure_period", {"academy_id": "ashby", "time_period": 202425, "period_number": 1, "period_type": "year_to_date"}
    )
    warehouse.add("core.dim_academy", *({"academy_id": each} for each in ("ashby", "brook")))
    warehouse.add("core.dim_academy", {"academy_id": "croft", "left_on": date(2025, 12, 31)})  # no member any more
    warehouse.add(
        "measures.count_pupil_attendance",
        counted("ashby", "mover", 100, 90, 10, 6, 4, 1, 2, 102),
        counted("ashby", "seventeen", 50, 50, 0, 0, 0, 1, 0, 50, is_aged_5_to_15=False),
        counted("ashby", "left", 20, 15, 5, 5, 0, 0, 0, 20),
        counted("ashby", "mover", 9, 9, 0, 0, 0, 0, 0, 9, period_number=3),  # another period
        counted("brook", "mover", 30, 30, 0, 0, 0, 1, 0, 30),
    )
    warehouse.add(
        "measures.count_pupil_inclusion",
        {"academy_id": "ashby", "pupil_key": "mover", "period_number": THIS_YEAR, "suspensions": 2, "behaviour_events": 5},
        {"academy_id": "ashby", "pupil_key": "left", "period_number": THIS_YEAR, "suspensions": 1, "behaviour_events": 0},
        {"academy_id": "ashby", "pupil_key": "mover", "period_number": 3, "suspensions": 9, "behaviour_events": 9},
    )
    pupils = [
        on_roll("ashby", "mover", "7A", 100, 90, suspensions=2),
        on_roll("ashby", "seventeen", None, 50, 50),
        on_roll("ashby", "guest", "7A", 0, 0, late_sessions=0, is_subsidiary=True),
        on_roll("brook", "mover", "7A", 30, 30),
    ]
    warehouse.add("marts.pupil_summary", *pupils)
    warehouse.add("marts.class_list", *map(taught, pupils))
    warehouse.add(
        "marts.measure_value",
        *figures("ashby", "all", "all", 120, 105, 15, 11, 4, 1, 2, 122),
        *figures("ashby", "age_group", "5_to_15", 120, 105, 15, 11, 4, 1, 2, 122),
        *figures("ashby", "age_group", "16_plus", 50, 50, 0, 0, 0, 1, 0, 50),
        *figures("brook", "all", "all", 30, 30, 0, 0, 0, 1, 0, 30),
        *figures("brook", "age_group", "5_to_15", 30, 30, 0, 0, 0, 1, 0, 30),
        *figures("croft", "all", "all", 0, 0, 0, 0, 0, 0, 0, 0),
        *figures("trust", "all", "all", 150, 135, 15, 11, 4, 2, 2, 152, level="trust", phase="all"),
        *figures("trust", "all", "all", 1, 1, 0, 0, 0, 0, 0, 1, level="trust"),  # of one phase
        figure("ashby", "suspension_rate", 3, 3),
        figure("ashby", "positive_recognition_pct", 1, 5),
        figure("ashby", "roll", 2, 1),
        figure("brook", "roll", 1, 1),
        figure("brook", "suspension_rate", None, None),  # not delivered
        figure("trust", "suspension_rate", 3, 4, level="trust", phase="all"),
        figure("trust", "roll", 2, 1, level="trust", phase="all"),
    )
    return warehouse


# Of ashby 12 fractions of 2 each, suspensions, behaviour, the roll, the rows of pupils and two classes; brook lacks suspensions, behaviour
# and a class; croft has fractions of those aged 5 to 15 alone; of the trust six numerators, suspensions and the roll.
CHECKED = {"ashby": 24 + 6, "brook": 24 + 3, "croft": 12, "trust": 8}


def test_a_trust_whose_grains_agree_passes(warehouse: Warehouse) -> None:
    found = outcome(warehouse.check(), "grain_agrees")

    assert found == {each: ("pass", checked, 0) for each, checked in CHECKED.items()}


def test_nothing_counted_yet_is_nothing_to_judge(tmp_path: Path) -> None:
    found = outcome(Warehouse(tmp_path).check(), "grain_agrees")

    assert set(found.values()) == {("not_applicable", 0, 0)}


@pytest.mark.parametrize(
    ("table", "change", "where", "broken"),
    [
        ("marts.measure_value", "numerator = 106", "academy_id = 'ashby' and measure_id = 'attendance_rate' and breakdown = 'all'",
         {"ashby": 1, "trust": 1}),
        ("marts.measure_value", "numerator = 49", "academy_id = 'ashby' and measure_id = 'attendance_rate' and breakdown = '16_plus'",
         {"ashby": 1}),
        ("marts.measure_value", "numerator = 4", "academy_id = 'ashby' and measure_id = 'suspension_rate'", {"ashby": 1, "trust": 1}),
        ("marts.measure_value", "denominator = 6", "academy_id = 'ashby' and measure_id = 'positive_recognition_pct'", {"ashby": 1}),
        ("marts.measure_value", "numerator = 3", "academy_id = 'trust' and measure_id = 'roll'", {"trust": 1}),
        ("marts.pupil_summary", "is_subsidiary = false", "pupil_key = 'guest'", {"ashby": 1, "trust": 1}),
        ("marts.pupil_summary", "suspensions = 0", "pupil_key = 'mover' and academy_id = 'ashby'", {"ashby": 1}),
        ("marts.class_list", "attendance_pct = 91", "pupil_key = 'mover' and academy_id = 'ashby'", {"ashby": 1}),
        ("marts.class_list", "reg_group = '7B'", "pupil_key = 'seventeen'", {"ashby": 1}),
    ],
)  # fmt: skip
def test_each_sum_that_does_not_agree_stops_the_run(
    warehouse: Warehouse, table: str, change: str, where: str, broken: dict[str, int]
) -> None:
    warehouse.execute(table, f"update {table} set {change} where {where}")
    summary = warehouse.check()

    assert {each: found[2] for each, found in outcome(summary, "grain_agrees").items() if found[2]} == broken
    assert "grain_agrees" in {each.check_id for each in summary.stops}


def test_a_pupil_who_is_lost_on_the_way_is_missed(warehouse: Warehouse) -> None:
    warehouse.execute("measures.count_pupil_attendance", "delete from measures.count_pupil_attendance where pupil_key = 'left'")
    found = outcome(warehouse.check(), "grain_agrees")

    # Possible, attended, missed, missed with leave, and register: of all and of those aged 5 to 15, in six fractions.
    assert found["ashby"] == ("fail", CHECKED["ashby"], 18)
    assert found["brook"][0] == "pass"
    what = warehouse.published("select what from dq.work_list where check_id = 'grain_agrees' and subject like 'attended%' order by all")
    assert what == [
        ("attended sessions of everybody: 155 in the figure, 140 counted pupil by pupil",),
        ("attended sessions of those aged 5 to 15: 105 in the figure, 90 counted pupil by pupil",),
    ]
