"""What reading one delivered value gives, and what of profile and academy it hangs on.

Here: the types that rules, plans and judging share. Not here: any rule (rules.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.sources import CodeMap, Column
from pipelines.sources.vocabulary import DATE_FORMATS

WRITTEN_AS_IS = frozenset({"id", "text", "name"})
MARKS = "attendance"
BOOLEANS = "boolean"
MISSING = "missing_required"

Inputs = Sequence[str | None]


class Outcome(NamedTuple):
    """What a delivered value is in the contract.

    `source` is the value as delivered, trimmed. `fault` rejects the row. `unmapped` are the values that no map knows.
    """

    value: str | None = None
    source: str | None = None
    fault: str | None = None
    unmapped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What the profile and the academy say about one column."""

    column: Column
    codes: CodeMap | None = None
    blank_is_false: bool = False
    is_delivered: bool = True
    dates: tuple[str, ...] = tuple(DATE_FORMATS)

    @property
    def is_mark(self) -> bool:
        """Whether a lone hyphen is a value here."""
        return self.column.code_set == MARKS


MISSING_MARK = "-"  # what a register prints for a session that nobody marked: a row without a mark, not a row that cannot be read

Read = Callable[[Inputs], Outcome]
ReadAll = Callable[[Inputs], list[str | None]]
