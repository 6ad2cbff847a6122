"""What is stored in PostgreSQL, and who reads which of its rows: each table of the published files in one part or a few.

Readers with the same columns share a part, and row-level security picks their rows: all; those of their academies; or, where a reader's
rows are not simply a choice of the trust's (hidden figures, a person that two academies know), the versions of the row that stand in that
reader's own file. Here: deciding this from the access data. Not here: SQL (stored.py, rights.py, views.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipelines.access import Shown, shown_to
from pipelines.readers import Login
from pipelines.suppression import HIDES

ACADEMY = "academy_id"
READERS = "readers"
"""The column of a part with versions that says for which readers a version is."""

OF_EACH_FILE = "dq.publication"
"""Says whose file it stands in, so each reader has a row of their own."""

TRUST_FILE = "trust"
ANALYST_FILE = "analyst"


@dataclass(frozen=True)
class Reader:
    """One kind of reader with a file of its own: an audience, and for leaders their academies, in order."""

    number: int
    audience: str
    academies: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """By which its file is known while it is open."""
        return f"reader_{self.number}"


WHOLE = Reader(0, "trust")
"""The trust's own rows, which analysts too read of what has nobody in it."""


@dataclass(frozen=True)
class Rule:
    """Which rows of a part an audience reads: all, those of its academies, or the versions made for it."""

    audience: str
    rows: Literal["all", "academy", "versions"]


@dataclass(frozen=True)
class Part:
    """One stored table: columns of a published table, from which file, and who reads which rows."""

    name: str
    table: str
    columns: tuple[str, ...]
    file: str
    rules: tuple[Rule, ...]

    @property
    def has_versions(self) -> bool:
        """Whether it holds a row once for each of its versions, with the readers of each."""
        return any(rule.rows == "versions" for rule in self.rules)

    @property
    def with_whole(self) -> bool:
        """Whether somebody reads the trust's own version."""
        return any(rule.rows != "versions" for rule in self.rules)

    @property
    def versioned_for(self) -> tuple[str, ...]:
        """The audiences that read versions made for them."""
        return tuple(rule.audience for rule in self.rules if rule.rows == "versions")


@dataclass(frozen=True)
class Served:
    """One table as readers see it, `schema.table`, and the parts that it is made of."""

    table: str
    parts: tuple[Part, ...]

    @property
    def audiences(self) -> tuple[str, ...]:
        """Who reads it."""
        return tuple(sorted({rule.audience for part in self.parts for rule in part.rules}))

    def lacking(self, column: str) -> tuple[str, ...]:
        """The audiences that read the table without this column."""
        return tuple(sorted({rule.audience for part in self.parts if column not in part.columns for rule in part.rules}))


def audiences_of(logins: Iterable[Login]) -> tuple[str, ...]:
    """The audiences that somebody is: nothing is loaded for others."""
    return tuple(sorted({login.audience for login in logins}))


def served_tables(audiences: Iterable[str]) -> list[Served]:
    """Every table that one of these audiences reads, by name."""
    shown: dict[str, dict[str, Shown]] = {}
    for audience in audiences:
        for each in shown_to(audience):
            if each.has_figures and each.table not in HIDES:
                continue  # as in the published files: no figures whose small numbers nobody hides
            shown.setdefault(each.table, {})[audience] = each
    return [Served(table, tuple(_parts(table, of))) for table, of in sorted(shown.items())]


def _parts(table: str, shown: dict[str, Shown]) -> Iterable[Part]:
    """Audiences with the same columns of the same file read one part; the trust's part has the table's name alone."""
    together: dict[tuple[str, tuple[str, ...]], list[Rule]] = {}
    whole = tuple(column.name for each in shown_to(WHOLE.audience) if each.table == table for column in each.columns)
    for audience, each in sorted(shown.items()):
        as_it_is = all(column.how == "as_it_is" for column in each.columns)
        key = (TRUST_FILE if as_it_is else ANALYST_FILE, tuple(column.name for column in each.columns))
        together.setdefault(key, []).append(Rule(audience, _rows(audience, each)))
    plain = table.replace(".", "_")
    for (file, columns), rules in together.items():
        is_whole = file == TRUST_FILE and columns == whole
        yield Part(plain if is_whole else f"{plain}_of_{rules[0].audience}", table, columns, file, tuple(rules))


def _rows(audience: str, shown: Shown) -> Literal["all", "academy", "versions"]:
    if shown.has_figures or (shown.table == OF_EACH_FILE and audience != WHOLE.audience):
        return "versions"
    if shown.rows == "all":
        return "all"
    has_academy = any(column.name == ACADEMY for column in shown.columns)
    return "academy" if shown.rows == "own" and has_academy else "versions"
