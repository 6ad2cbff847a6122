"""What each viewer ought to see of each academy, read from the access data by code that shares nothing with pipelines/access.

The data: expectations/audiences.yml (who has which table), expectations/lineage.csv, dq_schema.py and steering_schema.py (the privacy
class of every column).
Here: reading them once more, in the plainest way. Not here: what a viewer does see (matrix_views.py), nor finding where the two differ
(matrix.py).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import yaml

from expectations.dq_schema import TABLES as CHECKS_TABLES
from expectations.steering_schema import STEERING
from tests.helpers.audiences import MARKED, Marked
from tests.helpers.home import PROJECT

ACADEMIES = tuple(MARKED)
PLACES = (*ACADEMIES, "trust")
SCHEMAS = ("core", "dq", "marts", "ref")
FIGURES = ("marts.measure_value", "marts.scorecard", "marts.weekly_trend", "marts.funnel", "marts.governor_summary", "marts.goal_year")
OF_EACH_FILE = "dq.publication"
NOTHING = "nothing"
SHOWN_AS_IT_IS = "as_it_is"
UNDER_PSEUDONYMS = "under pseudonyms"
SMALL_HIDDEN = "small numbers hidden"

# How a column must be shown for a reader to have one of these facts about somebody. Texts that somebody typed may hold a surname too.
NAMES = {"surname": ("legal_surname", "preferred_surname"), "forename": ("legal_forename", "preferred_forename")}
NUMBERS = {"upn": ("upn",), "mis_number": ("source_pupil_id",), "born": ("date_of_birth",), "colleague": ("source_staff_id",)}
TYPED = ("behaviour_type", "club_name", "assessment_name", "result")


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: the name of their login or of their file's folder, what trust.yml says they are, and where they look."""

    name: str
    audience: str | None
    academies: tuple[str, ...] = ()
    where: Literal["file", "PostgreSQL"] = "file"

    @property
    def key(self) -> str:
        """Where they look, and as whom."""
        return f"{self.where} {self.name}"


@dataclass(frozen=True)
class Allowed:
    """One table as an audience may have it: how each of its columns is shown, whose rows, and whether small numbers are hidden in it."""

    columns: dict[str, str]
    own_rows: bool
    figures: bool


