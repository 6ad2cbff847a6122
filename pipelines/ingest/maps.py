"""What a reading hangs on beside the files: the contract, the profile, the academy's own headings and codes, and the version of the reader.

Here: their names, short hashes that stand in the names of Parquets. Not here: which reading is due (load.py).
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from pipelines.sources import Table
from pipelines.sources.code_sets import CODE_SETS_FILE
from pipelines.sources.contract import CONTRACT_FILE, contract
from pipelines.sources.loading import SOURCES
from pipelines.store.pseudonyms import key_name
from pipelines.trust import Academy

# Raise a version when the same data files would be read to something else: everything is then read again.
TEXT_VERSION = "1"
READER_VERSION = "1"
PROFILE_FILES = ("profile.yml", "columns.csv", "codes.csv", "results.csv")
LENGTH = 12


def maps_id(table: Table, academy: Academy, pseudonym_key: bytes | None = None) -> str:
    """The name of everything that decides how a table of an academy is read, the key of pseudonyms among it where the table has some."""
    own = json.dumps(_own(table, academy), sort_keys=True)
    key = [key_name(pseudonym_key)] if pseudonym_key is not None else []
    return _digest(READER_VERSION, TEXT_VERSION, _data_files(table.profile), table.name, own, *key)


def _own(table: Table, academy: Academy) -> list[dict[str, dict[str, str]]]:
    """The academy's headings and codes that this table is read with: a new code for staff leaves its registers alone."""
    columns = [column for name in table.entities for column in contract().entity(name).columns]
    code_sets = {column.code_set for column in columns}
    return [
        {entity: headings for entity, headings in academy.columns.items() if entity in table.entities},
        {name: codes for name, codes in academy.codes.items() if name in code_sets},
    ]


def columns_id(table: Table) -> str:
    """The name of the columns that are kept of a table's text: headings, and how its files are written."""
    columns = json.dumps([[column.name, column.headings] for column in table.columns])
    return _digest(TEXT_VERSION, table.name, columns, json.dumps(table.required), *table.record)


@cache
def _data_files(profile: str) -> str:
    paths = [CONTRACT_FILE, CODE_SETS_FILE, *(SOURCES / profile / name for name in PROFILE_FILES)]
    return _digest(*(_content(path) for path in paths))


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:LENGTH]
