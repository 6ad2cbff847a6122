"""Which rows of core a measure's numerator and denominator are counted from.

Here: parts.csv as records. Not here: what a fact's rows are (facts.py) and counting them (counting.py).
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

PARTS_FILE = Path(__file__).with_name("parts.csv")
Role = Literal["numerator", "denominator", "both"]
Counted = Literal["rows", "people", "enrolments", "rest", "made"]
"""How rows become the figure: their amounts added up; the different people (or enrolments) of them; added up, they and the numerator
are the denominator; or made of them by a rule that is more than counting, said in `made`."""


@dataclass(frozen=True)
class Part:
    """The rows of one fact that a numerator or a denominator is counted from.

    `rows` and `amount` are SQL over the columns that facts.py gives the fact; `group` (`topic=value`) narrows them to a group of pupils.
    """

    role: Role
    fact: str
    rows: str
    group: str
    counted: Counted
    amount: str
    made: str

    @property
    def adds_up(self) -> bool:
        """Whether a second count must come to the published number."""
        return self.counted != "made"


@cache
def parts() -> dict[str, tuple[Part, ...]]:
    """The parts of every measure."""
    found: dict[str, list[Part]] = {}
    with PARTS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row.pop("measure_id"), []).append(Part(**row))  # type: ignore[arg-type]  # a test reads every line
    return {measure_id: tuple(some) for measure_id, some in found.items()}
