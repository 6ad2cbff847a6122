"""Records with named values (JSON objects, XML elements) to a text part.

Here: finding each value's column by its path, which columns were found, and the text of a value. Not here: how a file is cut into records
(pages.py, xml.py), and taking them column by column (runs.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from pipelines.ingest.headers import heading_key
from pipelines.ingest.runs import Run, runs
from pipelines.ingest.text_parts import FileText, Part, PartWriter
from pipelines.sources import Table

Leaf = tuple[str, Any]
PATH = "."
TEXTS = {str, type(None)}
PLANS_KEPT = 1000  # a file whose every record has other keys must not fill the memory with plans


@dataclass
class _Plan:
    """What the keys of a record mean: the columns they give, and the keys nobody knows (unless they hold an object).

    Two keys that differ only in how they are written give one column: the first in a record counts, and not every record has one order.
    """

    known: list[tuple[str, str]]
    unknown: list[str]
    is_doubled: bool
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

    def of_run(self, run: Run) -> dict[str, Sequence[str | None]]:
        """The values of records that have the same keys, by column.

        Millions of records have the same keys: what each key means is worked out once for them, and their values are taken column by
        column. Records with an object that must be opened go the long way, each by itself.
        """
        plan = self._plans.get(run.keys)
        if plan is None:
            plan = self._plan(run.keys)
            if len(self._plans) < PLANS_KEPT:
                self._plans[run.keys] = plan
        if plan.is_doubled or any(dict in run.kinds[key] for key in plan.unknown):
            return _columns([self.values(leaves(record, self)) for record in run.records])
        if not plan.is_noted:
            plan.is_noted = True
            self.found.update(dict.fromkeys(name for _, name in plan.known))
            self.extra.update(dict.fromkeys(plan.unknown))
        return {name: value_texts(run.values[key], run.kinds[key]) for key, name in plan.known}

    def _plan(self, keys: tuple[str, ...]) -> "_Plan":
        likeliest: dict[str, tuple[int, str]] = {}
        is_doubled = False
        for key in keys:
            for preference, name in self._targets(key):
                is_doubled |= name in likeliest and preference == likeliest[name][0]
                if name not in likeliest or preference < likeliest[name][0]:
                    likeliest[name] = (preference, key)
        known = [(key, name) for name, (_, key) in likeliest.items()]
        return _Plan(known, [key for key in keys if not self.is_known(key)], is_doubled)

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


def write_records(pages: Iterable[Run | Sequence[Any]], columns: Columns, encoding: str | None, part: Part) -> FileText:
    """Write records to `part`, each with its place in the file, counted from 1. What is no record is kept as a faulty row."""
    number = 1
    with PartWriter(part) as writer:
        for page in pages:
            for run in [page] if isinstance(page, Run) else runs(page):
                if run.are_records:
                    writer.add_run(range(number, number + run.rows), columns.of_run(run))
                else:
                    for place in range(run.rows):
                        writer.add_fault(number + place, "field_count")
                number += run.rows
        text = part.text(encoding, None, columns.found, columns.extra)
        writer.describe(text)
    return text


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


def value_texts(values: Sequence[Any], kinds: set[type]) -> Sequence[str | None]:
    """Values of these kinds as text. Most columns are text already, or objects throughout."""
    if kinds <= TEXTS:
        return values
    if kinds == {dict}:
        return _objects(values)
    return [value_text(value) for value in values]


def _objects(values: Sequence[dict[str, Any]]) -> list[str]:
    """Objects as JSON: written together, then cut, unless what stands between them stands within one too."""
    inside = orjson.dumps(values)[2:-2].decode().split("},{")
    if len(inside) != len(values):
        return [orjson.dumps(value).decode() for value in values]
    whole = {each: f"{{{each}}}" for each in set(inside)}
    return [whole[each] for each in inside]


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
