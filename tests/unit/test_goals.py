"""Goals of trust.yml: what the build is given, and how their mistakes are told."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.goals import GoalRow, goal_rows
from pipelines.trust import TrustConfig, TrustConfigError, load_trust

TRUST_YML = """trust: {{name: T}}
academies:
  - {{id: ashby, name: A, phase: primary, mis: matlas}}
goals:
  {goals}
"""


def trust_with(tmp_path: Path, goals: str) -> TrustConfig:
    path = tmp_path / "trust.yml"
    path.write_text(TRUST_YML.format(goals=goals), encoding="utf-8")
    return load_trust(path)


def mistake_of(tmp_path: Path, goals: str) -> str:
    with pytest.raises(TrustConfigError) as error:
        trust_with(tmp_path, goals)
    return str(error.value)


def test_a_goal_has_its_limits_and_one_without_amber_has_the_target_as_its_limit(tmp_path: Path) -> None:
    trust = trust_with(tmp_path, "attendance_rate: [{phase: primary, target: 96, amber: 95.5, red: 94}, {target: 95}]")

    assert list(goal_rows(trust.goals)) == [
        GoalRow("attendance_rate", "primary", None, None, None, 96, 95.5, 94),
        GoalRow("attendance_rate", "all", None, None, None, 95, 95, None),
    ]


def test_an_academys_own_goal_has_no_phase_and_an_empty_target_ends_it(tmp_path: Path) -> None:
    trust = trust_with(
        tmp_path,
        "attendance_rate:\n"
        '    - {academy: ashby, target: 94, since: 2024-09-01, agreed_by: "Both, in July"}\n'
        '    - {academy: ashby, target: null, since: 2025-09-01, agreed_by: "Both, a year later"}\n'
        "    - {phase: primary, target: 95, since: 2024-09-01}\n"
        "    - {phase: primary, target: 96, since: 2025-09-01}",
    )

    assert list(goal_rows(trust.goals)) == [
        GoalRow("attendance_rate", None, "ashby", date(2024, 9, 1), "Both, in July", 94, 94, None),
        GoalRow("attendance_rate", None, "ashby", date(2025, 9, 1), "Both, a year later", None, None, None),
        GoalRow("attendance_rate", "primary", None, date(2024, 9, 1), None, 95, 95, None),
        GoalRow("attendance_rate", "primary", None, date(2025, 9, 1), None, 96, 96, None),
    ]


def test_a_trust_without_goals_has_none(tmp_path: Path) -> None:
    path = tmp_path / "trust.yml"
    path.write_text(TRUST_YML.split("goals:")[0].format(), encoding="utf-8")

    assert list(goal_rows(load_trust(path).goals)) == []


@pytest.mark.parametrize(
    ("goals", "said"),
    [
        ("attendence_rate: [{target: 95}]", "Did you mean `attendance_rate`?"),
        ("roll: [{target: 900}]", "neither better high nor low"),
        ("attendance_rate: [{target: 195}]", "is 195; this measure is in %, from 0 to 100"),
        ("suspension_rate: [{target: -1}]", "is -1; this measure is in per 100 pupils, from 0 up"),
        ("attendance_rate: [{target: 95, amber: 96}]", "is 96, better than target (95): higher is better"),
        ("absence_rate: [{target: 5, amber: 6, red: 5.5}]", "is 5.5, better than amber (6): lower is better"),
        ("attendance_rate: [{target: 95}, {target: 96}]", "is a second goal for all"),
        (
            "attendance_rate: [{target: 95, since: 2025-09-01}, {target: 96, since: 2025-09-01}]",
            "is a second goal for all since 2025-09-01",
        ),
        (
            "attendance_rate: [{academy: ashby, target: 95, agreed_by: A}, {academy: ashby, target: 96, agreed_by: A}]",
            "is a second goal for ashby; number 1 of the list is the first",
        ),
        ("attendance_rate: [{academy: asby, target: 95, agreed_by: A}]", "is no academy here. Did you mean `ashby`?"),
        ("attendance_rate: [{academy: ashby, target: 95}]", "is a goal of ashby's own and does not say who agreed it"),
        ("attendance_rate: [{academy: ashby, phase: primary, target: 95, agreed_by: A}]", "an academy's own or a phase's"),
        ("attendance_rate: [{target: 95, since: 2025-13-01}]", "expected a date written as"),
        ("attendance_rate: [{target: null}]", "is empty, which ends the goal of all, but none is there before it"),
        ("attendance_rate: [{phase: primary, target: 95}, {target: , since: 2025-09-01}]", "ends the goal of all, but none is there"),
        ("attendance_rate: [{target: 95}, {target: null, amber: 90, since: 2025-09-01}]", "stands beside an empty target"),
        ("attendance_rate: [{target: 95, phase: secundary}]", "phase"),
        ("attendance_rate: [{red: 90}]", "target"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_expected(tmp_path: Path, goals: str, said: str) -> None:
    told = mistake_of(tmp_path, goals)

    assert said in told
    assert "line 5" in told


def test_limits_that_are_equal_are_no_mistake(tmp_path: Path) -> None:
    assert trust_with(tmp_path, "absence_rate: [{target: 5, amber: 5, red: 5}]").goals


def test_the_same_day_for_two_phases_and_an_academy_of_one_of_them_is_no_mistake(tmp_path: Path) -> None:
    each = "since: 2025-09-01, agreed_by: Board"
    goals = f"attendance_rate: [{{target: 93, {each}}}, {{phase: primary, target: 95, {each}}}, {{academy: ashby, target: 94, {each}}}]"

    assert len(trust_with(tmp_path, goals).goals["attendance_rate"]) == 3
