"""The raw contract: which entities there are and which columns each has.

Here: contract.csv as typed objects. Not here: which MIS column becomes which (the profiles), and what a code means (code_sets.py).
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pipelines.sources.errors import SourceError

CONTRACT_FILE = Path(__file__).parent / "contract.csv"
Kind = Literal["id", "text", "name", "date", "monday", "boolean", "code", "number", "integer", "nc_year", "upn", "code_list", "pseudonym"]
Privacy = Literal["open", "personal", "special", "safeguarding", "staff"]
Mode = Literal["snapshot", "window", "year"]

SNAPSHOTS = frozenset({"pupil", "enrolment", "staff", "staff_contract"})
WINDOWS = frozenset({"attendance_mark", "attendance_week"})
DATE_KINDS = frozenset({"date", "monday"})
CODED = frozenset({"code", "code_list", "nc_year"})


@dataclass(frozen=True)
class Column:
    """One column of an entity. `key_position` is its place in the natural key, None outside it."""

    name: str
    position: int
    is_required: bool
    key_position: int | None
    kind: Kind
    code_set: str | None
    privacy: Privacy
    description: str

    @property
    def is_coded(self) -> bool:
        """Whether the raw layer keeps the delivered value beside the mapped one, as `<name>_source`."""
        return self.code_set is not None


@dataclass(frozen=True)
class Entity:
    """One entity of the contract: its columns in order."""

    name: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of this name, None when the entity has none."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def key(self) -> tuple[str, ...]:
        """The natural key, in order."""
        keyed = [column for column in self.columns if column.key_position is not None]
        return tuple(column.name for column in sorted(keyed, key=lambda column: column.key_position or 0))

    @property
    def default_mode(self) -> Mode:
        """What a delivery of this entity does unless trust.yml says otherwise (sources.md §1)."""
        if self.name in SNAPSHOTS:
            return "snapshot"
        return "window" if self.name in WINDOWS else "year"

    @property
    def date_column(self) -> str | None:
        """The date that places a row in an academic year; a snapshot describes a state and has none."""
        if self.default_mode == "snapshot":
            return None
        return next((column.name for column in self.columns if column.kind in DATE_KINDS), None)

    @property
    def has_pseudonyms(self) -> bool:
        """Whether a number is kept only as a keyed hash."""
        return any(column.kind == "pseudonym" for column in self.columns)

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """The columns of the contract in the raw layer, the source of each coded one beside it."""
        names: list[str] = []
        for column in self.columns:
            names.append(column.name)
            if column.is_coded:
                names.append(f"{column.name}_source")
        return tuple(names)


@dataclass(frozen=True)
class Contract:
    """Every entity that an academy can deliver."""

    entities: dict[str, Entity]

    def entity(self, name: str) -> Entity:
        """The entity of this name; KeyError when there is none."""
        return self.entities[name]


@cache
def contract() -> Contract:
    """The contract of this version of Matlas."""
    return read_contract(CONTRACT_FILE)


def read_contract(path: Path) -> Contract:
    """Read a contract file. Raises SourceError with the line of the first mistake."""
    columns: dict[str, list[Column]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            columns.setdefault(row["entity"], []).append(_column(path, reader.line_num, row))
    return Contract({name: Entity(name, tuple(sorted(found, key=lambda one: one.position))) for name, found in columns.items()})


def _column(path: Path, line: int, row: dict[str, str]) -> Column:
    kind, privacy = row["kind"], row["privacy"]
    if kind not in get_args(Kind):
        raise SourceError(path, line, f"kind is {kind!r}; expected one of {', '.join(get_args(Kind))}.")
    if privacy not in get_args(Privacy):
        raise SourceError(path, line, f"privacy is {privacy!r}; expected one of {', '.join(get_args(Privacy))}.")
    if kind in CODED and not row["code_set"]:
        raise SourceError(path, line, "a coded column names its code set.")
    if row["code_set"] and kind not in CODED | {"boolean"}:
        raise SourceError(path, line, "only a coded column, or a yes-or-no one that words stand for, names a code set.")
    return Column(
        name=row["column"],
        position=int(row["position"]),
        is_required=row["required"] == "yes",
        key_position=int(row["key_position"]) if row["key_position"] else None,
        kind=kind,  # type: ignore[arg-type]  # checked against the closed list above
        code_set=row["code_set"] or None,
        privacy=privacy,  # type: ignore[arg-type]  # checked against the closed list above
        description=row["description"],
    )
