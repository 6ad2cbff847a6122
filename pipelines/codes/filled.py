"""Whether a filled map may be taken: every line is checked before anything is written.

Here: the sentences about a line, and which academies it is for. Not here: writing (writing.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipelines.codes.map_file import Line
from pipelines.codes.unmapped import Unmapped
from pipelines.codes.vocabularies import code_of, codes_known, kinds, reads_as
from pipelines.sources import profile_names
from pipelines.sources.code_sets import NO_CODE, code_key
from pipelines.trust import Academy, TrustConfig
from pipelines.trust_errors import nearest

ALL = "all"


@dataclass(frozen=True)
class Addition:
    """One entry for trust.yml."""

    academy_id: str
    code_set: str
    value: str
    code: str


@dataclass
class Filled:
    """What a filled map comes to: what to add, what is known, lines left blank, notes, mistakes. With a mistake nothing is written."""

    additions: list[Addition] = field(default_factory=list)
    already: int = 0
    blank: int = 0
    notes: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


def check(name: str, lines: Iterable[Line], trust: TrustConfig, unmapped: Sequence[Unmapped]) -> Filled:
    """Check every line. `name` is the file, for the sentences; `unmapped` are the values without a map today."""
    checker = _Checker(name, trust, unmapped)
    for line in lines:
        checker.take(line)
    return checker.filled


class _Checker:
    def __init__(self, name: str, trust: TrustConfig, unmapped: Sequence[Unmapped]) -> None:
        self.filled = Filled()
        self._name = name
        self._academies = {academy.id: academy for academy in trust.academies}
        self._unmapped: dict[tuple[str, str], list[str]] = {}
        for one in unmapped:
            self._unmapped.setdefault((one.code_set, code_key(one.value)), []).append(one.academy_id)
        self._taken: dict[tuple[str, str, str], tuple[str, int]] = {}

    def take(self, line: Line) -> None:
        """Add a line to what the map comes to."""
        if not line.code:
            self.filled.blank += 1
            return
        mistake = self._mistake(line)
        if mistake:
            self._wrong(line, mistake)
            return
        code = str(code_of(line.code_set, line.code))
        if line.academy in self._academies:
            self._take_for(self._academies[line.academy], line, code)
        else:
            self._take_for_several(line, code)

    def _mistake(self, line: Line) -> str | None:
        """What is wrong with a line by itself, in words; None where nothing is."""
        if line.code_set not in kinds():
            return f"there is no code set “{line.code_set}”.{nearest(line.code_set, list(kinds())) or _listed(sorted(kinds()))}"
        if not line.value:
            return "the value is empty; a blank has the meaning that the code set gives it."
        known = codes_known(line.code_set)
        if code_of(line.code_set, line.code) is None:
            return (
                f"“{line.code}” is no code of {line.code_set}.{nearest(line.code, known) or _listed(known)} "
                f"Write {NO_CODE} for a value that has no code."
            )
        if line.academy in self._academies or line.academy == ALL or line.academy in profile_names():
            return None
        return f"there is no academy “{line.academy}”.{nearest(line.academy, [*self._academies, *profile_names(), ALL])}"

    def _take_for_several(self, line: Line, code: str) -> None:
        """For every academy (of an MIS) that delivers the value without a map."""
        scope = [academy for academy in self._academies.values() if line.academy in (ALL, academy.mis)]
        asking = [academy for academy in scope if academy.id in self._asking(line)]
        for academy in asking:
            self._take_for(academy, line, code)
        if asking:
            return
        if any(reads_as(academy, line.code_set, line.value) == code for academy in scope):
            self.filled.already += 1
        else:
            self._note(line, f"no academy {'' if line.academy == ALL else f'with {line.academy} '}has this value without a map.")

    def _asking(self, line: Line) -> list[str]:
        return self._unmapped.get((line.code_set, code_key(line.value)), [])

    def _take_for(self, academy: Academy, line: Line, code: str) -> None:
        today = reads_as(academy, line.code_set, line.value)
        key = (academy.id, line.code_set, code_key(line.value))
        before = self._taken.get(key)
        if today is not None and today != code:
            self._wrong(
                line,
                f"{academy.id} already reads this value of {line.code_set} as {today}, not {code}. "
                "If that is wrong, change it in trust.yml.",
            )
        elif before and before[0] != code:
            self._wrong(
                line, f"line {before[1]} already gives this value of {line.code_set} the code {before[0]} for {academy.id}. Keep one."
            )
        elif today == code or before:
            self.filled.already += 1
        else:
            if academy.id not in self._asking(line):
                self._note(line, f"nothing that {academy.id} delivered waits for this value.")
            self._taken[key] = (code, line.number)
            self.filled.additions.append(Addition(academy.id, line.code_set, line.value, code))

    def _note(self, line: Line, what: str) -> None:
        self.filled.notes.append(f"{self._name} line {line.number}: {what}")

    def _wrong(self, line: Line, what: str) -> None:
        self.filled.mistakes.append(f"{self._name} line {line.number}: {what}")


def _listed(known: Sequence[str]) -> str:
    return f" It has: {', '.join(known[:20])}{' …' if len(known) > 20 else ''}." if known else ""
