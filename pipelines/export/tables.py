"""The tables of an export: a domain's measures side by side, one table for the academies (School) and one for the trust (MAT).

Here: which rows and columns a table has and what each cell says. Not here: words (words.py), files (writing.py), or which figure is hidden
(suppression.py). A table of School rows stands alone because the table tool of Explore Education Statistics reads such rows in no other.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipelines.export.figures import EVERYBODY, Academy, Figure, Group, Measure, Place, Published
from pipelines.export.words import PHASES, TOTAL, column_of, decimals_of, group_words, place_in_list, topic_words

LOCAL_AUTHORITIES = Path(__file__).with_name("local_authority.csv")
ENGLAND = ("E92000001", "England")
NOT_AVAILABLE = "x"
UNKNOWN_PLACE = (NOT_AVAILABLE, "Not available")
"""Code and name of a place whose code is not known: the format allows neither without the other."""

NOT_APPLICABLE = "z"
CONFIDENTIAL = "c"
ROUNDS_TO_ZERO = "low"
LABEL_LENGTH = 100
REASONS = "absence_by_reason"
COMMON = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name")
OF_SCHOOLS = ("old_la_code", "new_la_code", "la_name", "school_laestab", "school_urn", "school_name")
OF_TRUST = ("trust_id", "trust_name")
META = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
    "filter_default",
)


class Trust(NamedTuple):
    """Who exports: its name, its Group ID in Get Information about Schools, and below how many people a figure is hidden."""

    name: str
    group_id: str | None
    suppress_below: int


class Filter(NamedTuple):
    """A column that says which figure it is."""

    column: str
    label: str
    hint: str = ""
    grouped_by: str = ""


TIME_FRAME = Filter("time_frame", "Part of the academic year", "Total is a whole academic year; the year to date is an open one")
PHASE = Filter("education_phase", "Phase of education")
BREAKDOWN = Filter("breakdown", "Pupil group", "Filter by one characteristic of pupils", "breakdown_topic")
REASON = Filter("absence_reason", "Reason for absence", "Filter by attendance code")


@dataclass(frozen=True)
class Table:
    """A data file and its metadata: rows of text."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    metadata: list[tuple[str, ...]]
    hidden: int


def tables_of(published: Published, trust: Trust) -> Iterator[Table]:
    """Every table that has a row, by domain; absence by reason has its own filter and so its own table."""
    figures: dict[tuple[str, Place], dict[Group, dict[str, Figure]]] = defaultdict(lambda: defaultdict(dict))
    for each in published.figures:
        figures[each.place.level, each.place][each.group][each.measure_id] = each
    for domain in sorted({measure.domain for measure in published.measures}):
        measures = [each for each in published.measures if each.domain == domain and each.measure_id != REASONS]
        for level in ("trust", "academy"):
            yield from _table(domain, level, measures, (TIME_FRAME, PHASE, BREAKDOWN), figures, published, trust)
    for level in ("trust", "academy"):
        measures = [each for each in published.measures if each.measure_id == REASONS]
        yield from _table(REASONS, level, measures, (TIME_FRAME, PHASE, REASON), figures, published, trust)


def without_urn(published: Published) -> list[Academy]:
    """The academies that have figures but no URN: a School row cannot be without one."""
    with_figures = {each.place.academy_id for each in published.figures}
    return [each for each in published.academies if each.urn is None and each.academy_id in with_figures]


def _table(
    name: str,
    level: str,
    measures: list[Measure],
    filters: tuple[Filter, ...],
    figures: dict[tuple[str, Place], dict[Group, dict[str, Figure]]],
    published: Published,
    trust: Trust,
) -> Iterator[Table]:
    academies = {each.academy_id: each for each in published.academies if each.urn is not None}
    rows: list[tuple[str, ...]] = []
    hidden = 0
    for place in sorted((place for at, place in figures if at == level), key=_order):
        if level == "academy" and place.academy_id not in academies:
            continue
        where = _where(place, academies.get(place.academy_id), published, trust)
        of_place = _of_reasons(figures[level, place]) if name == REASONS else figures[level, place]
        for group in sorted(_groups(of_place, measures), key=place_in_list):
            of_group = [of_place[group].get(each.measure_id) for each in measures]
            everybody = [of_place[EVERYBODY].get(each.measure_id) for each in measures]
            hidden += sum(each is not None and each.is_hidden for each in of_group)
            cells = (cells_of(*each) for each in zip(measures, of_group, everybody, strict=True))
            rows.append((*where, *_group_cells(group, published, filters), *(cell for of_measure in cells for cell in of_measure)))
    if not rows:
        return
    columns = (
        *COMMON,
        *(OF_SCHOOLS if level == "academy" else ()),
        *OF_TRUST,
        *(column for each in filters for column in (each.grouped_by, each.column) if column),
        *(column for each in measures for column, *_ in _indicators(each)),
    )
    metadata = list(_metadata(columns, rows, filters, measures))
    yield Table(f"{name}_school" if level == "academy" else name, columns, rows, metadata, hidden)


