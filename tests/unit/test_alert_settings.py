"""What trust.yml may say of alerts: rules with other numbers, who is told, and mistakes told with their line."""

from pathlib import Path

import pytest

from pipelines.alert_rules import RuleSettings
from pipelines.trust import TrustConfigError, load_trust

TRUST_YML = """
trust: {name: Ashby Trust}
academies:
  - {id: ashby, name: Ashby, phase: primary, mis: matlas}
alerts:
"""


def test_trust_yml_may_switch_a_rule_off_or_give_it_another_number(tmp_path: Path) -> None:
    (tmp_path / "trust.yml").write_text(
        TRUST_YML + "  rules:\n    sudden_change: {is_on: false}\n    goal_breached: {trust_at_once: true}\n", encoding="utf-8"
    )
    rules = load_trust(tmp_path / "trust.yml").alerts.rules
    assert not rules.sudden_change.is_on
    assert rules.sudden_change.weeks == 12
    assert rules.goal_breached.trust_at_once
    assert rules.held == RuleSettings.model_validate({}).held


@pytest.mark.parametrize(
    ("said", "line", "words"),
    [
        ("  rules: {sudden_chang: {is_on: false}}", 6, "sudden_change"),
        ("  rules: {sudden_change: {week: 3}}", 6, "weeks"),
        ("  rules: {sudden_change: {chance: 2}}", 6, "chance"),
        ("  rules: {sudden_change: {measures: {attendence_rate: 2}}}", 6, "attendance_rate"),
        ("  rules: {sudden_change: {min_weeks: 13}}", 6, "could ever have enough"),
        ("  readers: [{name: ashby_leaders, academies: [asby], url_env: A}]", 6, "ashby"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_expected(tmp_path: Path, said: str, line: int, words: str) -> None:
    (tmp_path / "trust.yml").write_text(TRUST_YML + said + "\n", encoding="utf-8")
    with pytest.raises(TrustConfigError) as error:
        load_trust(tmp_path / "trust.yml")
    assert f"line {line}" in str(error.value)
    assert words in str(error.value)
