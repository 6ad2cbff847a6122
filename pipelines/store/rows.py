"""A frozen record as a row of SQLite, and back.

Here: the one rule of how a field is stored (dates and moments as ISO text, moments in UTC and of one width so that they sort; booleans as
0 and 1). Not here: any table.
"""

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from typing import Any, TypeVar

Record = TypeVar("Record")
_KNOWN: dict[type[Any], dict[str, Any]] = {}


def columns(record_type: type[Any]) -> list[str]:
    """Return the column names of a record."""
    return [field.name for field in dataclasses.fields(record_type)]


def stored(value: Any) -> Any:
    """Return a field's value as SQLite keeps it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return value


def row_of(record: Any) -> tuple[Any, ...]:
    """Return a record's values in the order of its fields."""
    return tuple(stored(getattr(record, name)) for name in columns(type(record)))


def record_of(record_type: type[Record], row: dict[str, Any]) -> Record:
    """Return the record that a row keeps; columns that are no field are left out."""
    return record_type(**{name: _read(kind, row[name]) for name, kind in _kinds(record_type).items()})


def _kinds(record_type: type[Any]) -> dict[str, Any]:
    if record_type not in _KNOWN:
        _KNOWN[record_type] = {name: _plain(hint) for name, hint in typing.get_type_hints(record_type).items()}
    return _KNOWN[record_type]


def _plain(hint: Any) -> Any:
    """Return the type beside `None`."""
    if isinstance(hint, types.UnionType):
        return next(each for each in typing.get_args(hint) if each is not type(None))
    return hint


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return bool(value) if kind is bool else value
