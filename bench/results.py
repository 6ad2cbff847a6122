"""What a bench found, on a page, as JSON and as lines of a history.

Here: words and layout. Not here: any figure (figures.py), nor what is measured (series.py).
"""

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bench.figures import Line, middle
from bench.measuring import EVERY_SECONDS
from bench.nights import STAGES
from bench.records import Records, Step

HISTORY = ("date", "commit", "figure", "seen", "unit", "at_most", "is_met", "runs", "processor")
MIB = 1024**2
STARTS = "start_"


@dataclass(frozen=True)
class Circumstances:
    """When, on what and on which version."""

    day: date
    commit: str
    runs: int
    is_quick: bool
    machine: dict[str, str]
    peers: dict[str, str]


def page(lines: Sequence[Line], records: Records, about: Circumstances) -> str:
    """The whole page: the figures first."""
    parts = [
        "# What the bench found",
        _opening(lines, about),
        _table(("figure", "target", "seen", "met", "beside it"), [_figure(line) for line in lines]),
        "## Where a night's time goes",
        "Wall seconds of each stage, CPU seconds in brackets; medians.",
        _stages(records),
        "## Every command that was measured",
        f"Medians. Peak memory is that of the whole process tree, looked at about every {EVERY_SECONDS:g} s; read and written are bytes "
        "that passed through read and write calls, from the disk or from memory.",
        _table(("trust", "step", "runs", "wall s", "CPU s", "peak MiB", "read MiB", "written MiB"), _commands(records, is_start=False)),
        "## The tools' own start",
        "What it costs to begin at all. `job` is the night's own Dagster job with every step emptied, after loading the libraries that a "
        "night with nothing new needs.",
        _table(("trust", "start", "runs", "wall s", "CPU s", "peak MiB", "read MiB", "written MiB"), _commands(records, is_start=True)),
        "## The machine",
        _table(("", ""), [list(one) for one in about.machine.items()]),
    ]
    if about.peers:
        parts += ["The peers' own environment: " + ", ".join(f"{name} {found}" for name, found in about.peers.items()) + "."]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_json(lines: Sequence[Line], records: Records, about: Circumstances) -> dict[str, Any]:
    """The same for programs, with every single measurement."""
    return {
        "date": str(about.day),
        "commit": about.commit,
        "runs": about.runs,
        "is_quick": about.is_quick,
        "machine": about.machine,
        "peers": about.peers,
        "figures": [
            {
                "figure": line.target.figure,
                "title": line.target.title,
                "unit": line.target.unit,
                "at_most": line.target.at_most,
                "seen": line.seen.value if line.seen else None,
                "beside": line.seen.beside if line.seen else None,
                "is_met": line.is_met,
            }
            for line in lines
        ],
        "measurements": [
            {"trust": step.trust, "step": step.name, "run": run, **values}
            for step in records.steps()
            for run, values in sorted(records.of(step).items())
        ],
    }


def write(folder: Path, lines: Sequence[Line], records: Records, about: Circumstances) -> None:
    """results.md, results.json, and the history with this commit's lines."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(page(lines, records, about), encoding="utf-8", newline="\n")
    (folder / "results.json").write_text(json.dumps(as_json(lines, records, about), indent=1) + "\n", encoding="utf-8", newline="\n")
    add_to_history(folder / "history.csv", lines, about)


def add_to_history(file: Path, lines: Sequence[Line], about: Circumstances) -> None:
    """One line a figure and commit: measured again at the same commit, a figure's line is replaced."""
    new = [_historical(line, about) for line in lines if line.seen]
    again = {(one["commit"], one["figure"]) for one in new}
    before: list[dict[str, Any]] = []
    if file.exists():
        with file.open(encoding="utf-8", newline="") as old:
            before = [one for one in csv.DictReader(old) if (one["commit"], one["figure"]) not in again]
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, HISTORY, lineterminator="\n")
        writer.writeheader()
        writer.writerows([*before, *new])


def amount(value: float, unit: str) -> str:
    """A figure with its unit, with as many digits as it deserves."""
    if unit == "count":
        return f"{value:.0f}"
    if unit == "ratio":
        return f"{value:.2f}".rstrip("0").rstrip(".") if value < 10 else f"{value:.1f}"
    return f"{value:.1f}".removesuffix(".0") + f" {unit}"


