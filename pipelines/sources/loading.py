"""Reading a profile's files: profile.yml, columns.csv, codes.csv and results.csv become a Profile, or an error with file and line.

Here: the schema of the first two, and the checks that a row alone cannot see. Not here: what the parts mean (profile.py), and the maps of
values (profile_words.py).
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipelines.sources.contract import contract
from pipelines.sources.errors import SourceError, line_of
from pipelines.sources.profile import DateFormat, Lookup, Mapping, Profile, RecognisedBy, Rule, SourceColumn, Table
from pipelines.sources.profile_words import read_codes, read_names
from pipelines.sources.shapes import SHAPES, Cell, Name

SOURCES = Path(__file__).parent
RULES = get_args(Rule)
ALIAS = "|"
UPN = "upn"  # as pupil_id: the rows name pupils by it, and not by an MIS's number


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Files(_Section):
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)
    dates: tuple[DateFormat, ...] = ("%Y-%m-%d", "%d/%m/%Y", "%d-%b-%Y")
    blank_is_false: bool = False


class _Table(_Section):
    entity: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    shape: str | None = None
    key: str | None = None
    rank: int = Field(default=0, ge=0)
    title: str = ""
    record: str = ""
    file_name: str | None = None


class _Profile(_Section):
    name: str
    title: str
    files: _Files = _Files()
    pupil_id: str
    recognised_by: RecognisedBy = "mis"
    tables: dict[str, _Table]


class _Row(_Section):
    """One row of columns.csv, still as written."""

    table: str = Field(min_length=1)
    column: str = ""
    entity: str = ""
    contract_column: str = ""
    required: str = Field(default="", pattern="^(yes)?$")
    rule: str = Field(default="", pattern=f"^({'|'.join(RULES[1:])})?$")
    argument: str = ""
    note: str = ""


def profile_names() -> tuple[str, ...]:
    """The profiles of this version, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in SOURCES.glob("*/profile.yml")))


@cache
def load_profile(name: str) -> Profile:
    """The profile of an MIS (or `matlas`, the canonical one). Raises SourceError when its files are wrong."""
    return read_profile(SOURCES / name)


@cache
def profiles_recognised_by(what: RecognisedBy) -> tuple[Profile, ...]:
    """The profiles whose files are recognised so, in alphabetical order."""
    return tuple(profile for profile in map(load_profile, profile_names()) if profile.recognised_by == what)


def read_profile(folder: Path) -> Profile:
    """Read a profile's folder. Raises SourceError naming file, line and expectation."""
    described = _described(folder / "profile.yml")
    rows = list(_rows(folder / "columns.csv", described))
    tables = {
        name: _table(folder / "columns.csv", described, name, [(line, row) for line, row in rows if row.table == name])
        for name in described.tables
    }
    _check_lookups(folder / "columns.csv", tables, rows)
    files = described.files
    codes = read_codes(folder / "codes.csv")
    return Profile(
        name=described.name,
        title=described.title,
        tables=tables,
        delimiter=files.delimiter,
        quote=files.quote,
        dates=files.dates,
        blank_is_false=files.blank_is_false,
        codes=codes,
        recognised_by=described.recognised_by,
        pupil_id_kind="upn" if described.pupil_id == UPN else "mis",
    )


