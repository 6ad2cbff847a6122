"""The small charts: how many checks failed in each of the last runs, as a path for an SVG and as the words that say the same.

Here: the shape of one chart. Not here: its colours (templates/report.css).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pipelines.report.figures import SHOWN_RUNS, RunCount
from pipelines.report.words import counted, day

STEP = 5
BAR = 4
HEIGHT = 36


@dataclass(frozen=True)
class Point:
    """One run: when, how many checks failed, how many of those are accepted, how many checks could not be run."""

    checked_at: datetime
    failed: int
    accepted: int
    not_run: int


@dataclass(frozen=True)
class Chart:
    """One chart. The bars stand to the right, the latest run last; a run without a failure has a tick, so that it is seen to have been."""

    title: str
    words: str
    failed: str
    not_run: str
    ticks: str
    latest: int
    width: int = STEP * SHOWN_RUNS
    height: int = HEIGHT


def points_of(history: Iterable[RunCount]) -> list[Point]:
    """One point a run, oldest first: the sum of what is given."""
    runs: dict[int, list[RunCount]] = defaultdict(list)
    for each in history:
        runs[each.run].append(each)
    return [
        Point(
            checked_at=runs[run][0].checked_at,
            failed=sum(each.failed for each in runs[run]),
            accepted=sum(each.accepted for each in runs[run]),
            not_run=sum(each.not_run for each in runs[run]),
        )
        for run in sorted(runs, reverse=True)
    ]


def most(points: Iterable[Point]) -> int:
    """The highest bar: charts that stand side by side share their scale."""
    return max((each.failed + each.not_run for each in points), default=0)


def chart(title: str, points: list[Point], top: int) -> Chart:
    """Draw one chart whose full height is `top`."""
    failed, not_run, ticks = [], [], []
    for place, point in enumerate(points, start=SHOWN_RUNS - len(points)):
        left = place * STEP
        ticks.append(f"M{left} {HEIGHT - 1}h{BAR}")
        lower = _height(point.failed, top)
        if point.failed:
            failed.append(_bar(left, HEIGHT - 1, lower))
        if point.not_run:
            not_run.append(_bar(left, HEIGHT - 1 - lower, _height(point.not_run, top)))
    latest = points[-1].failed if points else 0
    return Chart(title, _words(points), "".join(failed), "".join(not_run), "".join(ticks), latest)


def _height(value: int, top: int) -> int:
    """At least two units for a value above 0: it must be seen beside a large one."""
    return max(2, round(value * (HEIGHT - 3) / top)) if value else 0


def _bar(left: int, foot: int, height: int) -> str:
    return f"M{left} {foot}v-{height}h{BAR}v{height}z"


def _words(points: list[Point]) -> str:
    if not points:
        return "Nothing has been judged yet."
    latest = points[-1]
    accepted = f" ({latest.accepted} accepted)" if latest.accepted else ""
    missing = f", {latest.not_run} not run" if latest.not_run else ""
    tonight = f"{counted(latest.failed, 'check')} failed tonight{accepted}{missing}"
    if len(points) == 1:
        return f"{tonight}. This was the first run."
    worst = max(points, key=lambda each: (each.failed, each.checked_at))
    least = min(each.failed for each in points)
    return (
        f"{tonight}, {points[-2].failed} in the run before. "
        f"In {len(points)} runs: at least {least}, at most {worst.failed} ({day(worst.checked_at)})."
    )
