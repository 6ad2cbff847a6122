"""What a profile says: which tables an MIS exports and which of their columns becomes which.

Here: the profile as typed objects. Not here: reading and checking its files (loading.py), finding a file's table (matching.py), and what a
rule does to a value (pipelines/ingest/rules.py).
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from pipelines.sources.shapes import SHAPES, Cell, Name, Shape

PupilIdKind = Literal["mis", "upn"]
RecognisedBy = Literal["mis", "name", "header"]
Rule = Literal[
    "copy",
    "constant",
    "coalesce",
    "first_of_list",
    "times_2",
    "sign",
    "lookup",
    "iso_week",
    "mapped_or",
    "june_of_academic_year",
    "june_of_end_year",
]
DateFormat = Literal["%Y-%m-%d", "%d/%m/%Y", "%d-%b-%Y"]
CANONICAL = "matlas"


@dataclass(frozen=True)
class SourceColumn:
    """A column as the MIS names it. `headings` are the names it may have in a file, the likeliest first; `name` is the profile's own."""

    name: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Lookup:
    """Where a looked-up value lies: `column` of the row of `table` whose `table_key` is the value of our `key_column`."""

    table: str
    table_key: str
    column: str
    key_column: str

    @property
    def name(self) -> str:
        """The name of the looked-up value beside the table's own columns."""
        return f"{self.table}.{self.column}"

    @property
    def unfound(self) -> str:
        """The name of the key beside the table's own columns, in rows whose key finds nothing."""
        return f"{self.table}.{self.column} of"


@dataclass(frozen=True)
class Mapping:
    """One row of columns.csv: how a contract column is made. `inputs` are names of source columns, in the order the rule takes them."""

    entity: str
    contract_column: str
    rule: Rule
    inputs: tuple[str, ...]
    constant: str | None = None
    separators: str = ""
    lookup: Lookup | None = None


@dataclass(frozen=True)
class Table:
    """One table of an MIS's export.

    `required` holds groups of source columns: a file without any column of a group cannot be read. `rank` settles which table of one
    academy wins a key that two give (lower wins). A look-up table gives no entity; `key` is the column it is looked up by. `record` is the
    path to the elements of an XML file that are its rows (empty: the root's children), `file_name` the pattern of names that a table of
    anybody's is recognised by.
    """

    name: str
    profile: str
    entities: tuple[str, ...]
    columns: tuple[SourceColumn, ...]
    mappings: tuple[Mapping, ...]
    required: tuple[tuple[str, ...], ...]
    shape: str | None = None
    cells: tuple[Cell, ...] = ()
    names: tuple[Name, ...] = ()
    record: tuple[str, ...] = ()
    file_name: str | None = None
    key: str | None = None
    rank: int = 0
    title: str = ""

    @property
    def layout(self) -> Shape | None:
        """The named shape of its rows, None where each is a row of the contract."""
        return SHAPES[self.shape] if self.shape else None

    @property
    def is_lookup_only(self) -> bool:
        """Whether other tables look values up here, and no entity comes of it."""
        return not self.entities

    @property
    def lookups(self) -> tuple[str, ...]:
        """The tables whose rows this one looks up."""
        return tuple(dict.fromkeys(mapping.lookup.table for mapping in self.mappings if mapping.lookup))

    def mappings_of(self, entity: str) -> tuple[Mapping, ...]:
        """How each delivered contract column of one entity is made."""
        return tuple(mapping for mapping in self.mappings if mapping.entity == entity)

    def with_headings(self, own: dict[str, dict[str, str]]) -> "Table":
        """Return this table with an academy's own headings (`columns:` of its row in trust.yml) before the profile's.

        A heading for a contract column that the profile lacks adds that column.
        """
        table = self
        for entity in self.entities:
            for contract_column, heading in own.get(entity, {}).items():
                table = table._with_heading(entity, contract_column, heading)
        return table

    def _with_heading(self, entity: str, contract_column: str, heading: str) -> "Table":
        mapping = next((one for one in self.mappings_of(entity) if one.contract_column == contract_column), None)
        if mapping is None:
            added = Mapping(entity, contract_column, "copy", (heading,))
            known = {column.name for column in self.columns}
            columns = self.columns if heading in known else (*self.columns, SourceColumn(heading, (heading,)))
            return replace(self, columns=columns, mappings=(*self.mappings, added))
        if not mapping.inputs:
            return self
        columns = tuple(
            replace(column, headings=(heading, *(one for one in column.headings if one != heading)))
            if column.name == mapping.inputs[0]
            else column
            for column in self.columns
        )
        return replace(self, columns=columns)


@dataclass(frozen=True)
class Profile:
    """How one MIS exports: file settings, tables and codes.

    `pupil_id_kind` says by what its rows name a pupil: the MIS's own number, or the UPN. `recognised_by` says whose files they are: those
    of academies with this MIS (or with the canonical prefix), or anybody's, by a pattern of names of their own or by their headers.
    """

    name: str
    title: str
    tables: dict[str, Table]
    delimiter: str = ","
    quote: str = '"'
    dates: tuple[DateFormat, ...] = ("%Y-%m-%d", "%d/%m/%Y", "%d-%b-%Y")
    blank_is_false: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    pupil_id_kind: PupilIdKind = "mis"
    recognised_by: RecognisedBy = "mis"