def _described(path: Path) -> _Profile:
    try:
        described = _Profile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        known = ", ".join(profile_names())
        raise SourceError(path, None, f"there is no such profile. The profiles are: {known}.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise SourceError(path, mark.line + 1 if mark else None, "is not YAML.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = " → ".join(str(part) for part in first["loc"])
        raise SourceError(path, line_of(path, first["loc"]), f"{place}: {first['msg']}.") from None
    for name, table in described.tables.items():
        line = line_of(path, ("tables", name))
        for entity in table.entity:
            if entity not in contract().entities:
                raise SourceError(path, line, f"table {name} gives {entity!r}, which is no entity of the contract.")
        if table.shape and table.shape not in SHAPES:
            raise SourceError(path, line, f"table {name} has the shape {table.shape!r}; the shapes are: {', '.join(SHAPES)}.")
        if not table.entity and not table.key:
            raise SourceError(path, line, f"table {name} gives no entity: a look-up table names its key.")
    return described


def _rows(path: Path, described: _Profile) -> Iterator[tuple[int, _Row]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for cells in reader:
            line = reader.line_num
            try:
                row = _Row.model_validate(cells)
            except ValidationError as error:
                first = error.errors()[0]
                raise SourceError(path, line, f"{first['loc'][0]}: {first['msg']}.") from None
            _check_row(path, line, row, described)
            yield line, row


def _check_row(path: Path, line: int, row: _Row, described: _Profile) -> None:
    table = described.tables.get(row.table)
    if table is None:
        raise SourceError(path, line, f"table {row.table!r} is not in profile.yml.")
    if not row.column and row.rule != "constant":
        raise SourceError(path, line, "the MIS's column is missing; only a constant has none.")
    if row.rule in {"constant", "coalesce", "lookup", "iso_week", "mapped_or"} and not row.argument:
        raise SourceError(path, line, f"the rule {row.rule} needs an argument.")
    if row.rule == "lookup":
        looked_up = described.tables.get(row.argument.partition(".")[0])
        if looked_up is None or looked_up.key is None:
            raise SourceError(path, line, f"{row.argument!r} names no look-up table (a table with a key) of this profile and its column.")
    if not row.entity:
        return
    if row.entity not in table.entity:
        raise SourceError(path, line, f"table {row.table} does not give {row.entity!r}.")
    if contract().entity(row.entity).column(row.contract_column) is None:
        raise SourceError(path, line, f"{row.entity} has no column {row.contract_column!r}.")


def _headings(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(ALIAS))


def _table(path: Path, described: _Profile, name: str, rows: list[tuple[int, _Row]]) -> Table:
    said = described.tables[name]
    columns: dict[str, SourceColumn] = {}
    mappings: list[Mapping] = []
    required: list[tuple[str, ...]] = []
    for _, row in rows:
        named = _named_columns(row)
        for column in named:
            columns.setdefault(column.name, column)
        if row.required:
            names = tuple(column.name for column in named)
            required += [names] if row.rule == "coalesce" else [(one,) for one in names]
        if row.entity:
            mappings.append(_mapping(row, named, described))
    if said.key and said.key not in columns:
        raise SourceError(path, None, f"table {name} is looked up by {said.key!r}, which is none of its columns.")
    table = Table(
        name=name,
        profile=described.name,
        entities=said.entity,
        columns=tuple(columns.values()),
        mappings=tuple(mappings),
        required=tuple(dict.fromkeys(required)),
        shape=said.shape,
        key=said.key,
        rank=said.rank,
        title=said.title,
        cells=_cells(path, said, rows),
        names=_names(path, said),
        record=tuple(part for part in said.record.split("/") if part),
        file_name=said.file_name,
    )
    _check_complete(path, table, rows)
    return table


def _cells(path: Path, said: _Table, rows: list[tuple[int, _Row]]) -> tuple[Cell, ...]:
    """The cells of a wide table: the shape's own, or each row of columns.csv that gives the shape's value, with what its argument says."""
    shape = SHAPES[said.shape] if said.shape else None
    if shape is None or not shape.takes_cells:
        return shape.cells if shape else ()
    cells = []
    for line, row in rows:
        if row.contract_column != shape.value:
            continue
        words = tuple(row.argument.split())
        if len(words) != len(shape.says):
            raise SourceError(path, line, f"the argument of a cell says its {' and '.join(shape.says)}, with a blank between.")
        cells.append(Cell(_headings(row.column)[0], words))
    return tuple(cells)


def _names(path: Path, said: _Table) -> tuple[Name, ...]:
    """The names of a table whose rows name themselves."""
    shape = SHAPES[said.shape] if said.shape else None
    return read_names(path.with_name("results.csv"), shape) if shape and shape.named_by else ()


def _named_columns(row: _Row) -> tuple[SourceColumn, ...]:
    """The source columns that a row of columns.csv names: its own, and the other inputs of coalesce and iso_week."""
    texts = [row.column] if row.column else []
    if row.rule == "coalesce":
        texts += row.argument.split(";")
    if row.rule == "iso_week":
        texts.append(row.argument)
    return tuple(SourceColumn(headings[0], headings) for headings in map(_headings, texts))


def _mapping(row: _Row, named: tuple[SourceColumn, ...], described: _Profile) -> Mapping:
    inputs = tuple(column.name for column in named)
    rule: Rule = row.rule or "copy"  # type: ignore[assignment]  # the schema holds it to the closed list
    if rule == "constant":
        return Mapping(row.entity, row.contract_column, rule, (), constant=row.argument)
    if rule == "lookup":
        table, _, column = row.argument.partition(".")
        lookup = Lookup(table, described.tables[table].key or "", column, inputs[0])
        return Mapping(row.entity, row.contract_column, rule, (lookup.name, lookup.unfound), lookup=lookup)
    if rule == "mapped_or":
        return Mapping(row.entity, row.contract_column, rule, inputs, constant=row.argument)
    separators = (row.argument or ";,") if rule == "first_of_list" else ""
    return Mapping(row.entity, row.contract_column, rule, inputs, separators=separators)


def _check_complete(path: Path, table: Table, rows: list[tuple[int, _Row]]) -> None:
    """Every required column of the contract is made of something, once, and its source must be in the file."""
    given_by_shape = SHAPES[table.shape].gives if table.shape else frozenset()
    must = {name for group in table.required for name in group}
    for entity in table.entities:
        made: dict[str, int] = {}
        for line, row in rows:
            if row.entity != entity:
                continue
            if row.contract_column in made and row.contract_column not in given_by_shape:
                raise SourceError(path, line, f"{entity}.{row.contract_column} is made twice (also on line {made[row.contract_column]}).")
            made[row.contract_column] = line
        for column in contract().entity(entity).columns:
            if not column.is_required or column.name in given_by_shape:
                continue
            if column.name not in made:
                raise SourceError(path, None, f"table {table.name} gives {entity} without {column.name}, which the contract requires.")
            inputs = {one for mapping in table.mappings_of(entity) if mapping.contract_column == column.name for one in _own(mapping)}
            if inputs and not inputs <= must:
                raise SourceError(path, made[column.name], f"{entity}.{column.name} is required by the contract: say yes under required.")


def _own(mapping: Mapping) -> tuple[str, ...]:
    return (mapping.lookup.key_column,) if mapping.lookup else mapping.inputs


def _check_lookups(path: Path, tables: dict[str, Table], rows: list[tuple[int, _Row]]) -> None:
    for line, row in rows:
        name, _, wanted = row.argument.partition(".")
        if row.rule == "lookup" and wanted not in {column.name for column in tables[name].columns}:
            raise SourceError(path, line, f"the look-up table {name} has no column {wanted!r}.")
