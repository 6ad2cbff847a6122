"""Where what a viewer finds differs from what they ought to: the matrix's judgement, in sentences.

The trust's own published file is the whole; of every other viewer it is worked out here, row by row and column by column, what is left of
it. Not here: who ought to see what (matrix_rules.py), how it is looked for (matrix_views.py).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any

from tests.helpers.matrix_rules import (
    ACADEMIES,
    FIGURES,
    NOTHING,
    OF_EACH_FILE,
    PLACES,
    SHOWN_AS_IT_IS,
    SMALL_HIDDEN,
    UNDER_PSEUDONYMS,
    Allowed,
    Viewer,
    allowed,
    cells,
    columns_in_postgresql,
    facts,
    said_of,
)
from tests.helpers.matrix_views import Row, Seen, Table, found_in, places_of

AUDIENCES = ("academy", "analyst", "governor", "teacher", "trust")
SMALL = range(1, 6)
KEY = (
    "level", "academy_id", "phase", "time_period", "period_type", "period_start", "period_end",
    "breakdown_topic", "breakdown", "measure_id", "urn",
)  # fmt: skip
EXACT = ("value", "value_status", "numerator", "denominator", "numerator_people", "denominator_people")
WORDS = ("sentence", "caveat", "figure_in_words", "england_in_words", "last_year_in_words", "target_in_words")
THROUGH = {"core.dim_pupil": ("pupil_key", "core.bridge_pupil_source"), "core.dim_staff": ("staff_key", "core.bridge_staff_source")}
"""The tables of people that have no academy_id, and where the academies of each person stand."""


@dataclass(frozen=True)
class Whole:
    """The trust's own file."""

    tables: dict[str, Table]

    def places(self, table: str) -> list[set[str]]:
        """The academies (or the trust) of each row."""
        key, bridge = THROUGH.get(table, ("", ""))
        known = self.tables.get(bridge)
        through: dict[Any, set[str]] = {}
        if known is not None:
            for row in known.rows:
                through.setdefault(row[known.columns.index(key)], set()).add(row[known.columns.index("academy_id")])
        return places_of(self.tables[table], through, key)

    def column(self, name: str) -> set[Any]:
        """Every value that a column of this name has in any table."""
        return {row[table.columns.index(name)] for table in self.tables.values() if name in table.columns for row in table.rows} - {None}

    @cached_property
    def small(self) -> set[Row]:
        """The figures of all pupils, or all colleagues, that are of one to five people: those of a period, and those of the scorecard."""
        periods = (row for row in self.named("marts.measure_value") if row["breakdown_topic"] == "all" and _is_small(row))
        newest = (row for row in self.named("marts.scorecard") if row["is_small"])
        return {_figure(row) for row in periods} | {_figure(row)[:4] for row in newest}

    @cached_property
    def phases(self) -> dict[str, str]:
        """The phase of each academy."""
        return {row["academy_id"]: row["phase"] for row in self.named("core.dim_academy")}

    def named(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table by the names of their columns."""
        return [dict(zip(self.tables[table].columns, row, strict=True)) for row in self.tables[table].rows]


def differences(viewer: Viewer, group: str | None, seen: Seen, whole: Whole) -> list[str]:
    """What the viewer finds and ought not to, or ought to and does not; `group`: the audience whose tables' names they are told."""
    found = [*_names(viewer, group, seen), *_rows(viewer, seen, whole), *_facts(viewer, seen), *_cells(viewer, seen, whole)]
    return [f"{viewer.key}: {each}" for each in [*found, *(f"was let through: {each}" for each in seen.let_through)]]


def _names(viewer: Viewer, group: str | None, seen: Seen) -> Iterator[str]:
    """Tables and columns that the catalogues name. In PostgreSQL a table has the columns of all its readers."""
    of = allowed(group)
    named = {table: columns_in_postgresql(table, AUDIENCES) if viewer.where == "PostgreSQL" else set(of[table].columns) for table in of}
    for table in sorted({*named, *seen.named}):
        more = seen.named.get(table, set()) - named.get(table, set())
        less = named.get(table, set()) - seen.named.get(table, set())
        if more or less:
            yield f"{table} has the columns {sorted(more)} that it ought not to, and lacks {sorted(less)}"
    for table in sorted(set(seen.tables) - set(of)):
        yield f"{table} can be opened"
    for table in sorted(set(allowed(viewer.audience)) - set(seen.tables)):
        yield f"{table} cannot be opened"


def _rows(viewer: Viewer, seen: Seen, whole: Whole) -> Iterator[str]:
    of = allowed(viewer.audience)
    for table, theirs in seen.tables.items():
        if table not in of:
            if theirs.rows:
                yield f"{table} has {len(theirs.rows)} rows for somebody who may have none"
        elif table == OF_EACH_FILE:
            own = [(dict(zip(theirs.columns, row, strict=True))["audience"], *row[1:2]) for row in theirs.rows]
            if own != [(viewer.audience, ", ".join(viewer.academies) or None)]:
                yield f"{table} says {own}"
        elif table in whole.tables:
            yield from (f"{table}: {each}" for each in _table(viewer, table, of[table], theirs, whole))


def _table(viewer: Viewer, name: str, of: Allowed, theirs: Table, whole: Whole) -> Iterator[str]:
    for column in set(theirs.columns) - set(of.columns):
        if {row[theirs.columns.index(column)] for row in theirs.rows} - {None}:
            yield f"{column} has values"
    if of.figures:
        yield from _figures(viewer, name, theirs, whole)
        return
    mine = [not of.own_rows or bool(places & set(viewer.academies)) for places in whole.places(name)]
    rows, full = list(compress(whole.tables[name].rows, mine)), whole.tables[name]
    plain = [column for column, how in of.columns.items() if how == SHOWN_AS_IT_IS]
    expected, found = _projected(full.columns, rows, plain), _projected(theirs.columns, theirs.rows, plain)
    if expected != found:
        yield f"{(found - expected).total()} rows too many and {(expected - found).total()} missing, of {len(rows)}"
    for column, how in of.columns.items():
        if how != SHOWN_AS_IT_IS:
            values, true = _values(theirs, theirs.rows, column), _values(full, rows, column)
            if how == "pseudonym" and "academy_id" in full.columns and not column.endswith("_key"):  # a number of its own academy's MIS
                places = _values(full, rows, "academy_id")
                true = [number and (place, number) for place, number in zip(places, true, strict=True)]
            yield from _disguised(column, how, values, true, whole)


def _disguised(column: str, how: str, values: list[Any], true: list[Any], whole: Whole) -> Iterator[str]:
    """What is shown otherwise than as it is."""
    if how == "pseudonym":
        if set(values) & whole.column(column):
            yield f"{column} is not under a pseudonym"
        if sorted(Counter(values).values()) != sorted(Counter(true).values()):
            yield f"{column}: one pseudonym does not stand for one person"
    elif how == "month":
        if Counter(values) != Counter(day and day.replace(day=1) for day in true):
            yield f"{column} is not the month"
    elif how == "common":
        rare = {value for value, rows in Counter(true).items() if rows in SMALL}
        if set(values) & rare or set(values) - {*true, None}:
            yield f"{column} has what only a few have"
    else:
        yield f"{column} is shown in an unknown way: {how}"


def _figures(viewer: Viewer, name: str, theirs: Table, whole: Whole) -> Iterator[str]:
    """Own rows have the trust's figures; in the others' some are hidden, all that are small among them, and none is another figure."""
    full = whole.tables[name]
    key = [column for column in KEY if column in full.columns]
    true = {tuple(row[full.columns.index(column)] for column in key): dict(zip(full.columns, row, strict=True)) for row in full.rows}
    if not len(theirs.rows) == len(true) == len(full.rows) and name not in (
        "marts.funnel",
        "marts.similar_school",
    ):  # which leave academies out
        yield f"{len(theirs.rows)} rows of {len(full.rows)}"
    for row in theirs.rows:
        shown = dict(zip(theirs.columns, row, strict=True))
        real = true.get(tuple(shown[column] for column in key))
        if real is None:
            yield f"a row that the trust has not: {[shown[column] for column in key]}"
            continue
        is_own = shown["academy_id"] in viewer.academies
        may_differ = () if is_own else ("value_status", "is_small", *WORDS)
        other = [column for column in shown if shown[column] not in (real[column], None) and column not in (*may_differ, *WORDS)]
        if is_own:
            other += [column for column in EXACT if column in shown and shown[column] != real[column]]
        elif _must_be_hidden(viewer, real, whole):
            other += [column for column in EXACT if column in shown and column != "value_status" and shown[column] is not None]
        if other:
            yield f"{sorted(set(other))} of {[shown[column] for column in key]}"


def _must_be_hidden(viewer: Viewer, real: dict[str, Any], whole: Whole) -> bool:
    """Small; for an academy's reader, who knows their own: where what is left of the trust, the other school here, is small."""
    if real["academy_id"] == "trust" and viewer.academies:
        others = [(one, phase) for one, phase in whole.phases.items() if one not in viewer.academies and real["phase"] in ("all", phase)]
        return any(_is_known_small(real | {"academy_id": one, "phase": phase}, whole) for one, phase in others)
    return _is_small(real) if "numerator_people" in real else _is_known_small(real, whole)


def _is_known_small(real: dict[str, Any], whole: Whole) -> bool:
    return (_figure(real) if "period_end" in real and "is_small" not in real else _figure(real)[:4]) in whole.small


def _is_small(row: dict[str, Any]) -> bool:
    return row["numerator_people"] in SMALL or row["denominator_people"] in SMALL


def _figure(row: dict[str, Any]) -> Row:
    return tuple(row.get(column) for column in ("academy_id", "phase", "measure_id", "time_period", "period_start", "period_end"))


def _facts(viewer: Viewer, seen: Seen) -> Iterator[str]:
    """The marked people: in cells exactly what is allowed, in all that is said nothing more."""
    in_cells, may = found_in(seen.text_of_rows()), facts(viewer)
    if in_cells != may:
        yield f"cells tell {sorted(in_cells - may)} too much, and not {sorted(may - in_cells)}"
    for what, text in seen.said.items():
        if more := found_in(text.lower()) - may:
            yield f"{sorted(more)} told by {what}"
        if what.startswith("a division by zero in ") and "division by zero" in text:
            table = seen.tables.get(what.removeprefix("a division by zero in "))
            if table is None or not found_in(repr(table.rows).lower()):
                yield f"{what} tells of a row that is not theirs"


def _cells(viewer: Viewer, seen: Seen, whole: Whole) -> Iterator[str]:
    found = seen_cells(seen, whole)
    for cell, ought in cells(viewer).items():
        if found[cell] != ought:
            yield f"{cell}: {found[cell]}, and ought to be {ought}"


def seen_cells(seen: Seen, whole: Whole) -> dict[str, str]:
    """What was found, in the words of the matrix (matrix_rules.cells)."""
    text, found = seen.text_of_rows(), {}
    for academy in ACADEMIES:
        is_named = said_of(academy)["surname"] in text
        found[f"{academy}: pupils"] = "by name" if is_named else _under(seen, whole, academy, "pupil_key")
        is_numbered = said_of(academy)["colleague"] in text
        found[f"{academy}: colleagues"] = "by number" if is_numbered else _under(seen, whole, academy, "staff_key")
    return found | {f"{place}: figures": _seen_figures(seen, whole, place) for place in PLACES}


def _under(seen: Seen, whole: Whole, academy: str, key: str) -> str:
    keys = {
        dict(zip(table.columns, row, strict=True))[key]
        for table in seen.tables.values()
        if {key, "academy_id"} <= set(table.columns)
        for row, places in zip(table.rows, places_of(table), strict=True)
        if academy in places
    } - {None}
    return NOTHING if not keys else "by key" if keys & whole.column(key) else UNDER_PSEUDONYMS


def _seen_figures(seen: Seen, whole: Whole, place: str) -> str:
    is_hidden = is_shown = False
    for name in FIGURES:
        if name in seen.tables:
            table = seen.tables[name]
            mine = [row for row, places in zip(table.rows, places_of(table), strict=True) if place in places]
            is_shown |= bool(mine)
            status = table.columns.index("value_status") if "value_status" in table.columns else None
            is_hidden |= status is not None and any(row[status] == "c" for row in mine)
    return SMALL_HIDDEN if is_hidden else "whole" if is_shown else NOTHING


def _projected(columns: tuple[str, ...], rows: list[Row], wanted: list[str]) -> Counter[Row]:
    places = [columns.index(column) for column in wanted]
    return Counter(tuple(row[place] for place in places) for row in rows)


def _values(table: Table, rows: list[Row], column: str) -> list[Any]:
    place = table.columns.index(column)
    return [row[place] for row in rows]
