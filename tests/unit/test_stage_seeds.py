"""The data that achievement rests on, against the specification's own lists and the rules of the calendar."""

import csv
import datetime as dt

import pytest

from tests.helpers.home import PROJECT

SEEDS = PROJECT / "dbt_project" / "seeds"
CANCELLED = {202021, 201920}  # no primary assessment in the summers of 2020 and 2021


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("stage", "component", "rule", "codes"),
    [
        ("KS2", "TEST", "not_met", "A B H J Q U T N NS"),
        ("KS2", "TEST", "left_out", "L M F P Z"),
        ("KS2", "TEST", "expected", "AS"),
        ("KS2", "TA", "not_met", "A B H J Q U T N D WTS HNM BLW PK1 PK2 PK3 PK4 PK5 PK6 PKF PKE PKG"),
        ("KS2", "TA", "left_out", "L M F P Z"),
        ("KS2", "TA", "expected", "EXS"),
        ("KS2", "TA", "higher", "GDS"),
        ("EYFS", "any", "expected", "2 3"),
        ("EYFS", "any", "not_met", "1 A"),
        ("PHONICS", "any", "expected", "WA"),
        ("PHONICS", "any", "not_met", "WT A D Q"),
        ("PHONICS", "any", "left_out", "L"),
        ("MTC", "any", "left_out", "A B D J L M Q U X Z"),
        ("KS4", "any", "zero", "U X U-U"),
    ],
)
def test_every_result_code_has_the_rule_of_its_stage(stage: str, component: str, rule: str, codes: str) -> None:
    found = {row["result"] for row in seed("ref_result_code") if (row["stage"], row["component"], row["rule"]) == (stage, component, rule)}

    assert found == set(codes.split())


def test_no_code_is_outside_the_lists_above() -> None:
    assert len(seed("ref_result_code")) == 66


def test_every_stage_has_its_day_in_every_year() -> None:
    days = {(row["stage_end"], int(row["time_period"])): dt.date.fromisoformat(row["stage_day"]) for row in seed("ref_stage")}
    years = sorted({year for stage, year in days if stage == "KS4"})

    assert years == [start * 100 + (start + 1) % 100 for start in range(2018, 2030)]
    for year in years:
        ends = {"KS4"} if year in CANCELLED else {"EYFS", "PHONICS_Y1", "PHONICS_Y2", "KS2", "KS4", *({"MTC"} if year >= 202122 else set())}
        assert {stage for stage, found in days if found == year} == ends
    for (stage, year), day in days.items():
        assert day.year == year // 100 + 1
        weekday, earliest, latest = {
            "KS4": ("Thu", (1, 15), (1, 21)),
            "KS2": ("Mon", (5, 8), (5, 14)),
            "EYFS": ("Fri", (6, 24), (6, 30)),
        }.get(stage, ("Mon", (6, 1), (6, 14)))
        assert (day.strftime("%a"), earliest <= (day.month, day.day) <= latest) == (weekday, True), (stage, day)


def test_the_good_level_of_development_asks_for_twelve_goals() -> None:
    goals = {(row["subject_code"], row["component"]) for row in seed("ref_subject") if row["slot"] == "gld"}
    areas = {"COM": (1, 2), "PSE": (3, 5), "PHY": (6, 7), "LIT": (8, 10), "MAT": (11, 12)}

    assert goals == {(area, f"E{goal:02d}") for area, (first, last) in areas.items() for goal in range(first, last + 1)}
