"""Which table is this file? By its name, `<Table>[_YYYY-MM-DD][_partN].<ext>` in any case, or by a header that is DfE's.

Here: the grammar of file names, and which header is whose. Not here: opening a file (pipelines/ingest/recognising.py), and what becomes of
one that matches nothing or too much (pipelines/ingest/landing.py).
"""

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass

from pipelines.sources.loading import load_profile, profiles_recognised_by
from pipelines.sources.profile import CANONICAL, Table
from pipelines.sources.vocabulary import heading_key

EXTENSIONS = ("csv", "tsv", "json", "jsonl", "xlsx", "xml")
FILE_NAME = re.compile(
    rf"(?P<table>.+?)(?:_(?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}))?(?:_part(?P<part>[0-9]{{1,6}}))?"
    rf"\.(?P<extension>{'|'.join(EXTENSIONS)})(?P<gz>\.gz)?",
    re.IGNORECASE,
)
CANONICAL_PREFIX = f"{CANONICAL}_"


@dataclass(frozen=True)
class TableMatch:
    """What a file's name says: its table and profile, the date and part in the name, how it is written and packed."""

    table: Table
    profile: str
    date_in_name: datetime.date | None
    part: int | None
    extension: str
    compressed: bool


def match_file(file_name: str, mis: str) -> TableMatch | None:
    """The table that a file belongs to by its name, in an academy with this MIS; None when its name matches nothing.

    `file_name` is the name without folders. A name that starts with `matlas_` belongs to the canonical profile, whatever the MIS; then come
    the names that belong to anybody's tables (a Common Transfer File), then the MIS's own.
    """
    found = FILE_NAME.fullmatch(file_name)
    if found is None:
        return None
    if file_name.lower().startswith(CANONICAL_PREFIX):
        return _by_name(found, CANONICAL)
    return _by_pattern(found) or _by_name(found, mis)


def match_header(file_name: str, headings: Collection[str]) -> list[TableMatch]:
    """The tables of anybody's that have all their required columns among these headings: none, one, or more when it cannot be told."""
    found = FILE_NAME.fullmatch(file_name)
    if found is None:
        return []
    keys = {heading_key(heading) for heading in headings}
    tables = [table for profile in profiles_recognised_by("header") for table in profile.tables.values() if _has_required(table, keys)]
    return [_match(found, table, _date_or_none(found)) for table in tables]


def _has_required(table: Table, keys: Collection[str]) -> bool:
    headings = {column.name: column.headings for column in table.columns}
    return all(any(heading_key(one) in keys for name in group for one in headings[name]) for group in table.required)


def _by_name(found: re.Match[str], profile: str) -> TableMatch | None:
    table = _tables(profile).get(_name_key(found["table"]))
    if table is None or (found["date"] and _date_or_none(found) is None):
        return None
    return _match(found, table, _date_or_none(found))


def _by_pattern(found: re.Match[str]) -> TableMatch | None:
    for profile in profiles_recognised_by("name"):
        for table in profile.tables.values():
            if table.file_name and re.fullmatch(table.file_name, found[0], re.IGNORECASE):
                return _match(found, table, None)
    return None


def _match(found: re.Match[str], table: Table, day: datetime.date | None) -> TableMatch:
    part = int(found["part"]) if found["part"] else None
    return TableMatch(table, table.profile, day, part, found["extension"].lower(), bool(found["gz"]))


def _date_or_none(found: re.Match[str]) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(found["date"]) if found["date"] else None
    except ValueError:
        return None


def _tables(profile: str) -> dict[str, Table]:
    return {_name_key(name): table for name, table in load_profile(profile).tables.items()}


def _name_key(name: str) -> str:
    """Table names are compared without case, and a hyphen is as good as an underscore (`students-leaver`, `students_leaver`)."""
    return name.lower().replace("-", "_")
