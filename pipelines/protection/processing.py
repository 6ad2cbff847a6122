"""The record of processing: every delivered column with its class, what it is for, who reads it, how long it is kept, where it comes from.

Here: putting together what the contract, the profiles of the trust's academies, the lineage and the audiences say. Not here: any of that
itself, nor the words around it (dpia.py): a new column is in the record without anybody writing it down.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from expectations.audiences import audiences
from expectations.lineage import ROWS, read_lineage
from pipelines.sources import Column, Profile, contract, load_profile, profile_names
from pipelines.sources.profile import CANONICAL
from pipelines.trust import TrustConfig

READ_FIRST = ("marts.", "core.", "dq.", "ref.")


@dataclass(frozen=True)
class Processed:
    """One delivered column. `shown_in`: published tables that hold its values; `measures`: figures that it decides or is counted in."""

    entity: str
    column: Column
    delivered_by: list[str]
    shown_in: list[str]
    measures: list[str]
    readers: list[str]
    kept: str


def processed(trust: TrustConfig) -> list[Processed]:
    """Every column of the contract, in its order."""
    lineage = _Lineage()
    mis = {academy.mis for academy in trust.academies}
    profiles = [load_profile(name) for name in profile_names()]
    found = []
    for entity in contract().entities.values():
        for column in entity.columns:
            shown = lineage.shown_in(entity.name, column)
            found.append(
                Processed(
                    entity=entity.name,
                    column=column,
                    delivered_by=_delivered_by(profiles, mis, entity.name, column.name),
                    shown_in=shown,
                    measures=lineage.measures_of(entity.name, column),
                    readers=_readers(shown, column.privacy),
                    kept=trust.retention.of(entity.name, column.privacy),
                )
            )
    return found


def _delivered_by(profiles: Iterable[Profile], mis: set[str], entity: str, column: str) -> list[str]:
    """The trust's systems that give the column, and the files that any academy may deliver: the canonical ones and results."""
    return [
        profile.name
        for profile in profiles
        if (profile.name in {*mis, CANONICAL} or profile.recognised_by != "mis")
        and any(
            mapping.entity == entity and mapping.contract_column == column
            for table in profile.tables.values()
            for mapping in table.mappings
        )
    ]


def _readers(tables: Iterable[str], privacy: str) -> list[str]:
    """The audiences that may hold a column of this class in one of the tables."""
    found = []
    for audience, lines in audiences().items():
        may = (next((classes for pattern, classes in lines.items() if fnmatchcase(table, pattern)), []) for table in tables)
        if any(privacy in classes for classes in may):
            found.append(audience)
    return found


class _Lineage:
    """What is made of what, forwards: from a delivered column to what readers see."""

    def __init__(self) -> None:
        self._copied: dict[str, set[str]] = {}
        self._any: dict[str, set[str]] = {}
        self._measures: dict[str, set[str]] = {}
        for each in read_lineage():
            name = f"{each.table}.{each.column}"
            for source in each.copied:
                self._copied.setdefault(source, set()).add(name)
            for source in (*each.copied, *each.decided, *each.counted):
                self._any.setdefault(source, set()).add(name)
            if each.measures:
                self._measures.setdefault(each.table, set()).update(each.measures)

    def shown_in(self, entity: str, column: Column) -> list[str]:
        """The published tables to which the column's values are copied."""
        tables = {name.rsplit(".", 1)[0] for name in _reached(f"raw.{entity}.{column.name}", self._copied)}
        return [table for schema in READ_FIRST for table in sorted(tables) if table.startswith(schema)]

    def measures_of(self, entity: str, column: Column) -> list[str]:
        """The measures that are counted from the column or in whose rows it decides."""
        reached = _reached(f"raw.{entity}.{column.name}", self._any)
        return sorted({measure for name in reached for measure in self._measures_at(name)})

    def _measures_at(self, name: str) -> Iterator[str]:
        table, column = name.rsplit(".", 1)
        if column == ROWS or column in ("numerator", "denominator", "value"):
            yield from self._measures.get(table, ())


def _reached(start: str, steps: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in steps.get(waiting.pop(), set()) - found:
            found.add(name)
            waiting.append(name)
    return found
