"""The record of processing: every delivered column with its class, what it is for, who reads it, how long it is kept, where it comes from.

Here: putting together what the contract, the profiles of the trust's academies, the lineage and the audiences say. Not here: any of that
itself, nor the words around it (dpia.py): a new column is in the record without anybody writing it down.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from expectations.lineage import ROWS, read_lineage
from pipelines.access import shown_to
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
    read_by = {audience: _read_by(audience) for audience in ("trust", *trust.access.audiences)}
    found = []
    for entity in contract().entities.values():
        for column in entity.columns:
            shown = lineage.shown_as(entity.name, column)
            found.append(
                Processed(
                    entity=entity.name,
                    column=column,
                    delivered_by=_delivered_by(profiles, mis, entity.name, column.name),
                    shown_in=_tables(shown),
                    measures=lineage.measures_of(entity.name, column),
                    readers=[audience for audience, names in read_by.items() if names & shown],
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


def _tables(columns: Iterable[str]) -> list[str]:
    """The tables of published columns, those that most people open first."""
    tables = {name.rsplit(".", 1)[0] for name in columns}
    return [table for schema in READ_FIRST for table in sorted(tables) if table.startswith(schema)]


def _read_by(audience: str) -> set[str]:
    """The published columns that an audience is shown in some way."""
    return {f"{shown.table}.{column.name}" for shown in shown_to(audience) for column in shown.columns}


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

    def shown_as(self, entity: str, column: Column) -> set[str]:
        """The published columns to which the column's values are copied."""
        return {name for name in _reached(f"raw.{entity}.{column.name}", self._copied) if name.startswith(READ_FIRST)}

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
