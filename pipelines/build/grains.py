"""What the content of each table and source is known by, and what a table reads.

Here: the numbers of slices, and the graph of the tables as slices see it: views are read through, seeds do not count. Not here: which
slices are stale (slices.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.build.nodes import Node
from pipelines.build.official import REGISTERS

RAW = "source.matlas.raw."
DELIVERIES = f"{RAW}delivery"
APART = ":apart"
"""Behind a relation's id: the content of the columns that its YAML sets apart (slices.py), known beside that of the others."""
OFFICIAL = ("benchmark", *(table for table, _ in REGISTERS.values()))
"""Tables of the schema raw that no academy delivers."""
WHOLE = 0
"""The number of a table that is one slice."""
FIRST_WEEK, HALF_TERMS, CENSUS = 100, 810, 901
"""Parts of a year, as models/measures/measure_period.sql numbers them; its half-terms (811 to 816) are one slice."""
FIRST_PERIOD = 1_000_000
"""Numbers below are academic years; from here on they are parts of one."""


@dataclass(frozen=True)
class Grain:
    """By what the content of a relation is known: SQL for the academy ('' for all) and the number."""

    academy: str
    number: str
    kind: str  # whole, year, week, period
    rows: str = "{relation}"
    """SQL of the rows to look at, with the relation's name put in."""


def grain(node: Node) -> Grain:
    """By what a table's content is known: the finest of what its columns say."""
    if days := node.slices.get("days"):
        return Grain("academy_id", number_of_week("time_period", "monday"), "week", _in_weeks(*days))
    if date := node.slices.get("date"):
        return Grain("academy_id", number_of_week("time_period", date), "week")
    if number := node.slices.get("number"):
        return Grain("''", number, "period")
    if "period_number" in node.columns:
        return Grain("''", number_of_period("period_number"), "period")
    if "time_period" in node.columns:
        return Grain("academy_id" if "academy_id" in node.columns else "''", "time_period", "year")
    return Grain("''", "0", "whole")


def _in_weeks(first: str, last: str) -> str:
    """SQL: each row once in every week that its days touch, cut to that week."""
    mondays = f"unnest(range(date_trunc('week', {first}), {last} + interval 1 day, interval 7 day))"
    cut = f"greatest({first}, monday) as {first}, least({last}, monday + 6) as {last}"
    return f"(select * replace ({cut}) from (select *, cast({mondays} as date) as monday from {{relation}} where <condition>)) as weeks"


def kind_of(parent: str, nodes: Mapping[str, Node]) -> str:
    """By what the content of a table or source is known."""
    parent = parent.removesuffix(APART)
    if parent in nodes:
        return grain(nodes[parent]).kind
    schema, table = parent.split(".")[-2:]
    is_by_year = (parent.startswith(RAW) and parent != DELIVERIES and table not in OFFICIAL) or (schema, table) == ("run", "half_term")
    return "year" if is_by_year else "whole"


def number_of_week(year: str, day: str) -> str:
    """SQL: the number of a day's week in an academic year, as measure_period numbers it."""
    year_start = f"date_trunc('week', make_date({year} // 100, 8, 1))"
    return f"{year} * 1000 + {FIRST_WEEK} + date_diff('day', {year_start}, date_trunc('week', {day})) // 7"


def number_of_period(number: str) -> str:
    """SQL: the slice that a period belongs to."""
    is_half_term = f"{number} % 1000 between {HALF_TERMS} and {HALF_TERMS} + 6"
    return f"case when {is_half_term} then {number} // 1000 * 1000 + {HALF_TERMS} else {number} end"


def year_of(number: str) -> str:
    """SQL: the academic year of a slice's number."""
    return f"case when {number} >= {FIRST_PERIOD} then {number} // 1000 else {number} end"


def in_order(nodes: Mapping[str, Node]) -> list[Node]:
    """The tables, parents first."""
    ordered: dict[str, Node] = {}

    def add(node: Node) -> None:
        for parent in node.depends_on:
            if parent in nodes and parent not in ordered:
                add(nodes[parent])
        ordered[node.unique_id] = node

    for node in nodes.values():
        if node.resource_type == "model":
            add(node)
    return [node for node in ordered.values() if node.resource_type == "model" and not node.is_view]


def read_from(node: Node, nodes: Mapping[str, Node]) -> list[str]:
    """The tables and sources that a node reads, through its views; not the seeds, which only change with the project."""
    found: dict[str, None] = {}
    for parent in node.depends_on:
        of_parent = nodes.get(parent)
        if of_parent is None:
            if not parent.startswith("seed."):
                found[parent] = None
        elif of_parent.is_view:
            stands_for = of_parent.slices.get("read_from")
            names = [f"model.matlas.{name}" for name in stands_for] if stands_for else read_from(of_parent, nodes)
            found.update(dict.fromkeys(names))
        elif of_parent.resource_type == "model":
            found[parent] = None
            if node.name in of_parent.slices.get("apart", {}).get("read_by", ()):
                found[parent + APART] = None
    return _without_list_of_deliveries(found)


def delivered(node: Node, nodes: Mapping[str, Node]) -> set[str]:
    """The entities of which a node reads delivered rows itself or through a view."""
    found = {parent.removeprefix(RAW) for parent in node.depends_on if parent.startswith(RAW) and parent != DELIVERIES}
    views = (nodes[parent] for parent in node.depends_on if parent in nodes and nodes[parent].is_view)
    return (found - set(OFFICIAL)).union(*(delivered(view, nodes) for view in views))


def _without_list_of_deliveries(found: Iterable[str]) -> list[str]:
    """What stands of an entity's deliveries is part of the content of its rows; whoever reads the list alone reads all of it."""
    names = set(found)
    reads_rows = any(name.startswith(RAW) for name in names - {DELIVERIES})
    return sorted(names - {DELIVERIES} if reads_rows else names)
