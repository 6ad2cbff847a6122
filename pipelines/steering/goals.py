"""Which goals hold for an academy on a day, and whether somebody agreed them.

Here: that. Not here: the shape of a goal (pipelines/goals.py), nor whether it is met (models/benchmarks).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from pipelines.goals import Goal
from pipelines.trust import Academy, TrustConfig


def goals_in_force(trust: TrustConfig, academies: Sequence[Academy], day: date) -> Iterator[dict[str, Any]]:
    """One row per academy and measure with a goal."""
    for academy in academies:
        for measure_id, goals in trust.goals.items():
            goal = _of(academy, goals, day)
            if goal is not None:
                is_agreed = goal.since is not None and goal.agreed_by is not None
                yield {"academy_id": academy.id, "measure_id": measure_id, "is_agreed": is_agreed}


def _of(academy: Academy, goals: Sequence[Goal], day: date) -> Goal | None:
    """The academy's own, else its phase's, else that of all: of each the newest that has begun, unless it ended what was before it."""
    begun = sorted((each for each in goals if each.since is None or each.since <= day), key=lambda each: each.since or date.min)
    own = [each for each in begun if each.academy == academy.id]
    of_phases = [[each for each in begun if each.academy is None and each.phase == phase] for phase in (academy.phase, "all")]
    newest = [some[-1] for some in (own, *of_phases) if some]
    return next((each for each in newest if each.target is not None), None)
