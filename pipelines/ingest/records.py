"""Records with named values (JSON objects, XML elements) to a text part.

Here: finding each value's column by its path, which columns were found, and the text of a value. Not here: how a file is cut into records
(pages.py, xml.py).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from pipelines.ingest.headers import heading_key
from pipelines.ingest.text_parts import FileText, Part, PartWriter
from pipelines.sources import Table

Leaf = tuple[str, Any]
PATH = "."


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
    with PartWriter(part) as writer:
        for number, record in enumerate(records, start=1):
            if isinstance(record, dict):
                writer.add_named(number, columns.values(leaves(record, columns)))
            else:
                writer.add_fault(number, "field_count")
        text = part.text(encoding, None, columns.found, columns.extra)
        writer.describe(text)
    return text


def leaves(record: dict[str, Any], columns: Columns) -> Iterator[Leaf]:
    """The values of a record with their paths (`education_details.data.upn`). An object that a column asks for is a value whole."""
    waiting: list[Leaf] = list(record.items())
    for path, value in waiting:
        if isinstance(value, dict) and not columns.is_known(path):
            waiting.extend((f"{path}{PATH}{key}", inner) for key, inner in value.items())
        else:
            yield path, value


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
