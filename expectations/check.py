"""What one check is: the words a school's data manager reads, the SQL that finds what is wrong, and how much it matters.

Here: the shape of a check and the rules every check keeps, tested when it is imported. Not here: any check itself (one file per principle
beside this one), and how checks are run (pipelines/quality).

A check says two things in SQL, each once:

- `checked`: how many things there were to judge. Columns: `academy_id, checked` (at landing `batch_id, checked`). Nothing to judge is
  *not applicable*, never *pass*.
- `sql`: the things that are wrong, one row each or one row for several of a kind. Columns: `academy_id` (at landing `batch_id`),
  `source_pupil_id` (the MIS id, or null), `subject` (what stays the same from night to night: it decides since when a thing has been
  wrong), `what` (the words of the work list) and `failed` (how many rows are wrong). No name of a person, ever.

And it says in words, to the reader of a figure that it touches, what failed: `caveat` (put into sentences by caveat.py).
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

PRINCIPLES = (
    "standardised",
    "balanced",
    "integrated",
    "layered",
    "benchmarked",
    "formative_and_summative",
    "timeliness",
    "plausibility",
    "lifecycle",
)

Stage = Literal["landing", "built"]


class Severity(StrEnum):
    """What a failure does, worst first."""

    STOP = "stop"  # nothing is published: the fault is ours
    HOLD = "hold"  # the batch waits for a person
    WARN = "warn"  # published, with the caveat beside every number it touches
    INFO = "info"  # worth knowing, nothing to put right

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class CheckError(ValueError):
    """A check that breaks the rules of checks: a mistake of ours, found when it is imported."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: what it is, when it matters, how to put it right, and the SQL that finds it."""

    id: str
    principle: str
    severity: Severity
    what: str
    when: str
    how: str
    affects: tuple[str, ...]
    at: Stage
    checked: str = field(repr=False)
    sql: str = field(repr=False)
    not_applicable: str
    entities: tuple[str, ...] = ()
    hold_over_pct: int | None = None
    covers_trust: bool = False
    caveat: str = ""  # without its full stop; {failed} and {checked} are the counts. Empty: the first sentence of `what`, and the counts

    def __post_init__(self) -> None:
        """Refuse a check that a data manager could not read or that could not be run."""
        for problem in self._problems():
            raise CheckError(f"Check {self.id or '(without an id)'}: {problem}")

    def _problems(self) -> list[str]:
        texts = {"id": self.id, "what": self.what, "when": self.when, "how": self.how, "not_applicable": self.not_applicable}
        problems = [f"{name} is empty" for name, text in texts.items() if not text.strip()]
        if self.principle not in PRINCIPLES:
            problems.append(f"no principle is called {self.principle!r}; they are {', '.join(PRINCIPLES)}")
        if not self.affects:
            problems.append("affects names no measure; 'all' is allowed")
        if "academy_id" not in self.checked and "batch_id" not in self.checked:
            problems.append("checked must give one row per academy or batch")
        if set(re.findall(r"{(.*?)}", self.caveat)) - {"failed", "checked"}:
            problems.append("caveat may have {failed} and {checked}, and no other gap")
        if self.caveat.endswith("."):
            problems.append("caveat ends without a full stop: the check's name comes after it")
        if "failed" not in self.sql:
            problems.append("sql must count what is wrong in a column called failed")
        return problems + self._problems_of_stage()

    def _problems_of_stage(self) -> list[str]:
        if self.at == "built":
            return ["only a check at landing can hold a batch"] if self.hold_over_pct is not None else []
        problems = [] if self.entities else ["a check at landing names the entities it judges"]
        if self.hold_over_pct is not None and not 0 < self.hold_over_pct < 100:
            problems.append("hold_over_pct is a percentage between 0 and 100")
        return problems