def _opening(lines: Sequence[Line], about: Circumstances) -> str:
    measured = [line for line in lines if line.seen]
    met = sum(bool(line.is_met) for line in measured)
    words = f"{met} of {len(measured)} targets met"
    if len(measured) < len(lines):
        words += f"; {len(lines) - len(measured)} figures not measured"
    quick = " **A quick bench: the small trust in place of the middle one, one run. It shows that the harness works, and nothing else.**"
    return (
        f"{words}. Commit {about.commit}, {about.day}, medians of {about.runs} run{'s' if about.runs > 1 else ''} "
        f"(heavy ones are run less often: the table below says how often).{quick if about.is_quick else ''} "
        "Ratios decide, not seconds: both sides of a ratio are measured one after the other in one session. "
        "[How it is measured](../docs/explanation/speed.md)."
    )


def _figure(line: Line) -> list[str]:
    target = f"≤ {amount(line.target.at_most, line.target.unit)}" if line.target.at_most else "0"
    if line.seen is None:
        return [line.target.title, target, "not measured", "–", ""]
    return [line.target.title, target, amount(line.seen.value, line.target.unit), "yes" if line.is_met else "**no**", line.seen.beside]


def _historical(line: Line, about: Circumstances) -> dict[str, Any]:
    seen = line.seen.value if line.seen else math.nan
    return {
        "date": about.day,
        "commit": about.commit,
        "figure": line.target.figure,
        "seen": f"{seen:.4g}",
        "unit": line.target.unit,
        "at_most": f"{line.target.at_most:g}",
        "is_met": "yes" if line.is_met else "no",
        "runs": about.runs,
        "processor": about.machine.get("processor", ""),
    }


def _stages(records: Records) -> str:
    names = list(dict.fromkeys(STAGES.values()))
    rows = []
    for step in records.steps():
        runs = [_by_stage(one) for one in records.of(step).values() if one.get("stages")]
        if runs:
            cells = [_median_cell([one.get(name, (0.0, 0.0)) for one in runs]) for name in names]
            rows.append([step.trust, step.name.replace("_", " "), *cells])
    return _table(("trust", "night", *names), rows)


def _by_stage(values: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Seconds by stage of the night. What comes after the last stage (the summary, the end of the process) belongs to it."""
    sums: dict[str, tuple[float, float]] = {}
    for stage in values["stages"]:
        wall, cpu = sums.get(stage["name"], (0.0, 0.0))
        sums[stage["name"]] = wall + stage["wall"], cpu + stage["cpu"]
    last = values["stages"][-1]["name"]
    rest = [values[what] - sum(stage[what] for stage in values["stages"]) for what in ("wall", "cpu")]
    sums[last] = sums[last][0] + max(0.0, rest[0]), sums[last][1] + max(0.0, rest[1])
    return sums


def _median_cell(seconds: Sequence[tuple[float, float]]) -> str:
    walls, cpus = (sorted(one) for one in zip(*seconds, strict=True))
    return f"{walls[len(walls) // 2]:.1f} ({cpus[len(cpus) // 2]:.1f})"


def _commands(records: Records, is_start: bool) -> list[list[str]]:
    return [
        _command(records, step)
        for step in records.steps()
        if step.name.startswith(STARTS) == is_start and middle_or_none(records, step) is not None
    ]


def middle_or_none(records: Records, step: Step) -> float | None:
    """The median wall seconds of a step that is a command; None of one that is not."""
    return middle(records, step, "wall") if all("wall" in one for one in records.of(step).values()) else None


def _command(records: Records, step: Step) -> list[str]:
    seconds = [f"{middle(records, step, what) or 0:.2f}" for what in ("wall", "cpu")]
    sizes = [f"{(middle(records, step, what) or 0) / MIB:.0f}" for what in ("peak_bytes", "read_bytes", "written_bytes")]
    return [step.trust, step.name.removeprefix(STARTS).replace("_", " "), str(len(records.of(step))), *seconds, *sizes]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
