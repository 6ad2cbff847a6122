"""Goals: what the trust aims at, measure by measure, since when and agreed by whom, and from where a figure is amber or red.

Here: the shape of `goals:` in trust.yml, its mistakes, and the rows that the build is given. Not here: which goal is in force on a day
(models/benchmarks/goal_in_force), which colour a figure has (models/benchmarks/goal_standing), and what the measure means (the seed
ref_measure).
"""

import csv
import datetime
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipelines.readers import academy_mistake
from pipelines.trust_errors import Place
from pipelines.trust_types import Day, Text

MEASURES = Path(__file__).parent.parent / "dbt_project" / "seeds" / "ref_measure.csv"
GoalPhase = Literal["all", "nursery", "primary", "middle", "secondary", "all_through", "special", "alternative_provision", "post16"]
RANGES = {"%": (0.0, 100.0), "per 100 pupils": (0.0, math.inf)}


class Goal(BaseModel):
    """One goal of a measure: an academy's own, that of a phase, or that of all without a goal of their own.

    It is in force from `since` (without it: always) to the day before the next one of the same academy or phase begins. A figure as good as
    `amber` is green, one as good as `red` is amber, any worse one is red. Without `amber` the target itself is the limit; without `red`
    nothing is red. A target of null ends the goal: from that day the wider goal counts again, or none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    phase: GoalPhase = "all"
    academy: str | None = None
    target: float | None = Field(allow_inf_nan=False)
    amber: float | None = Field(default=None, allow_inf_nan=False)
    red: float | None = Field(default=None, allow_inf_nan=False)
    since: Day | None = None
    agreed_by: Text | None = None

    @property
    def whose(self) -> str:
        """Whom it is for: the academy, the phase, or all."""
        return self.academy or self.phase


Goals = dict[str, list[Goal]]


@dataclass(frozen=True)
class GoalRow:
    """One row of run.goal: of an academy or of a phase (`all`: all of them), never of both.

    Limits that are not given are the target (amber) or none (red). A row without a target ends the goal before it.
    """

    measure_id: str
    phase: str | None
    academy_id: str | None
    since: datetime.date | None
    agreed_by: str | None
    target: float | None
    amber: float | None
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


def better(measure_id: str) -> str:
    """Which values of a measure are better: `higher`, `lower`, or `context` for neither. KeyError for what is no measure."""
    return _measures()[measure_id].direction


def goal_mistakes(goals: Goals, academy_ids: Collection[str]) -> Iterator[tuple[Place, str]]:
    """What no type can see, each with its place under `goals:` and what was expected."""
    for measure_id, each in goals.items():
        measure = _measures().get(measure_id)
        if measure is None:
            continue  # said with the nearest name by trust.py
        if measure.direction == "context":
            yield (measure_id,), "is neither better high nor low, so it can have no goal."
            continue
        for number, goal in enumerate(each):
            mistakes = (*_whose_mistakes(goal, academy_ids), *_history_mistakes(each, number), *_limit_mistakes(goal, measure))
            yield from (((measure_id, number, *place), what) for place, what in mistakes)


def _whose_mistakes(goal: Goal, academy_ids: Collection[str]) -> Iterator[tuple[Place, str]]:
    if goal.academy is None:
        return
    if unknown := academy_mistake(goal.academy, academy_ids):
        yield ("academy",), unknown
    if "phase" in goal.model_fields_set:
        yield ("phase",), f"stands beside the academy {goal.academy}: a goal is an academy's own or a phase's. Leave one of the two out."
    if goal.agreed_by is None:
        yield (
            (),
            f"is a goal of {goal.academy}'s own and does not say who agreed it; expected such as "
            f'`agreed_by: "{goal.academy.capitalize()}\'s governors and the board, 8 July 2025"`.',
        )


def _history_mistakes(goals: list[Goal], number: int) -> Iterator[tuple[Place, str]]:
    """Two goals at a time for the same academy or phase, and an end of what never began."""
    goal = goals[number]
    of_the_same = [(place, other) for place, other in enumerate(goals) if other.whose == goal.whose]
    twin = next((place for place, other in of_the_same if place < number and other.since == goal.since), None)
    if twin is not None:
        day = f" since {goal.since}" if goal.since else ""
        yield (
            (),
            f"is a second goal for {goal.whose}{day}; number {twin + 1} of the list is the first, and one counts at a time. Give the later "
            "one the day from which it counts, such as `since: 2025-09-01`: the earlier one then stays for the time before.",
        )
    if goal.target is None and not any(_is_before(other, goal) and other.target is not None for _, other in of_the_same):
        yield (
            ("target",),
            f"is empty, which ends the goal of {goal.whose}, but none is there before it. Give the target as a number, or the day from "
            "which there is no goal, such as `since: 2025-09-01`.",
        )


def _is_before(earlier: Goal, later: Goal) -> bool:
    return later.since is not None and (earlier.since is None or earlier.since < later.since)


def _limit_mistakes(goal: Goal, measure: _Measure) -> Iterator[tuple[Place, str]]:
    low, high = RANGES.get(measure.unit, (-math.inf, math.inf))
    named = (("target", goal.target), ("amber", goal.amber), ("red", goal.red))
    given = [(name, value) for name, value in named if value is not None]
    if goal.target is None:
        yield from (((name,), "stands beside an empty target, which ends the goal; leave it out.") for name, _ in given)
        return
    for name, value in given:
        if not low <= value <= high:
            yield (
                (name,),
                f"is {value:g}; this measure is in {measure.unit}, from {low:g} {f'to {high:g}' if high < math.inf else 'up'}.",
            )
    for (better, limit), (name, value) in pairwise(given):
        if value > limit if measure.direction == "higher" else value < limit:
            yield (
                (name,),
                f"is {value:g}, better than {better} ({limit:g}): {measure.direction} is better, so {name} is the worse one.",
            )


def goal_rows(goals: Goals) -> Iterator[GoalRow]:
    """The rows of run.goal."""
    for measure_id, each in goals.items():
        for goal in each:
            amber = goal.target if goal.amber is None else goal.amber
            phase = goal.phase if goal.academy is None else None
            yield GoalRow(measure_id, phase, goal.academy, goal.since, goal.agreed_by, goal.target, amber, goal.red)
