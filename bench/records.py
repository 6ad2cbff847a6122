"""What was measured so far: each measurement is written at once, so that an interrupted bench goes on where it stopped.

Here: one line of JSON a measurement, the last of a step and run counts. Not here: what is measured (series.py), what it means (figures.py).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

Values = dict[str, Any]


class Step(NamedTuple):
    """Something that is measured: on which trust, and what."""

    trust: str
    name: str


class OtherBenchError(Exception):
    """What lies there was begun under other circumstances; the message says which."""


class Records:
    """The measurements of one bench."""

    def __init__(self, file: Path, circumstances: Values, is_resumed: bool = False) -> None:
        """Begin anew, or go on with what the file holds if it was begun under the same circumstances (commit, trusts)."""
        self._file = file
        self._measured: dict[Step, dict[int, Values]] = {}
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = self._read(circumstances) if is_resumed and file.exists() else []
        file.write_text("", encoding="utf-8")
        self._write({"circumstances": circumstances})
        for one in kept:
            self.add(Step(one["trust"], one["step"]), one["run"], one["values"])

    def add(self, step: Step, run: int, values: Values) -> None:
        """Keep a measurement, in the file before anything else is done."""
        self._write({"trust": step.trust, "step": step.name, "run": run, "values": values})
        self._measured.setdefault(step, {})[run] = values

    def has(self, step: Step, run: int) -> bool:
        """Whether that step is measured in that run."""
        return run in self._measured.get(step, {})

    def of(self, step: Step) -> dict[int, Values]:
        """The measurements of a step by run."""
        return self._measured.get(step, {})

    def steps(self) -> Iterator[Step]:
        """Every step that was measured, in the order of its first measurement."""
        yield from self._measured

    def _write(self, line: Values) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _read(self, circumstances: Values) -> list[Values]:
        first, *lines = self._file.read_text(encoding="utf-8").splitlines() or ["{}"]
        begun = json.loads(first).get("circumstances")
        if begun != circumstances:
            raise OtherBenchError(
                f"The interrupted bench was begun with {begun}, this one is {circumstances}. Begin anew: leave out --resume."
            )
        return [json.loads(line) for line in lines if line.endswith("}")]  # a line cut short was being written
