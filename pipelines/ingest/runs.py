"""Records that stand together and have the same keys, taken column by column.

Here: finding such runs, and which kinds of values their columns hold. Not here: what a key means (records.py). Millions of records cost a
few operations each this way, whatever their keys are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

NESTED: frozenset[type] = frozenset({list, dict})
RECORDS_HELD = 10_000


@dataclass(frozen=True)
class Run:
    """Records with the same keys, whatever their order, or things that are no records at all."""

    records: Sequence[Any]
    values: dict[str, list[Any]]
    kinds: dict[str, set[type]]
    are_records: bool = True

    @property
    def rows(self) -> int:
        """How many records."""
        return len(self.records)

    @property
    def keys(self) -> tuple[str, ...]:
        """Their keys, in the order of the first."""
        return tuple(self.values)

    def nested(self) -> list[Any]:
        """The values of columns in which some hold others."""
        return list(chain.from_iterable(values for key, values in self.values.items() if self.kinds[key] & NESTED))


def as_run(records: Sequence[Any]) -> Run | None:
    """The records as one run, None if they are not all records with the same keys."""
    first = records[0] if records else None
    if type(first) is not dict:
        return None
    try:
        values = {key: list(map(itemgetter(key), records)) for key in first}
    except (KeyError, TypeError, IndexError):
        return None
    if sum(map(len, records)) != len(first) * len(records):
        return None
    return Run(records, values, {key: set(map(type, each)) for key, each in values.items()})


def runs(records: Sequence[Any]) -> Iterator[Run]:
    """The records as runs, in order."""
    for keys, group in groupby(records, key=_keys):
        held = list(group)
        run = None if keys is None else as_run(held)
        yield run or Run(held, {}, {}, are_records=False)


def _keys(record: Any) -> tuple[str, ...] | None:
    """The keys of a record, in order; None for what is no record."""
    return tuple(record) if isinstance(record, dict) else None


def some_at_a_time(records: Iterable[Any]) -> Iterator[list[Any]]:
    """The records, as many together as take little memory."""
    waiting = iter(records)
    while held := list(islice(waiting, RECORDS_HELD)):
        yield held
