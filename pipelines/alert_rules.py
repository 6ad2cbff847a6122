"""The rules that raise an alert, as data: which there are, the numbers of each, and what trust.yml may say otherwise.

Here: the shape of `alerts: rules:` of trust.yml, laid over the defaults (alerts/rules.yml), and its mistakes. Not here: what a rule looks
for (alerts/rules/*.sql), and who is told (alert_settings.py).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipelines.goals import measures_with_goals
from pipelines.trust_errors import Place, nearest

DEFAULTS = Path(__file__).parent / "alerts" / "rules.yml"

Chance = Annotated[float, Field(gt=0, lt=0.5)]
Count = Annotated[int, Field(ge=1)]
LeastChange = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Rule(BaseModel):
    """What every rule has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    is_on: bool
    severity: Literal["inform", "act"]
    trust_at_once: bool
    trust_after_school_days: Count
    clear_after: Count
    quiet_school_days: Annotated[int, Field(ge=0)]


class GoalBreached(Rule):
    """A figure of the year to date is red, and not by chance."""

    chance: Chance
    min_school_days: Count


class SuddenChange(Rule):
    """The last whole school week is unlike the academy's own weeks before it. `measures`: the least change worth an alert."""

    chance: Chance
    weeks: Annotated[int, Field(ge=4)]
    min_weeks: Annotated[int, Field(ge=4)]
    min_people: Count
    measures: dict[str, LeastChange]


class GroupFallingBehind(Rule):
    """A pupil group's gap to all pupils is wider than it was, or than the trust's. `measures`: the least widening worth an alert."""

    chance: Chance
    weeks: Annotated[int, Field(ge=2)]
    min_people: Count
    topics: tuple[str, ...]
    measures: dict[str, LeastChange]


class Stale(Rule):
    """Nothing was delivered for that many of the academy's own school days; a feed, for more than its own pace."""

    school_days: Count
    feed_school_days: Count
    feed_deliveries: Annotated[int, Field(ge=3)]


class Held(Rule):
    """A delivery waits for a person."""


class CheckFailed(Rule):
    """A check of such a severity fails."""

    severities: tuple[Literal["stop", "hold", "warn"], ...]


@cache
def default_rules() -> Mapping[str, Mapping[str, Any]]:
    """The rules as they are where trust.yml says nothing."""
    read: dict[str, dict[str, Any]] = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    return read


class RuleSettings(BaseModel):
    """Every rule with its numbers: those of trust.yml where it has them, else the defaults. A mapping of `measures` is given whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    goal_breached: GoalBreached
    sudden_change: SuddenChange
    group_falling_behind: GroupFallingBehind
    stale: Stale
    held: Held
    check_failed: CheckFailed

    @model_validator(mode="before")
    @classmethod
    def _over_the_defaults(cls, said: Any) -> Any:
        if not isinstance(said, Mapping):
            return said
        merged: dict[Any, Any] = {name: dict(numbers) for name, numbers in default_rules().items()}
        for name, numbers in said.items():
            merged[name] = {**merged.get(name, {}), **numbers} if isinstance(numbers, Mapping) else numbers
        return merged

    def of(self, rule: str) -> Rule:
        """The rule of this name; KeyError where there is none."""
        if rule not in type(self).model_fields:
            raise KeyError(rule)
        found: Rule = getattr(self, rule)
        return found


RULES = tuple(RuleSettings.model_fields)


def rule_mistakes(rules: RuleSettings) -> Iterator[tuple[Place, str]]:
    """What no type can see, each with its place under `alerts: rules:`: measures that nobody knows or that no value of is better."""
    known = measures_with_goals()
    for name in ("sudden_change", "group_falling_behind"):
        for measure_id in getattr(rules, name).measures:
            if measure_id not in known:
                yield (
                    (name, "measures", measure_id),
                    f"is no measure of which one value is better than another.{nearest(measure_id, known)}",
                )
    if rules.sudden_change.min_weeks > rules.sudden_change.weeks:
        yield ("sudden_change", "min_weeks"), "is more than `weeks`, so that no academy could ever have enough of them."
