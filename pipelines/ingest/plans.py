"""Which function reads each contract column of a table, for one academy.

Here: putting together the table's mappings, the profile's settings and the academy's codes. Not here: what the functions do (rules.py).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from pipelines.ingest.outcomes import BOOLEANS, Read, ReadAll, Setting
from pipelines.ingest.rules import pseudonym_reader, reader, reader_of_texts
from pipelines.ingest.shapes import CELL, DAYS, day_reader, shaped_mappings
from pipelines.sources import CodeMap, Column, Entity, Mapping, Profile, Table, code_map
from pipelines.sources.contract import DATE_KINDS
from pipelines.trust import Academy

PUPIL = "source_pupil_id"


@dataclass(frozen=True)
class ColumnPlan:
    """How one contract column is read: of which source columns, by which function, and what to call it to the person who made the export.

    `heading` is the source column's name; a cell of a wide row is named by the cell itself. `read_texts` reads a whole column at once where
    there is nothing to find out about its values.
    """

    column: Column
    inputs: tuple[str, ...]
    read: Read
    heading: str
    heading_column: str | None = None
    read_texts: ReadAll | None = None

    @property
    def code_set(self) -> str:
        """Under what an unmapped value is listed."""
        return self.column.code_set or BOOLEANS


def column_plans(
    table: Table, profile: Profile, entity: Entity, academy: Academy, delivered: Collection[str], pseudonym_key: bytes | None = None
) -> list[ColumnPlan]:
    """A plan for every column of the entity, in the contract's order. `delivered` are the source columns that the content has."""
    mappings = table.mappings_of(entity.name)
    if table.layout:
        mappings = shaped_mappings(entity.name, table.layout, mappings)
    by_column = {mapping.contract_column: mapping for mapping in mappings}
    plans = (_plan(_as_read(column, table, profile), by_column, table, profile, academy, delivered) for column in entity.columns)
    return [replace(plan, read=pseudonym_reader(plan.read, pseudonym_key)) if plan.column.kind == "pseudonym" else plan for plan in plans]


def _plan(
    column: Column, by_column: dict[str, Mapping], table: Table, profile: Profile, academy: Academy, delivered: Collection[str]
) -> ColumnPlan:
    mapping = by_column.get(column.name)
    # A shape's own columns and looked-up values have a dot in their names and are always there; others are there if delivered.
    columns = {one.name for one in table.columns}
    is_delivered = mapping is not None and (not mapping.inputs or any(one in delivered or one not in columns for one in mapping.inputs))
    setting = Setting(column, _codes(column, profile, academy), profile.blank_is_false, is_delivered, profile.dates)
    inputs = mapping.inputs if mapping else ()
    read = reader(mapping, setting)
    shape = table.layout
    heading = shape.heading_of(column.name) if shape and column.name in shape.gives else _heading(column, mapping)
    if shape and shape.is_dated_by_cell and column.kind in DATE_KINDS:
        return ColumnPlan(column, (*inputs, DAYS), day_reader(read, shape), heading)
    cell = CELL if shape and column.name == shape.value else None
    return ColumnPlan(column, inputs, read, heading, cell, reader_of_texts(mapping, setting))


def _as_read(column: Column, table: Table, profile: Profile) -> Column:
    """The column as this table gives it: a pupil named by UPN, and an empty cell, which is nothing and so lacks nothing."""
    if column.name == PUPIL and profile.pupil_id_kind == "upn":
        return replace(column, kind="upn")
    if table.layout and column.name == table.layout.value:
        return replace(column, is_required=False)
    return column


def _codes(column: Column, profile: Profile, academy: Academy) -> CodeMap | None:
    if column.code_set is None:
        return None
    return code_map(column.code_set, academy.codes.get(column.code_set, {}), profile.codes.get(column.code_set, {}))


def _heading(column: Column, mapping: Mapping | None) -> str:
    if mapping is None or not mapping.inputs:
        return column.name
    return mapping.lookup.key_column if mapping.lookup else mapping.inputs[0]
