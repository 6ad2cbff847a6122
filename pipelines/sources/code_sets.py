"""Codes: which there are, what they are called, and how a delivered value finds its code.

Here: code_sets.csv (re-keyed from DfE's Common Basic Data Set and attendance guidance, Open Government Licence v3) and the order in which a
value is looked up. Not here: what a code means for a measure (dbt seeds), and a profile's own codes (its codes.csv).
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.sources.vocabulary import collapsed

CODE_SETS_FILE = Path(__file__).parent / "code_sets.csv"
# As labels in code_sets.csv: what a blank value means, and what a column that is not delivered means.
BLANK, ABSENT = "(blank)", "(blank or not delivered)"
# As the label of a row without a code: beside the codes listed, any other value is kept as it is.
ANY_OTHER = "(any other)"
# As the code that a map gives a value: a person decided that it has none. It is then unknown, and nobody is asked about it again.
NO_CODE = "-"
PUNCTUATION = re.compile(r"[^\w\s]|_")


@dataclass(frozen=True)
class CodeSet:
    """One code set: its codes, the comparison keys that find each, and what a blank means where that is settled.

    In an open set the MIS's own code is kept where nothing maps it: the set has no codes (why a pupil left, where to), or says that there
    are others (subjects).
    """

    name: str
    codes: tuple[str, ...]
    by_key: Mapping[str, str]
    blank: str | None
    blank_when_absent: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class CodeMap:
    """How one academy's values of one code set are read: its own map, the profile's, the code itself, a label."""

    code_set: CodeSet
    own: Mapping[str, str]

    def find(self, value: str) -> str | None:
        """The code of a value that is not blank; None when nothing maps it."""
        target = self.find_own(value) or value
        known = self.code_set.by_key.get(code_key(target))
        return known or (collapsed(target) if self.code_set.is_open else None)

    def has_none(self, value: str) -> bool:
        """Whether a map says that the value has no code."""
        return self.find_own(value) == NO_CODE

    def find_own(self, value: str) -> str | None:
        """What the academy or the profile says of a value, None where neither says anything."""
        return self.own.get(code_key(value))


def code_key(value: str) -> str:
    r"""What codes and labels are compared by: without case, punctuation and runs of blanks.

    A value that is only punctuation (the marks / and \ and #) is compared as itself.
    """
    folded = value.casefold()
    return collapsed(PUNCTUATION.sub(" ", folded)) or collapsed(folded)


@cache
def code_sets() -> dict[str, CodeSet]:
    """Every code set that has codes, by name."""
    rows: dict[str, list[tuple[str, str]]] = {}
    with CODE_SETS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["code_set"], []).append((row["code"], row["label"]))
    return {name: _code_set(name, found) for name, found in rows.items()}


def code_set(name: str) -> CodeSet:
    """The code set of this name, an open one when it has no codes."""
    return code_sets().get(name) or CodeSet(name, (), {}, None, is_open=True)


def code_map(name: str, academys: Mapping[str, str], profiles: Mapping[str, str]) -> CodeMap:
    """The map of one academy: its own codes stand above the profile's, those above the codes and labels themselves."""
    own = {code_key(value): code for value, code in profiles.items()}
    own.update({code_key(value): code for value, code in academys.items()})
    return CodeMap(code_set(name), own)


def _code_set(name: str, rows: list[tuple[str, str]]) -> CodeSet:
    codes = tuple(dict.fromkeys(code for code, _ in rows if code))
    by_key = {code_key(code): code for code in codes}
    for code, label in rows:
        if code and label and label not in {BLANK, ABSENT}:
            by_key.setdefault(code_key(label), code)
    blank = next(((code, label) for code, label in rows if label in {BLANK, ABSENT}), (None, ""))
    return CodeSet(name, codes, by_key, blank[0], blank[1] == ABSENT, any(label == ANY_OTHER for _, label in rows))
