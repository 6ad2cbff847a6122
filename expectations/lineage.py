"""What each column of the models is made of, as `make lineage` read it, and whether that is still true.

Here: the two files of it, kept beside the checks and read in every night. Not here: reading SQL (pipelines/lineage), nor what the checks
make of it (layered.py).

`lineage.csv` has a line a column: the table, its privacy class, and the columns that it copies, that decide about it and that it counts
(pipelines/lineage/reading.py says which is which). The line `*` of a table names what decides about its rows, and the measures of which it
makes figures. `lineage_of.csv` has a line for each file of the dbt project that it was read from, with a name for what stands in it:
remarks, descriptions and the breaking of lines do not count.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from pipelines.store.home import PROJECT_ROOT

COLUMNS_FILE = Path(__file__).with_name("lineage.csv")
OF_FILE = Path(__file__).with_name("lineage_of.csv")
ROWS = "*"
_READ_FROM = ("models", "dbt_project")
_NOT_READ = {"tests", "target", "logs"}
_REMARK = re.compile(rb"\{#.*?#\}|--[^\n]*", re.DOTALL)
_SAYS_SOMETHING = re.compile(rb"^ *(?:- )?\{?(?:name|alias):[^,}\n]*|\+?(?:privacy|schema|database): *\w+", re.MULTILINE)


@dataclass(frozen=True)
class Column:
    """One line: a column (or all rows) of a table, its privacy class, and what it is made of, as `schema.table.column`."""

    table: str
    column: str
    privacy: str = ""
    copied: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


_HEADINGS = [each.name for each in fields(Column)]


def write_lineage(columns: Iterable[Column]) -> None:
    """Keep the lineage, and what it was read from."""
    rows = ([value if isinstance(value, str) else " ".join(value) for value in astuple(each)] for each in columns)
    _write(COLUMNS_FILE, _HEADINGS, rows)
    _write(OF_FILE, ["file", "content"], sorted(_files().items()))


def read_lineage() -> list[Column]:
    """The lineage as it is kept."""
    with COLUMNS_FILE.open(encoding="utf-8", newline="") as file:
        return [
            Column(table, column, privacy, *(tuple(each.split()) for each in made_of))
            for table, column, privacy, *made_of in _without_headings(file)
        ]


def changed_files() -> list[str]:
    """The files of the dbt project that are not what they were when the lineage was read: new, gone or different."""
    with OF_FILE.open(encoding="utf-8", newline="") as file:
        kept = dict(_without_headings(file))
    today = _files()
    return sorted(name for name in kept.keys() | today.keys() if kept.get(name) != today.get(name))


def _files() -> dict[str, str]:
    """Every file that says what columns are made of, by its path in the project, and a name for what it says."""
    found = (path for folder in _READ_FROM for path in (PROJECT_ROOT / folder).rglob("*") if path.suffix in (".sql", ".yml"))
    named = {path.relative_to(PROJECT_ROOT): path for path in found}
    return {name.as_posix(): _content(path) for name, path in named.items() if not _NOT_READ & set(name.parts)}


def _content(path: Path) -> str:
    text = path.read_bytes()
    text = b"\n".join(_SAYS_SOMETHING.findall(text)) if path.suffix == ".yml" else _REMARK.sub(b"", text)
    return hashlib.sha256(b" ".join(text.split())).hexdigest()[:12]


def _without_headings(file: Iterable[str]) -> Iterator[list[str]]:
    lines = csv.reader(file)
    next(lines)
    return lines


def _write(path: Path, headings: list[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file, lineterminator="\n")
        written.writerow(headings)
        written.writerows(rows)
