"""XML to a text part: the children of the root are records, their child elements the columns.

Here: a stream that never holds more than one record, and refuses any DOCTYPE. Not here: the Common Transfer File, a shape of its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # types only: the parsing is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.records import Columns, write_records
from pipelines.ingest.text_parts import FileText, Part
from pipelines.sources import Table

DEEPEST = 64
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_xml(path: Path, table: Table, part: Part) -> FileText:
    """Read an XML file into `part`. Raises ReadingFault for a file that cannot be read whole."""
    if path.stat().st_size == 0:
        raise ReadingFault("empty_file", f"{part.file_name} is empty. Run the export again.", part.file_name)
    return write_records(_records(path, part.file_name), Columns(table), None, part)


def _records(path: Path, file_name: str) -> Iterator[dict[str, Any]]:
    stack: list[Element] = []
    try:
        for event, element in iterparse(path, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                stack.append(element)
                if len(stack) > DEEPEST:
                    raise ReadingFault("too_deep", f"{file_name}: its XML is nested deeper than {DEEPEST} levels.", file_name)
                continue
            stack.pop()
            if len(stack) == 1:
                yield _values(element)
                stack[0].clear()
    except DefusedXmlException:
        raise ReadingFault(
            "doctype", f"{file_name} has a DOCTYPE, which no MIS export needs and which can hide an attack. Export it without.", file_name
        ) from None
    except ParseError as error:
        line = error.position[0]
        raise ReadingFault(
            "unreadable_file", f"{file_name} line {line}: the XML is broken or only part of it arrived. Export it again.", file_name, line
        ) from None


def _values(record: Element) -> dict[str, Any]:
    """The child elements of a record by name; one with children of its own is an object."""
    values: dict[str, Any] = {}
    for child in record:
        values[_name(child.tag)] = _values(child) if len(child) else child.text
    return values


def _name(tag: str) -> str:
    """An element's name as a heading: without its namespace, `Legal_x0020_Surname` as `Legal Surname`."""
    local = tag.rpartition("}")[2]
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), local)
