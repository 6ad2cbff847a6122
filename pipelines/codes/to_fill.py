"""The map to fill in: one line a value, one line for several academies of one MIS that ask the same.

Here: putting values, guesses and what is kept back together. Not here: the file (map_file.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.codes.guesses import best_guess
from pipelines.codes.personal import Personal
from pipelines.codes.unmapped import Unmapped
from pipelines.sources import profile_names
from pipelines.store.home import Home
from pipelines.trust import TrustConfig


@dataclass(frozen=True)
class Asked:
    """One line of the map. `academy` is an academy, or an MIS where several of its academies have the value; `value` None is kept back."""

    academy: str
    code_set: str
    value: str | None
    guess: str | None
    guessed_from: str | None
    rows: int
    effect: str
    columns: str
    academies: str
    first_seen: str
    last_seen: str
    newest_batch: str


def to_fill_in(values: Iterable[Unmapped], home: Home, trust: TrustConfig, *, show_all: bool = False) -> list[Asked]:
    """The lines, the value with the most rows first."""
    personal = Personal(home)
    shown: dict[tuple[str, str, str], list[Unmapped]] = {}
    kept_back: list[Unmapped] = []
    for one in values:
        if not show_all and personal.may_be(one):
            kept_back.append(one)
        else:
            shown.setdefault((one.mis, one.code_set, one.value), []).append(one)
    ids = {academy.id for academy in trust.academies}
    lines = [
        _line(together, trust, is_hidden=False)
        for some in shown.values()
        for together in ([some] if some[0].mis not in ids & set(profile_names()) else [[one] for one in some])
    ]
    lines += [_line([one], trust, is_hidden=True) for one in kept_back]
    return sorted(lines, key=lambda line: (line.value is None, line.code_set, -line.rows, line.academy, line.value or ""))


def _line(some: list[Unmapped], trust: TrustConfig, *, is_hidden: bool) -> Asked:
    first = some[0]
    guess = None if is_hidden else best_guess(first, trust)
    newest = max(some, key=lambda one: one.last_seen)
    return Asked(
        academy=first.academy_id if len(some) == 1 else first.mis,
        code_set=first.code_set,
        value=None if is_hidden else first.value,
        guess=guess.code if guess else None,
        guessed_from=guess.guessed_from if guess else None,
        rows=sum(one.rows for one in some),
        effect="rows rejected" if any(one.is_rejected for one in some) else "counts as unknown",
        columns=" ".join(sorted({column for one in some for column in one.columns})),
        academies=" ".join(one.academy_id for one in some),
        first_seen=str(min(one.first_seen for one in some)),
        last_seen=str(newest.last_seen),
        newest_batch=newest.batch_id,
    )
