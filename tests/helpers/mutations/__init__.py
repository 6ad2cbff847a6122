"""Ways to break the data of one night, as data: for every check, what is done to which table of which academy, and how many things the
check must then find.

Here: the shape of a mutation, and reading them; one file per principle beside this one. Not here: the night itself and how a mutation is
run (mutated.py).

A check on built tables names the `table` (or tables) that its `sql` changes: of a copy, under the same name. A check at landing names the
`entity` that is judged; its `sql` changes a copy of the landing cache (`pupil_in`, `person_in`, `unmapped`). `{academy}` is the academy
that is broken, and the only one that may turn. Where the night's own data does not pass, `first` mends the copies.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Mutation:
    """One way to break one check's data."""

    check: str
    academy: str
    breaks: str
    sql: str
    failed: int
    tables: tuple[str, ...]
    entity: str | None
    first: str = ""

    @property
    def name(self) -> str:
        """What a test calls it."""
        return f"{self.check}: {self.breaks}"


@cache
def mutations() -> tuple[Mutation, ...]:
    """Read every mutation, file by file."""
    return tuple(_mutation(each) for file in sorted(FOLDER.glob("*.yml")) for each in yaml.safe_load(file.read_text(encoding="utf-8")))


def _mutation(given: dict[str, Any]) -> Mutation:
    table = given.get("table", [])
    return Mutation(
        check=given["check"],
        academy=given["academy"],
        breaks=given["breaks"],
        sql=given["sql"].replace("{academy}", given["academy"]),
        failed=given["failed"],
        tables=(table,) if isinstance(table, str) else tuple(table),
        entity=given.get("entity"),
        first=given.get("first", ""),
    )
