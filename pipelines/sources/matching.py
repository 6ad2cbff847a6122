"""Which table is this file? By its name alone, `<Table>[_YYYY-MM-DD][_partN].<ext>`, in any case.

Here: the grammar of file names. Not here: what is in the file, and what becomes of one that matches nothing (pipelines/ingest).
"""

import datetime
import re
from dataclasses import dataclass

from pipelines.sources.loading import load_profile
from pipelines.sources.profile import CANONICAL, Table

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
    """The table that a file belongs to, in an academy with this MIS; None when its name matches nothing.

    `file_name` is the name without folders. A name that starts with `matlas_` belongs to the canonical profile, whatever the MIS.
    """
    found = FILE_NAME.fullmatch(file_name)
    if found is None:
        return None
    profile = CANONICAL if file_name.lower().startswith(CANONICAL_PREFIX) else mis
    table = _tables(profile).get(_name_key(found["table"]))
    if table is None:
        return None
    try:
        date_in_name = datetime.date.fromisoformat(found["date"]) if found["date"] else None
    except ValueError:
        return None
    part = int(found["part"]) if found["part"] else None
    return TableMatch(table, profile, date_in_name, part, found["extension"].lower(), bool(found["gz"]))


def _tables(profile: str) -> dict[str, Table]:
    return {_name_key(name): table for name, table in load_profile(profile).tables.items()}


def _name_key(name: str) -> str:
    """Table names are compared without case, and a hyphen is as good as an underscore (`students-leaver`, `students_leaver`)."""
    return name.lower().replace("-", "_")