def cells_of(measure: Measure, figure: Figure | None, everybody: Figure | None) -> list[str]:
    """The cells of one measure in one row: value, numerator, denominator, or one symbol in all of them.

    A group without a row has nobody in it, or the measure does not look at groups: not applicable; unless the measure itself is missing.
    """
    several = len(list(_indicators(measure)))
    if figure is None:
        known = everybody is not None and everybody.value_status != NOT_AVAILABLE
        return [NOT_APPLICABLE if known else NOT_AVAILABLE] * several
    if figure.value is None or figure.value_status != "ok":
        return [figure.value_status] * several
    if figure.is_hidden:
        return [CONFIDENTIAL] * several
    return [rounded(figure.value, decimals_of(measure)), counted(figure.numerator), counted(figure.denominator)][:several]


def rounded(value: float, decimals: int) -> str:
    """A value to its published decimals, half up; `low` where that would look like zero and is not."""
    exact = Decimal(repr(value))
    shown = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if shown == 0:
        return str(abs(shown)) if exact == 0 else ROUNDS_TO_ZERO
    return str(shown)


def counted(count: float) -> str:
    """A numerator or denominator: whole where it is, else to two decimals."""
    return str(int(count)) if count == int(count) else f"{count:.2f}"


def _order(place: Place) -> tuple[int, int, str]:
    phases = list(PHASES)
    return (place.time_period, phases.index(place.phase) if place.phase in PHASES else len(phases), place.academy_id)


def _of_reasons(groups: dict[Group, dict[str, Figure]]) -> dict[Group, dict[str, Figure]]:
    """The reasons of a place, with its whole absence as their total."""
    absence = groups.get(EVERYBODY, {}).get("absence_rate")
    reasons = {group: of_group for group, of_group in groups.items() if group.topic == "reason"}
    return {EVERYBODY: {REASONS: absence} if absence else {}, **reasons}


def _groups(of_place: dict[Group, dict[str, Figure]], measures: Iterable[Measure]) -> list[Group]:
    """The groups with a figure of these measures, and everybody."""
    ids = {each.measure_id for each in measures}
    found = {group for group, of_group in of_place.items() if ids & of_group.keys()}
    return [group for group in found | {EVERYBODY} if group in of_place] if found else []


def _where(place: Place, academy: Academy | None, published: Published, trust: Trust) -> tuple[str, ...]:
    time_frame = TOTAL if published.is_closed(place.time_period) else "Year to date"
    level = "MAT" if academy is None else "School"
    school = () if academy is None else _school(academy)
    phase = PHASES.get(place.phase, place.phase)
    return (
        str(place.time_period),
        "Academic year",
        level,
        *ENGLAND,
        *school,
        *((trust.group_id, trust.name) if trust.group_id else UNKNOWN_PLACE),
        time_frame,
        phase,
    )


def _school(academy: Academy) -> tuple[str, ...]:
    """Local authority and school; what is not known is `x`, as the format wants it."""
    laestab = (academy.laestab or "").replace("/", "")
    number = laestab[:3]
    ons_code, la_name = local_authorities().get(number, UNKNOWN_PLACE)
    old_code = number if number in local_authorities() else NOT_AVAILABLE
    return (old_code, ons_code, la_name, laestab or NOT_AVAILABLE, str(academy.urn), academy.name)


@cache
def local_authorities() -> dict[str, tuple[str, str]]:
    """ONS code and name by the number with which a LAESTAB begins."""
    with LOCAL_AUTHORITIES.open(encoding="utf-8") as file:
        return {row["la_number"]: (row["ons_code"], row["la_name"]) for row in csv.DictReader(file)}


def _group_cells(group: Group, published: Published, filters: tuple[Filter, ...]) -> tuple[str, ...]:
    if REASON in filters:
        if group == EVERYBODY:
            return (TOTAL,)
        reason = published.reasons.get(group.breakdown)
        return (f"{reason.name} ({group.breakdown})" if reason else group.breakdown,)
    return (topic_words(group), group_words(group, published.ethnicities))


def _indicators(measure: Measure) -> Iterator[tuple[str, str, str, int]]:
    """Column, label, unit and decimals of a measure's value and of the two counts it is made of; a number of pupils is its own count."""
    column, unit = column_of(measure), measure.unit
    with_unit = measure.name if unit in ("%", "pupils") else f"{measure.name} ({unit})"
    yield column, with_unit, "%" if unit == "%" else "", decimals_of(measure)
    if unit == "pupils":
        return
    whole = 0 if unit in ("%", "per 100 pupils", "score", "mark") else 2
    for part, words in (("numerator", measure.numerator), ("denominator", measure.denominator)):
        label = f"{measure.name}: {words}"
        yield f"{column}_{part}", label if len(label) <= LABEL_LENGTH else f"{measure.name}: {part}", "", whole


def _metadata(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], filters: tuple[Filter, ...], measures: list[Measure]
) -> Iterator[tuple[str, ...]]:
    """A row for each filter that has a choice, and for each indicator."""
    for each in filters:
        position = columns.index(each.column)
        values = list(dict.fromkeys(row[position] for row in rows))
        if len(values) > 1:
            default = "" if TOTAL in values else values[0]
            yield (each.column, "Filter", each.label, "", "", "", each.hint, each.grouped_by, default)
    for measure in measures:
        for column, label, unit, decimals in _indicators(measure):
            yield (column, "Indicator", label, measure.name, unit, str(decimals), "", "", "")
