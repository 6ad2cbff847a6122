"""XML to a text part: the children of the root are records, their child elements the columns; or the elements at a table's own path are.

Here: a stream that never holds more than one record, and refuses any DOCTYPE. Not here: what a record's values mean (records.py).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # types only: the parsing is defusedxml's

import pyarrow as pa
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.records import Columns, write_records
from pipelines.ingest.runs import some_at_a_time
from pipelines.ingest.text_parts import FileText, Part
from pipelines.sources import Table

DEEPEST = 64
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_xml(path: Path, table: Table, part: Part) -> FileText:
    """Read an XML file into `part`. Raises ReadingFault for a file that cannot be read whole."""
    if path.stat().st_size == 0:
        raise ReadingFault("empty_file", f"{part.file_name} is empty. Run the export again.", part.file_name)
    columns = Columns(table)
    records = _records_at(path, table, columns, part.file_name) if table.record else _records(path, part.file_name)
    try:
        return write_records(some_at_a_time(records), columns, None, part)
    finally:
        pa.default_memory_pool().release_unused()  # Arrow would keep it for the next file, beside what judging needs for this one


def _records(path: Path, file_name: str) -> Iterator[dict[str, Any]]:
    """The children of the root."""
    stack: list[Element] = []
    for event, element in _events(path, file_name):
        if event == "start":
            stack.append(element)
            continue
        stack.pop()
        if len(stack) == 1:
            yield _values(element)
            stack[0].clear()


def _records_at(path: Path, table: Table, columns: Columns, file_name: str) -> Iterator[dict[str, Any]]:
    """The elements at the table's path, each with the values of those around it that stand before it and that the table knows.

    Whatever has been read is let go of at once, so that a file of any length takes the memory of one record.
    """
    names: list[str] = []
    stack: list[Element] = []
    around: list[dict[str, Any]] = []
    record = list(table.record)
    for event, element in _events(path, file_name):
        if event == "start":
            if not names and _name(element.tag) != record[0]:
                raise _wrong_root(file_name, record[0])
            names.append(_name(element.tag))
            stack.append(element)
            around.append({})
            continue
        place, depth = names.copy(), len(names)
        for each in (names, stack, around):
            each.pop()
        if place == record:
            yield {name: value for level in (*around, _values(element)) for name, value in level.items()}
        is_beside = 1 < depth <= len(record) and place[:-1] == record[: depth - 1] and place != record[:depth]
        if is_beside and not len(element) and columns.is_known(place[-1]):
            around[-1][place[-1]] = element.text
        is_within = depth > len(record) and place[: len(record)] == record
        if stack and not is_within:
            stack[-1].clear()


def _events(path: Path, file_name: str) -> Iterator[tuple[str, Element]]:
    """The starts and ends of elements. Raises ReadingFault for a DOCTYPE, for XML that is too deep, and for a file that is not whole."""
    depth = 0
    try:
        for event, element in iterparse(path, events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise ReadingFault("too_deep", f"{file_name}: its XML is nested deeper than {DEEPEST} levels.", file_name)
            yield event, element
    except DefusedXmlException:
        raise ReadingFault(
            "doctype", f"{file_name} has a DOCTYPE, which no MIS export needs and which can hide an attack. Export it without.", file_name
        ) from None
    except ParseError as error:
        line = error.position[0]
        raise ReadingFault(
            "unreadable_file", f"{file_name} line {line}: the XML is broken or only part of it arrived. Export it again.", file_name, line
        ) from None


def _wrong_root(file_name: str, root: str) -> ReadingFault:
    return ReadingFault(
        "unreadable_file",
        f"{file_name} is named like a {root} and is none: its first element has another name. Export it again.",
        file_name,
    )


def _values(record: Element) -> dict[str, Any]:
    """The child elements of a record by name; one with children of its own is an object."""
    values: dict[str, Any] = {}
    for child in record:
        values[_name(child.tag)] = _values(child) if len(child) else _text(child)
    return values


def _text(element: Element) -> str | None:
    """An element's text. The same words come in most records: each is kept once while records wait to be written."""
    return element.text and intern(element.text)


def _name(tag: str) -> str:
    """An element's name as a heading: without its namespace, `Legal_x0020_Surname` as `Legal Surname`."""
    local = tag.rpartition("}")[2]
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), local)
