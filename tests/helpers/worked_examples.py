"""The worked examples of a page of docs/explanation: its tables as rows, so that what a reader sees is what a test builds.

Here: finding the tables of a page. Not here: what a table means (the test of that page).
"""

from pathlib import Path

from tests.helpers.home import PROJECT

PAGES = PROJECT / "docs" / "explanation"


def rows(page: str, *headings: str) -> list[dict[str, str]]:
    """Every row of every table of a page whose first headings are these."""
    found: list[dict[str, str]] = []
    for table in _tables(PAGES / page):
        columns = table[0]
        if tuple(columns[: len(headings)]) == headings:
            found += [dict(zip(columns, cells, strict=True)) for cells in table[2:]]
    return found


def _tables(path: Path) -> list[list[list[str]]]:
    tables: list[list[list[str]]] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            tables[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
        elif tables[-1]:
            tables.append([])
    return [table for table in tables if table]
