"""The questions of docs/how-to: each reader's query, and what the page says comes out.

Here: reading a page. Not here: the file or the server on which a query is run.
"""

import re
from dataclasses import dataclass
from typing import Any

from tests.helpers.home import PROJECT

HOW_TO = PROJECT / "docs" / "how-to"
READER = re.compile(r"^## .+ \{#(?P<audience>\w+)\}$")
EMPTY = ""


@dataclass(frozen=True)
class Question:
    """One question of one reader: `rows` as the page shows them, cell by cell."""

    audience: str
    asked: str
    sql: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def questions() -> list[Question]:
    """Every question of questions.md, in the page's order."""
    found = []
    audience = asked = ""
    lines = iter((HOW_TO / "questions.md").read_text(encoding="utf-8").splitlines())
    for line in lines:
        if reader := READER.match(line):
            audience = reader["audience"]
        elif line.startswith("### "):
            asked = line.removeprefix("### ")
        elif line == "```sql":
            sql = "\n".join(iter(lambda: next(lines), "```"))
            assert next(lines) == "", f"{asked}: what comes out stands below the query"
            columns, _, *rows = [_cells(row) for row in iter(lambda: next(lines), "")]
            found.append(Question(audience, asked, sql, columns, tuple(rows)))
    return found


def queries(page: str) -> list[str]:
    """The SQL of a page that does not show what comes out."""
    return re.findall(r"^```sql\n(.*?)^```", (HOW_TO / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def shown(value: Any) -> str:
    """A value as a page shows it."""
    return EMPTY if value is None else str(value)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))
