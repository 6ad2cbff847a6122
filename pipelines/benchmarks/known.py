"""Which official files are known, and how one is recognised by its header.

Not here: reading one (figures.py, registers.py, school_data.py). The files themselves are data: known_files.yml, which says where each
column name is known from.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

KNOWN_FILES = Path(__file__).with_name("known_files.yml")

Header = list[str]
"""The column names of a file, in lower case: DfE's own spelling of them varies from year to year."""


class Described(BaseModel):
    """A part of known_files.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(Described):
    """A geographic level of the file: what it is called here, and which columns hold its code and name."""

    level: Literal["national", "regional", "local_authority", "school"]
    code: str
    name: str


class Figure(Described):
    """One published figure: its column, the measure it belongs to and, for absence by reason, the attendance code.

    `of` names the row it stands in where a file has a row per subject.
    """

    column: str
    measure: str
    of: str | None = None
    reason: str | None = None
    optional: bool = False


class Group(Described):
    """A column that splits pupils: the topic here, and the groups by their names in the file. A group not named is left out."""

    columns: str
    topic: str = ""
    values: dict[str, str] = {}


class FigureFile(Described):
    """An official file of figures, one row a place, phase, group and period."""

    kind: Literal["figures"]
    name: str
    title: str
    source: str
    series: str
    known_from: str
    phase: str | None = None
    phases: dict[str, str | None] = {}
    places: dict[str, Place | None]
    only: dict[str, list[str]] = {}
    subject: str | None = None
    groups: list[Group] = []
    figures: list[Figure]

    def columns_of_figures(self, header: Header) -> dict[str, list[Figure]]:
        """The columns of this header that hold figures, with what each of them is."""
        found: dict[str, list[Figure]] = {}
        for figure in self.figures:
            column = spelt_here(figure.column, header)
            if column:
                found.setdefault(column, []).append(figure)
        return found

    def missing_from(self, header: Header) -> list[str]:
        """The columns that a file of this kind must have and this header has not."""
        needed = ["time_period", "time_identifier", "geographic_level", *filter(None, [self.phase, self.subject])]
        needed += [figure.column for figure in self.figures if not figure.optional]
        return [columns.split("|")[0] for columns in dict.fromkeys(needed) if not spelt_here(columns, header)]


class Column(Described):
    """A column kept of a register: where it comes from and its kind."""

    column: str
    kind: Literal["varchar", "integer", "double", "date"] = "varchar"


class RegisterFile(Described):
    """An official list of schools, or of what one was before: some of its columns are kept, one row for each of its rows."""

    kind: Literal["register"]
    name: str
    title: str
    source: str
    known_from: str
    columns: dict[str, Column]

    def missing_from(self, header: Header) -> list[str]:
        """The columns that a file of this kind must have and this header has not."""
        return [column.column for column in self.columns.values() if column.column.lower() not in header]


class SchoolFigure(Described):
    """A published figure of a school: its measure, its series, and how many years before the file's own year it is of."""

    measure: str
    series: Literal["census", "performance_tables"]
    years_back: int


class SchoolFile(Described):
    """A file with one row a school: which school it is, what describes it, and its figures. Its year is said by whoever loads it."""

    kind: Literal["schools"]
    name: str
    title: str
    source: str
    known_from: str
    about: dict[Literal["urn", "laestab", "school_name", "la_code", "la_name", "region"], str]
    phase: str
    phases: dict[str, str | None]
    characteristics: dict[str, str]
    figures: dict[str, SchoolFigure]

    def missing_from(self, header: Header) -> list[str]:
        """The columns that a file of this kind must have and this header has not."""
        needed = [*self.about.values(), self.phase, *self.characteristics.values(), *self.figures]
        return [column for column in needed if column not in header]


AnyFile = FigureFile | RegisterFile | SchoolFile
KnownFile = Annotated[AnyFile, Field(discriminator="kind")]


def spelt_here(columns: str, header: Header) -> str | None:
    """The spelling that this header uses, of those that `columns` names with `|` between them."""
    return next((column for column in columns.split("|") if column in header), None)


@cache
def known_files() -> tuple[AnyFile, ...]:
    """Every official file that can be loaded."""
    listed = yaml.safe_load(KNOWN_FILES.read_text(encoding="utf-8"))["files"]
    return TypeAdapter(tuple[KnownFile, ...]).validate_python(listed)