@cache
def classes() -> dict[str, dict[str, str]]:
    """The privacy class of every column of every published table, in order."""
    found: dict[str, dict[str, str]] = {}
    with (PROJECT / "expectations/lineage.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if line["table"].split(".")[0] in SCHEMAS and line["column"] != "*":
                found.setdefault(line["table"], {})[line["column"]] = line["privacy"]
    return found | {
        f"{table.schema}.{table.name}": {column.name: column.privacy for column in table.columns} for table in (*CHECKS_TABLES, *STEERING)
    }


@cache
def allowed(audience: str | None) -> dict[str, Allowed]:
    """The tables that an audience may have; none for who is of no audience."""
    written = yaml.safe_load((PROJECT / "expectations/audiences.yml").read_text(encoding="utf-8"))
    if audience not in written:
        return {}
    patterns, ways = written[audience]["tables"], written[audience].get("columns")
    found = {}
    for table, of_table in classes().items():
        said: Any = next((said for pattern, said in patterns.items() if _fits(pattern, table)), [])
        line = said if isinstance(said, dict) else {"may_hold": said}
        held = {name for name, privacy in of_table.items() if privacy in line["may_hold"] and name not in line.get("without", ())}
        columns = {name: way for name in of_table if name in held and (way := _way(table, name, of_table[name], ways))}
        if columns:
            found[table] = Allowed(columns, line.get("rows") == "own", line.get("figures", False))
    return found


def _fits(pattern: str, table: str) -> bool:
    assert "*" not in pattern[:-1], f"a pattern of another kind: {pattern}"
    return table.startswith(pattern[:-1]) if pattern.endswith("*") else table == pattern


def _way(table: str, column: str, privacy: str, ways: dict[str, list[str]] | None) -> str | None:
    """How a column is shown to an audience; None: not at all."""
    if ways is None:
        return SHOWN_AS_IT_IS
    names = (column, f"{table}.{column}") if privacy != "open" else (f"{table}.{column}",)
    said = [way for way, columns in ways.items() if any(name in columns for name in names)]
    return said[0] if said else SHOWN_AS_IT_IS if privacy == "open" else None


def sees_rows(viewer: Viewer, table: str, place: str) -> bool:
    """Whether the rows of an academy (or of the trust) in this table are the viewer's to see."""
    of_table = allowed(viewer.audience).get(table)
    return of_table is not None and (not of_table.own_rows or place in viewer.academies)


def cells(viewer: Viewer) -> dict[str, str]:
    """What the viewer ought to see: for each academy its pupils, its colleagues and its figures; for the trust its figures."""
    found = {}
    for academy in ACADEMIES:
        found[f"{academy}: pupils"] = _people(viewer, academy, "pupil_key", "legal_surname", "by name")
        found[f"{academy}: colleagues"] = _people(viewer, academy, "staff_key", "source_staff_id", "by number")
        found[f"{academy}: figures"] = _figures(viewer, academy)
    return found | {"trust: figures": _figures(viewer, "trust")}


def _people(viewer: Viewer, academy: str, key: str, telling: str, told: str) -> str:
    tables = [of for table, of in allowed(viewer.audience).items() if sees_rows(viewer, table, academy)]
    if any(of.columns.get(telling) == SHOWN_AS_IT_IS for of in tables):
        return told
    ways = {of.columns[key] for of in tables if key in of.columns}
    return "by key" if SHOWN_AS_IT_IS in ways else UNDER_PSEUDONYMS if ways else NOTHING


def _figures(viewer: Viewer, place: str) -> str:
    tables = [of for table, of in allowed(viewer.audience).items() if table in FIGURES and sees_rows(viewer, table, place)]
    if not tables:
        return NOTHING
    return SMALL_HIDDEN if all(of.figures for of in tables) and place not in viewer.academies else "whole"


def facts(viewer: Viewer) -> set[str]:
    """Of the two marked pupils and colleagues, what the viewer may find anywhere: `ashby: surname` and so on."""
    return {f"{academy}: {fact}" for academy in ACADEMIES for fact in _facts_of(viewer, academy)}


def _facts_of(viewer: Viewer, academy: str) -> Iterator[str]:
    plain = {
        column
        for table, of in allowed(viewer.audience).items()
        if sees_rows(viewer, table, academy)
        for column, way in of.columns.items()
        if way == SHOWN_AS_IT_IS
    }
    for fact, columns in (NAMES | NUMBERS).items():
        if plain.intersection(columns) or (fact == "surname" and academy == "ashby" and plain.intersection(TYPED) - {"result"}):
            yield fact


def said_of(academy: str) -> dict[str, str]:
    """The facts about an academy's marked people, in small letters: what is searched for."""
    marked: Marked = MARKED[academy]
    return {fact: getattr(marked, fact).lower() for fact in (*NAMES, *NUMBERS)}


def columns_in_postgresql(table: str, audiences: tuple[str, ...]) -> set[str]:
    """The columns of a table as everybody sees them named there: those that any of the audiences has."""
    return {column for audience in audiences if table in allowed(audience) for column in allowed(audience)[table].columns}


def viewers_of(trust_yml: str) -> list[Viewer]:
    """Everybody whom this trust.yml gives something: each file, and each login in PostgreSQL."""
    access: dict[str, Any] = yaml.safe_load(trust_yml)["access"]
    files = [Viewer("trust", "trust")]
    for audience in access["audiences"]:
        if audience == "academy":
            files += [Viewer(f"academy/{academy}", audience, (academy,)) for academy in ACADEMIES]
        elif audience != "teacher":
            files.append(Viewer(audience, audience))
    logins = [
        Viewer(name, login["audience"], tuple(login.get("academies", ())), "PostgreSQL") for name, login in access.get("logins", {}).items()
    ]
    return files + logins
