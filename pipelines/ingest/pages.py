"""JSON pages to a text part: an array of records, an API's page `{"data": […]}`, or one of either on each line.

Here: cutting a file into pages without holding more than one, and refusing what is too large, too deep or broken. Not here: what a record's
values mean (records.py).
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.records import Columns, write_records
from pipelines.ingest.runs import NESTED, RECORDS_HELD, Run, as_run
from pipelines.ingest.text_parts import FileText, Part
from pipelines.sources import Table
from pipelines.trust import Limits

MIB = CHUNK = 1 << 20
DEEPEST = 64
PAGE_KEYS = ("data", "value")  # Wonde's pages; OData's
DEPTH = "depth limit"  # orjson's words for a document deeper than it follows


def read_pages(path: Path, encoding: str, table: Table, limits: Limits, part: Part) -> FileText:
    """Read a UTF-8 JSON file into `part`. Raises ReadingFault for a file that cannot be read whole."""
    pages = _pages(path, int(limits.max_json_page_mib * MIB), part.file_name)
    return write_records(_together(pages, part.file_name), Columns(table), encoding, part)


def _together(pages: Iterator[Any], file_name: str) -> Iterator[Run | Sequence[Any]]:
    """The records of the pages, those of small ones together. What is nested too deep is found before what comes after it."""
    held: list[Any] = []
    level = 0
    try:
        for page in pages:
            records, at = _records_of(page, file_name)
            if held and (at != level or len(held) + len(records) > RECORDS_HELD):
                yield _shallow(held, level, file_name)
                held = []
            if held:
                held += records
            else:
                held, level = records, at
    except ReadingFault:
        _shallow(held, level, file_name)
        raise
    if held:
        yield _shallow(held, level, file_name)


def _pages(path: Path, largest: int, file_name: str) -> Iterator[Any]:
    """Each page of the file: the whole file where it is one, else each of its lines."""
    if path.stat().st_size <= largest:
        content = path.read_bytes()
        if not content.strip():
            raise ReadingFault("empty_file", f"{file_name} is empty. Run the export again.", file_name)
        try:
            page = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            if DEPTH in str(error):
                raise _too_deep(file_name) from None
        else:
            yield page
            return
        del content
    yield from _lines(path, largest, file_name)


def _lines(path: Path, largest: int, file_name: str) -> Iterator[Any]:
    with path.open("rb", buffering=CHUNK) as file:
        number = 0
        while line := file.readline(largest + 1):
            number += 1
            if len(line) > largest:
                raise ReadingFault(
                    "too_large",
                    f"{file_name} line {number}: the page is over {largest / MIB:g} MiB (limits: max_json_page_mib in trust.yml). "
                    "Export smaller pages, one file or one line each, or CSV.",
                    file_name,
                    number,
                )
            if line.strip():
                yield _parsed(line, file_name, number)


def _parsed(line: bytes, file_name: str, number: int) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        if DEPTH in str(error):
            raise _too_deep(file_name) from None
        raise ReadingFault(
            "unreadable_file",
            f"{file_name} line {number}: the JSON is broken or only part of it arrived. Export the file again.",
            file_name,
            number,
        ) from None


def _records_of(page: Any, file_name: str) -> tuple[list[Any], int]:
    """The records of a page, and the level of nesting they are at.

    They are those of an array, of a page object's data, or the object itself (a line of JSON lines).
    """
    if isinstance(page, dict):
        key = next((key for key in PAGE_KEYS if isinstance(page.get(key), list)), None)
        if key is not None:
            _refuse_deep([{**page, key: None}], 1, file_name)
            return page[key], 3
    return (page, 2) if isinstance(page, list) else ([page], 1)


def _shallow(records: list[Any], level: int, file_name: str) -> Run | Sequence[Any]:
    """The records at this level, by column where they have the same keys, if nothing in them is nested deeper than the limit."""
    run = as_run(records)
    if run:
        _refuse_deep(run.nested(), level + 1, file_name)
        return run
    _refuse_deep(records, level, file_name)
    return records


def _refuse_deep(values: Sequence[Any], level: int, file_name: str) -> None:
    """Raise ReadingFault if values at this level hold others deeper than the limit. Without recursion: they must not cost our stack."""
    objects = [each for each in values if type(each) is dict]
    lists = [each for each in values if type(each) is list]
    while objects or lists:
        if level > DEEPEST:
            raise _too_deep(file_name)
        level += 1
        kinds: set[type] = set() if lists else set(map(type, chain.from_iterable(map(dict.values, objects))))
        if not lists and NESTED.isdisjoint(kinds):
            return  # by far the most are such: a date with its time zone
        inner = list(chain.from_iterable(chain(map(dict.values, objects), lists)))
        objects = [each for each in inner if type(each) is dict]
        lists = [each for each in inner if type(each) is list]


def _too_deep(file_name: str) -> ReadingFault:
    return ReadingFault(
        "too_deep", f"{file_name}: its JSON is nested deeper than {DEEPEST} levels, which no export is. Export it again.", file_name
    )
