"""Records with named values (JSON objects, XML elements) to a text part.

Here: finding each value's column by its path, which columns were found, and the text of a value. Not here: how a file is cut into records
(pages.py, xml.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Any

import orjson

from pipelines.ingest.headers import heading_key
from pipelines.ingest.text_parts import FileText, Part, PartWriter
from pipelines.sources import Table

Leaf = tuple[str, Any]
PATH = "."
RECORDS_HELD = 10_000
TEXTS = {str, type(None)}
PLANS_KEPT = 1000  # a file whose every record has other keys must not fill the memory with plans


@dataclass
class _Plan:
    """What the keys of a record mean: the columns they give, and the keys nobody knows (unless they hold an object)."""

    known: list[tuple[str, str]]
    unknown: list[str]
    is_noted: bool = False


class Columns:
    """Finds the column of a value by its path, and remembers which were found and which nobody knows."""

    def __init__(self, table: Table) -> None:
        self.found: dict[str, None] = {}
        self.extra: dict[str, None] = {}
        self._headings: dict[str, list[tuple[int, str]]] = {}
        for column in table.columns:
            for preference, heading in enumerate(column.headings):
                self._headings.setdefault(heading_key(heading), []).append((preference, column.name))
        self._by_path: dict[str, list[tuple[int, str]]] = {}
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def of_run(self, records: Sequence[dict[str, Any]]) -> dict[str, Sequence[str | None]]:
        """The values of records that have the same keys, by column.

        Millions of records have the same keys: what each key means is worked out once for them, and their values are taken column by
        column. Records with an object that must be opened go the long way, each by itself.
        """
        keys = tuple(records[0])
        plan = self._plans.get(keys)
        if plan is None:
            plan = self._plan(keys)
            if len(self._plans) < PLANS_KEPT:
                self._plans[keys] = plan
        if any(dict in set(map(type, _of_key(records, key))) for key in plan.unknown):
            return _columns([self.values(leaves(record, self)) for record in records])
        if not plan.is_noted:
            plan.is_noted = True
            self.found.update(dict.fromkeys(name for _, name in plan.known))
            self.extra.update(dict.fromkeys(plan.unknown))
        return {name: value_texts(_of_key(records, key)) for key, name in plan.known}

    def _plan(self, keys: tuple[str, ...]) -> "_Plan":
        likeliest: dict[str, tuple[int, str]] = {}
        for key in keys:
            for preference, name in self._targets(key):
                if name not in likeliest or preference < likeliest[name][0]:
                    likeliest[name] = (preference, key)
        return _Plan([(key, name) for name, (_, key) in likeliest.items()], [key for key in keys if not self.is_known(key)])

    def is_known(self, path: str) -> bool:
        """Whether some column has this path."""
        return bool(self._targets(path))

    def values(self, leaves: Iterable[Leaf]) -> dict[str, str | None]:
        """The values of one record by column. Where a record has two headings of one column, the likelier one counts."""
        values: dict[str, str | None] = {}
        preferences: dict[str, int] = {}
        for path, value in leaves:
            targets = self._targets(path)
            if not targets:
                self.extra.setdefault(path)
            for preference, name in targets:
                if preference < preferences.get(name, len(self._headings) + 1):
                    preferences[name] = preference
                    values[name] = value_text(value)
                    self.found.setdefault(name)
        return values

    def _targets(self, path: str) -> list[tuple[int, str]]:
        targets = self._by_path.get(path)
        if targets is None:
            targets = self._by_path[path] = self._headings.get(heading_key(path), [])
        return targets


def write_records(records: Iterable[Any], columns: Columns, encoding: str | None, part: Part) -> FileText:
    """Write records to `part`, each with its place in the file, counted from 1. What is no record is kept as a faulty row."""
    number = 1
    with PartWriter(part) as writer:
        for keys, run in groupby(records, key=_keys):
            while held := list(islice(run, RECORDS_HELD)):
                if keys is None:
                    for place in range(len(held)):
                        writer.add_fault(number + place, "field_count")
                else:
                    writer.add_run(range(number, number + len(held)), columns.of_run(held))
                number += len(held)
        text = part.text(encoding, None, columns.found, columns.extra)
        writer.describe(text)
    return text


def _keys(record: Any) -> tuple[str, ...] | None:
    """The keys of a record, in order; None for what is no record."""
    return tuple(record) if isinstance(record, dict) else None


def _of_key(records: Sequence[dict[str, Any]], key: str) -> list[Any]:
    return [record[key] for record in records]


def _columns(rows: Sequence[Mapping[str, str | None]]) -> dict[str, Sequence[str | None]]:
    return {name: [row.get(name) for row in rows] for name in dict.fromkeys(chain.from_iterable(rows))}


def leaves(record: dict[str, Any], columns: Columns) -> Iterator[Leaf]:
    """The values of a record with their paths (`education_details.data.upn`). An object that a column asks for is a value whole."""
    waiting: list[Leaf] = list(record.items())
    for path, value in waiting:
        if isinstance(value, dict) and not columns.is_known(path):
            waiting.extend((f"{path}{PATH}{key}", inner) for key, inner in value.items())
        else:
            yield path, value


def value_texts(values: Sequence[Any]) -> Sequence[str | None]:
    """Values as text. Most columns are text already, or objects throughout."""
    kinds = set(map(type, values))
    if kinds <= TEXTS:
        return values
    if kinds == {dict}:
        return [orjson.dumps(value).decode() for value in values]
    return [value_text(value) for value in values]


def value_text(value: Any) -> str | None:
    """A value as text: a list of plain values by semicolons, any other structure as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
        return ";".join(value_text(one) or "" for one in value)
    return orjson.dumps(value).decode()
