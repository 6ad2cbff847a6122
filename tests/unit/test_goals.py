"""Goals of trust.yml: what the build is given, and how their mistakes are told."""

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
        GoalRow("attendance_rate", "primary", 96, 95.5, 94),
        GoalRow("attendance_rate", "all", 95, 95, None),
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
