"""JSON pages to a text part: an array of records, an API's page `{"data": […]}`, or one of either on each line.

Here: cutting a file into pages without holding more than one, and refusing what is too large, too deep or broken. Not here: what a record's
values mean (records.py).
"""

from collections.abc import Iterator
from itertools import chain, compress
from pathlib import Path
from typing import Any

import orjson

from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.records import Columns, write_records
from pipelines.ingest.text_parts import FileText, Part
from pipelines.sources import Table
from pipelines.trust import Limits

MIB = 1 << 20
DEEPEST = 64
PAGE_KEYS = ("data", "value")  # Wonde's pages; OData's
NESTED = frozenset({list, dict})
DEPTH = "depth limit"  # orjson's words for a document deeper than it follows


def read_pages(path: Path, encoding: str, table: Table, limits: Limits, part: Part) -> FileText:
    """Read a UTF-8 JSON file into `part`. Raises ReadingFault for a file that cannot be read whole."""
    records = (record for page in _pages(path, int(limits.max_json_page_mib * MIB), part.file_name) for record in _records_of(page))
    return write_records(records, Columns(table), encoding, part)


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
            yield _shallow(page, file_name)
            return
        del content
    yield from _lines(path, largest, file_name)


def _lines(path: Path, largest: int, file_name: str) -> Iterator[Any]:
    with path.open("rb") as file:
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
                yield _shallow(_parsed(line, file_name, number), file_name)


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


def _shallow(page: Any, file_name: str) -> Any:
    """The page, if nothing in it is nested deeper than the limit. Without recursion: a deep page must not cost our stack."""
    nested = [page] if type(page) in NESTED else []
    for _ in range(DEEPEST):
        objects = [each for each in nested if type(each) is dict]
        lists = [each for each in nested if type(each) is list]
        inner = list(chain.from_iterable(chain(map(dict.values, objects), lists)))
        nested = list(compress(inner, map(NESTED.__contains__, map(type, inner))))
        if not nested:
            return page
    raise _too_deep(file_name)


def _too_deep(file_name: str) -> ReadingFault:
    return ReadingFault(
        "too_deep", f"{file_name}: its JSON is nested deeper than {DEEPEST} levels, which no export is. Export it again.", file_name
    )


def _records_of(page: Any) -> Iterator[Any]:
    """The records of a page: of an array, of a page object's data, or the object itself (a line of JSON lines)."""
    if isinstance(page, dict):
        held = next((page[key] for key in PAGE_KEYS if isinstance(page.get(key), list)), None)
        yield from [page] if held is None else held
    elif isinstance(page, list):
        yield from page
    else:
        yield page
