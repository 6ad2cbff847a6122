"""Goals: what the trust aims at, measure by measure, and from where a figure is amber or red.

Here: the shape of `goals:` in trust.yml, its mistakes, and the rows that the build is given. Not here: which colour a figure has
(models/benchmarks/goal_standing), and what the measure means (the seed ref_measure).
"""

import csv
import datetime
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MEASURES = Path(__file__).parent.parent / "dbt_project" / "seeds" / "ref_measure.csv"
GoalPhase = Literal["all", "nursery", "primary", "middle", "secondary", "all_through", "special", "alternative_provision", "post16"]
RANGES = {"%": (0.0, 100.0), "per 100 pupils": (0.0, math.inf)}


class Goal(BaseModel):
    """One goal of a measure: for one phase, or for all phases without a goal of their own.

    A figure as good as `amber` is green, one as good as `red` is amber, any worse one is red. Without `amber` the target itself is the
    limit; without `red` nothing is red.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    phase: GoalPhase = "all"
    academy: str | None = None
    since: datetime.date | None = None
    agreed_by: str | None = None
    target: float = Field(allow_inf_nan=False)
    amber: float | None = Field(default=None, allow_inf_nan=False)
    red: float | None = Field(default=None, allow_inf_nan=False)


Goals = dict[str, list[Goal]]


@dataclass(frozen=True)
class GoalRow:
    """One row of run.goal: limits that are not given are the target (amber) or none (red)."""

    measure_id: str
    phase: str
    target: float
    amber: float
    red: float | None


@dataclass(frozen=True)
class _Measure:
    unit: str
    direction: str


@cache
def _measures() -> Mapping[str, _Measure]:
    with MEASURES.open(encoding="utf-8", newline="") as file:
        return {row["measure_id"]: _Measure(row["unit"], row["direction"]) for row in csv.DictReader(file)}


def measures_with_goals() -> list[str]:
    """The measures for which one value is better than another."""
    return [name for name, measure in _measures().items() if measure.direction != "context"]


def goal_mistakes(goals: Goals) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What no type can see, each with its place under `goals:` and what was expected."""
    for measure_id, each in goals.items():
        measure = _measures().get(measure_id)
        if measure is None:
            continue  # said with the nearest name by trust.py
        if measure.direction == "context":
            yield (measure_id,), "is neither better high nor low, so it can have no goal."
            continue
        phases = [goal.phase for goal in each]
        for number, goal in enumerate(each):
            if goal.phase in phases[:number]:
                yield (measure_id, number), f"is a second goal for {goal.phase}; one phase has one goal."
            for limit, what in _limit_mistakes(goal, measure):
                yield (measure_id, number, limit), what


def _limit_mistakes(goal: Goal, measure: _Measure) -> Iterator[tuple[str, str]]:
    low, high = RANGES.get(measure.unit, (-math.inf, math.inf))
    named = (("target", goal.target), ("amber", goal.amber), ("red", goal.red))
    given = [(name, value) for name, value in named if value is not None]
    for name, value in given:
        if not low <= value <= high:
            yield name, f"is {value:g}; this measure is in {measure.unit}, from {low:g} {f'to {high:g}' if high < math.inf else 'up'}."
    for (better, limit), (name, value) in pairwise(given):
        if value > limit if measure.direction == "higher" else value < limit:
            yield (
                name,
                f"is {value:g}, better than {better} ({limit:g}): {measure.direction} is better, so {name} is the worse one.",
            )


def goal_rows(goals: Goals) -> Iterator[GoalRow]:
    """The rows of run.goal."""
    for measure_id, each in goals.items():
        for goal in each:
            amber = goal.target if goal.amber is None else goal.amber
            yield GoalRow(measure_id, goal.phase, goal.target, amber, goal.red)
