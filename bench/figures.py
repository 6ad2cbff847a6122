"""The figures of the bench: what each is made of, its target, and whether it is met.

A ratio is the median over the runs of both sides of one run, measured one after the other in one session; so a machine that is slow for an
hour is slow on both sides. Not here: measuring (series.py), the page (results.py); the targets stand in targets.csv.
"""

import csv
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.queries import QUERIES
from bench.records import Records, Step

TARGETS = Path(__file__).with_name("targets.csv")
GIB = 1024**3
LOADS = tuple(f"year_{number}" for number in range(1, 6))
NEXT_NIGHTS = ("first", "next_whole_year", "next_one_day")


@dataclass(frozen=True)
class Target:
    """A figure's name in words, its unit and the most it may be."""

    figure: str
    title: str
    unit: str
    at_most: float


@dataclass(frozen=True)
class Seen:
    """A figure as it was measured, and what a reader should know beside it."""

    value: float
    beside: str = ""


@dataclass(frozen=True)
class Figure:
    """The steps that a figure needs, and what it makes of their measurements; None where something is missing."""

    needs: tuple[Step, ...]
    of: Callable[[Records], Seen | None]


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    target: Target
    seen: Seen | None

    @property
    def is_met(self) -> bool | None:
        """None where it was not measured."""
        return None if self.seen is None else self.seen.value <= self.target.at_most


def targets() -> list[Target]:
    """All figures in the order of the page."""
    with TARGETS.open(encoding="utf-8", newline="") as file:
        return [Target(row["figure"], row["title"], row["unit"], float(row["at_most"])) for row in csv.DictReader(file)]


def table(records: Records) -> list[Line]:
    """Every figure beside its target."""
    return [Line(target, FIGURES[target.figure].of(records)) for target in targets()]


def steps_of(figures: Iterable[str]) -> set[Step]:
    """What must be measured for these figures."""
    return {step for figure in figures for step in FIGURES[figure].needs}


def paired(records: Records, one: Step, other: Step, what: str) -> float | None:
    """The median over the runs that have both of what `one` took ÷ what `other` took."""
    ones, others = records.of(one), records.of(other)
    both = [ones[run][what] / others[run][what] for run in sorted(ones.keys() & others.keys())]
    return median(both) if both else None


def middle(records: Records, step: Step, what: str) -> float | None:
    """The median of what a step took."""
    values = [one[what] for one in records.of(step).values()]
    return median(values) if values else None


def _ratio(one: Step, other: Step) -> Figure:
    def seen(records: Records) -> Seen | None:
        wall, cpu = (paired(records, one, other, what) for what in ("wall", "cpu"))
        if wall is None or cpu is None:
            return None
        seconds = [middle(records, step, "wall") or math.nan for step in (one, other)]
        return Seen(wall, f"{seconds[0]:.1f} s ÷ {seconds[1]:.1f} s; in CPU seconds {cpu:.2f}")

    return Figure((one, other), seen)


def _nothing_new(records: Records) -> Seen | None:
    wall, start = middle(records, Step("S", "nothing_new"), "wall"), middle(records, Step("S", "start_job"), "wall")
    if wall is None or start is None:
        return None
    return Seen(wall, f"of which the tools' own start {start:.1f} s")


def _nothing_new_own(records: Records) -> Seen | None:
    runs, starts = records.of(Step("S", "nothing_new")), records.of(Step("S", "start_job"))
    own = [(runs[run]["wall"] - starts[run]["wall"], runs[run]["cpu"] - starts[run]["cpu"]) for run in sorted(runs.keys() & starts.keys())]
    if not own:
        return None
    return Seen(median(wall for wall, _ in own), f"in CPU seconds {median(cpu for _, cpu in own):.1f}")


def _memory(trust: str, steps: tuple[str, ...]) -> Figure:
    needs = tuple(Step(trust, step) for step in steps)

    def seen(records: Records) -> Seen | None:
        peaks = {step.name: peak for step in needs if (peak := middle(records, step, "peak_bytes")) is not None}
        if not peaks:
            return None
        worst = max(peaks, key=lambda name: peaks[name])
        return Seen(peaks[worst] / GIB, f"in {worst.replace('_', ' ')}")

    return Figure(needs, seen)


def _failures(step: Step) -> Figure:
    def seen(records: Records) -> Seen | None:
        runs = records.of(step).values()
        if not runs:
            return None
        peak = max(one["peak_bytes"] for one in runs) / GIB
        return Seen(
            sum(one["has_failed"] for one in runs), f"of {len(runs)}; peak {peak:.1f} GiB, {max(one['wall'] for one in runs):.0f} s"
        )

    return Figure((step,), seen)


def _published_to_landing(records: Records) -> Seen | None:
    step = Step("M", "sizes")
    sizes = next(iter(records.of(step).values()), None)
    if sizes is None:
        return None
    published, arbor, landing = (sizes[name] / GIB for name in ("published_bytes", "arbor_bytes", "landing_bytes"))
    return Seen(
        published / arbor,
        f"{published:.2f} GiB ÷ {arbor:.2f} GiB; ÷ the landing as delivered ({landing:.2f} GiB) {published / landing:.2f}",
    )


def _counted(step: Step, what: str, beside: Callable[[Records], str]) -> Figure:
    def seen(records: Records) -> Seen | None:
        value = middle(records, step, what)
        return None if value is None else Seen(value, beside(records))

    return Figure((step,), seen)


def _reading(records: Records) -> str:
    one = next(iter(records.of(Step("M", "readers")).values()))
    return f"{one['reads']} reads, {one['publishes']} publishes, {one['nights_seen']} nights seen"


FIRST = Step("M", "first")
FIGURES: dict[str, Figure] = {
    "first_to_floor": _ratio(FIRST, Step("M", "floor")),
    "first_to_pandas": _ratio(FIRST, Step("M", "pandas")),
    "first_to_dlt_dbt": _ratio(FIRST, Step("M", "dlt_dbt")),
    "whole_year_to_first": _ratio(Step("M", "next_whole_year"), FIRST),
    "one_day_to_first": _ratio(Step("M", "next_one_day"), FIRST),
    "nothing_new": Figure((Step("S", "nothing_new"), Step("S", "start_job")), _nothing_new),
    "nothing_new_own": Figure((Step("S", "nothing_new"), Step("S", "start_job")), _nothing_new_own),
    "growth": _ratio(Step("L", LOADS[-1]), Step("L", LOADS[0])),
    "memory_m": _memory("M", NEXT_NIGHTS),
    "memory_l": _memory("L", LOADS),
    "limited_m": _failures(Step("M", "first_limited")),
    "limited_l": _failures(Step("L", "last_limited")),
    "published_to_landing": Figure((Step("M", "sizes"),), _published_to_landing),
    **{name: _counted(Step("M", "queries"), name, lambda _: "each from a new read-only connection") for name in QUERIES},
    **{name: _counted(Step("M", "readers"), name, _reading) for name in ("reader_errors", "mixed_snapshots")},
}
