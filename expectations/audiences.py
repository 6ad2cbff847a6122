"""Who reads what, and what each table may hold of people: audiences.yml as it stands.

Here: reading it. Not here: which class a column has (the contract, the models' YAML), which columns a reader gets (pipelines/access), nor
the check that judges them (layered.py).
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

AUDIENCES_FILE = Path(__file__).with_suffix(".yml")
Rows = Literal["all", "own"]
How = Literal["as_it_is", "pseudonym", "month", "common"]


@dataclass(frozen=True)
class Line:
    """What one audience has of the tables that a pattern fits."""

    may_hold: tuple[str, ...] = ()
    rows: Rows = "all"
    own_through: tuple[str, str] | None = None
    figures: bool = False
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AudienceRules:
    """One audience: its lines by pattern, in order, and how it sees people's columns where it may know nobody by name."""

    lines: dict[str, Line]
    columns: dict[str, How] = field(default_factory=dict)

    @property
    def knows_nobody(self) -> bool:
        """Whether people stand under pseudonyms, and only the columns that are named are shown of them."""
        return bool(self.columns)

    def line(self, table: str) -> Line:
        """The line of a table: the first that fits; one that may hold nothing where none does."""
        return next((line for pattern, line in self.lines.items() if fnmatchcase(table, pattern)), Line())


@cache
def audiences() -> dict[str, AudienceRules]:
    """The rules of every audience, by its name."""
    found = yaml.safe_load(AUDIENCES_FILE.read_text(encoding="utf-8"))
    return {audience: _rules(**said) for audience, said in found.items()}


def _rules(tables: dict[str, Any], columns: dict[How, list[str]] | None = None) -> AudienceRules:
    lines = {pattern: _line(**(said if isinstance(said, dict) else {"may_hold": said})) for pattern, said in tables.items()}
    return AudienceRules(lines, {name: how for how, names in (columns or {}).items() for name in names})


def _line(
    may_hold: list[str],
    rows: Rows = "all",
    own_through: dict[str, str] | None = None,
    figures: bool = False,
    without: list[str] | None = None,
) -> Line:
    through = next(iter((own_through or {}).items()), None)
    return Line(tuple(may_hold), rows, through, figures, frozenset(without or ()))
