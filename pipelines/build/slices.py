"""Which parts of a table must be made anew tonight, as SQL on the schema `state` of the build database.

A part (*slice*) of a table is made of the parts of its parents that it reads. What each was made of is kept as one number, and so is the
content of every table that stands; when a part's parents have the content they had, the part stands. So what is made anew follows from the
data alone: a corrected UPN of three years ago reaches every figure that it changes, and stops where it changes none.

Here: the grains that content is known by, and the SQL that finds stale slices, names their rows and reads their content. Not here: when it
is run (going_on.py, contents.py), and which model is made by slices: its YAML says so (`config.meta.slices`):

  by: year | week | period   made by academic year; by academy and week of `date`; or by measuring period. Without it: whole or not at all
  date                       the column whose week a row belongs to: the content is known by academy and week
  number                     SQL for the slice's number where the table has no period_number
  open_ended                 columns that hold the as-of date as long as something goes on: there they do not count as content
  all_of                     parents of which a slice reads other years, too
  census_of                  parents of which every period of a year reads the census, too
  narrow                     the parent, by period, that DuckDB is to read in part: where it cannot see that through the model by itself
  read_from                  of a view: the tables whose content tells all of what it reads
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.build.nodes import Node

STATE = {
    "content": "relation varchar, academy_id varchar, number integer, rows bigint, checksum hugeint",
    "made_of": "relation varchar, academy_id varchar, number integer, made_of hugeint",
    "stale": "relation varchar, academy_id varchar, number integer, made_of hugeint, is_gone boolean",
    "compiled": "unique_id varchar, sql varchar",
}
"""The tables of the schema `state`. A number is 0 (all of a table), an academic year (202526), or a year and a part of it (202526143)."""

LINEAGE = ("batch_id", "source_file", "source_row", "loaded_at")
"""Where a row came from. A fact's own columns of it are read by nobody above: a file that says the same again changes no figure."""
WITHOUT_LINEAGE = ("core",)
FIRST_WEEK, HALF_TERMS, CENSUS = 100, 810, 901
"""Parts of a year, as models/measures/measure_period.sql numbers them; its half-terms (811 to 816) are one slice."""


@dataclass(frozen=True)
class Grain:
    """By what the content of a relation is known: SQL for the academy ('' for all) and the number."""

    academy: str
    number: str
    kind: str  # whole, year, week, period


@dataclass(frozen=True)
class Plan:
    """The SQL of one table: find its stale slices, tell them as a condition, keep what they were made of and hold."""

    find: str
    condition: str
    keep: str
    narrowed: str


def plan(node: Node, nodes: Mapping[str, Node]) -> Plan:
    """What a table's YAML and its parents say of its slices, as SQL."""
    narrowed = node.slices.get("narrow")
    return Plan(
        find=_find(node, nodes),
        condition=_condition(node),
        keep=_keep(node),
        narrowed=nodes[f"model.matlas.{narrowed}"].relation if narrowed else "",
    )


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


def grain(node: Node) -> Grain:
    """By what a table's content is known: the finest of what its columns say."""
    if date := node.slices.get("date"):
        return Grain("academy_id", number_of_week("time_period", date), "week")
    if number := node.slices.get("number"):
        return Grain("''", number, "period")
    if "period_number" in node.columns:
        return Grain("''", number_of_period("period_number"), "period")
    if "time_period" in node.columns:
        return Grain("academy_id" if "academy_id" in node.columns else "''", "time_period", "year")
    return Grain("''", "0", "whole")


def number_of_week(year: str, day: str) -> str:
    """SQL: the number of a day's week in an academic year, as measure_period numbers it."""
    year_start = f"date_trunc('week', make_date({year} // 100, 8, 1))"
    return f"{year} * 1000 + {FIRST_WEEK} + date_diff('day', {year_start}, date_trunc('week', {day})) // 7"


def number_of_period(number: str) -> str:
    """SQL: the slice that a period belongs to."""
    is_half_term = f"{number} % 1000 between {HALF_TERMS} and {HALF_TERMS} + 6"
    return f"case when {is_half_term} then {number} // 1000 * 1000 + {HALF_TERMS} else {number} end"


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
    return _without_list_of_deliveries(found)


def _without_list_of_deliveries(found: Iterable[str]) -> list[str]:
    """What stands of an entity's deliveries is part of the content of its rows; whoever reads the list alone reads all of it."""
    names = list(found)
    if any(name.startswith("source.matlas.raw.") and name != "source.matlas.raw.delivery" for name in names):
        names.remove("source.matlas.raw.delivery") if "source.matlas.raw.delivery" in names else None
    return sorted(names)


# --- finding


def _find(node: Node, nodes: Mapping[str, Node]) -> str:
    by = node.slices.get("by", "whole")
    has_academy = by == "week"
    parents = read_from(node, nodes)
    kinds = {parent: _kind(parent, nodes) for parent in parents}
    if by != "whole":
        parents = [parent for parent in parents if parent != "source.matlas.run.parameter"]  # its date is cut to each slice, below
    own = _as_of(by, any("open_ended" in nodes[parent].slices for parent in parents if parent in nodes))
    parts = "\n    union all\n    ".join(_part(parent, kinds[parent], node, has_academy) for parent in parents)
    return f"""
insert into state.stale
with slices as (
    {_slices(node, kinds, by, has_academy)}
), parts as (
    {parts or "select '' as academy_id, 0 as number, '' as parent, 0 as rows, 0 as checksum where false"}
), own as (
    select academy_id, number, hash({own}) as made_of from slices cross join run.parameter
), wanted as (
    select academy_id, number, sum(made_of) as made_of
    from (
        select academy_id, number, hash(parent, rows, checksum) as made_of from parts
        union all
        select academy_id, number, made_of from own
    ) as together
    group by all
), known as (
    select academy_id, number, made_of from state.made_of where relation = '{node.unique_id}'
)
select
    '{node.unique_id}', coalesce(wanted.academy_id, known.academy_id), coalesce(wanted.number, known.number), wanted.made_of,
    wanted.made_of is null
from wanted
full join known on wanted.academy_id = known.academy_id and wanted.number = known.number
where wanted.made_of is distinct from known.made_of
"""


def _kind(parent: str, nodes: Mapping[str, Node]) -> str:
    if parent in nodes:
        return grain(nodes[parent]).kind
    schema, table = parent.split(".")[-2:]
    is_by_year = (schema == "raw" and table not in OFFICIAL and table != "delivery") or (schema, table) == ("run", "half_term")
    return "year" if is_by_year else "whole"


OFFICIAL = ("benchmark", "school", "school_link", "school_data")


def _slices(node: Node, kinds: Mapping[str, str], by: str, has_academy: bool) -> str:
    if by == "whole":
        return "select '' as academy_id, 0 as number"
    telling = [parent for parent, kind in kinds.items() if (kind == by or (by == "year" and kind != "whole"))]
    listed = ", ".join(f"'{parent}'" for parent in telling)
    academy = "academy_id" if has_academy else "''"
    number = _year("number") if by == "year" else "number"
    return f"select distinct {academy} as academy_id, {number} as number from state.content where relation in ({listed})"


def _part(parent: str, kind: str, node: Node, has_academy: bool) -> str:
    meets = _meets(parent.split(".")[-1], kind, node)
    if has_academy and kind in ("year", "week"):
        meets += " and content.academy_id in (slices.academy_id, '')"
    return (
        f"select slices.academy_id, slices.number, '{parent}' as parent, sum(content.rows) as rows, sum(content.checksum) as checksum\n"
        f"    from slices inner join state.content as content on content.relation = '{parent}' and {meets}\n"
        "    group by all"
    )


def _meets(parent: str, kind: str, node: Node) -> str:
    """When a part of a parent is read by a slice."""
    by = node.slices.get("by", "whole")
    if kind == "whole" or by == "whole" or parent in node.slices.get("all_of", ()):
        return "true"
    same_year = f"{_year('content.number')} = {_year('slices.number')}"
    if kind == "year" or by == "year":
        return same_year
    if kind == "week" and by == "period":
        # a week of the registers is read by that week's period, and by the half-terms and the year to date
        return f"{same_year} and (slices.number % 1000 >= {HALF_TERMS} or content.number = slices.number)"
    if parent in node.slices.get("census_of", ()):
        return f"{same_year} and (content.number = slices.number or content.number % 1000 = {CENSUS})"
    return "content.number = slices.number"


def _year(number: str) -> str:
    return f"case when {number} > 999999 then {number} // 1000 else {number} end"


def _as_of(by: str, reads_open_ended: bool) -> str:
    """What of the as-of date a slice can tell: nothing changes in it when its last day is past. A whole table can tell it where a parent
    has it in columns that are not counted as content.
    """
    if by == "whole":
        return "as_of" if reads_open_ended else "0"
    year = _year("number")
    year_end = f"make_date({year} // 100 + 1, 7, 31)"
    week_end = f"cast(date_trunc('week', make_date({year} // 100, 8, 1)) as date) + 7 * (number % 1000 - {FIRST_WEEK}) + 6"
    last_day = year_end if by == "year" else f"case when number % 1000 < {HALF_TERMS} then {week_end} else {year_end} end"
    return f"least(as_of, {last_day}), suppress_below"


# --- telling, and keeping


def _condition(node: Node) -> str:
    """One row: how many slices are stale, how many stand, and the rows of the stale ones as a condition on the table's columns, and on
    those of a parent by period.
    """
    stale = f"from state.stale where relation = '{node.unique_id}'"
    standing = f"""(
        select count(*)
        from state.made_of as made
        anti join (select * {stale}) as stale on made.academy_id = stale.academy_id and made.number = stale.number
        where made.relation = '{node.unique_id}'
    )"""
    by = node.slices.get("by", "whole")
    text = "'true'"
    if by != "whole":
        text = f"'time_period in (' || string_agg(distinct {_year('number')}, ', ') || ')'"
    if by == "period":
        text += _periods_condition(node)
    if by == "week":
        text += _weeks_condition(node)
    of_parent = "'true'" if by != "period" else f"'time_period in (' || string_agg(distinct {_year('number')}, ', ') || ')'{_of_periods()}"
    return f"select count(*), {standing}, {text}, {of_parent} {stale}"


def _periods_condition(node: Node) -> str:
    if "period_number" not in node.columns:
        return f" || ' and ({_quoted(grain(node).number)}) in (' || string_agg(number, ', ') || ')'"
    return _of_periods()


def _of_periods() -> str:
    each = ", ".join(f"number + {half_term}" for half_term in range(1, 7))
    numbers = f"case when number % 1000 = {HALF_TERMS} then concat_ws(', ', {each}) else cast(number as varchar) end"
    last = f"max(case when number % 1000 = {HALF_TERMS} then number + 6 else number end)"
    # DuckDB hands a range on to what is joined, a list of numbers not.
    within = f"' and period_number between ' || min(number) || ' and ' || {last}"
    return f" || {within} || ' and period_number in (' || string_agg({numbers}, ', ') || ')'"


def _weeks_condition(node: Node) -> str:
    """The first and last day in plain words, so that DuckDB need not read what lies before or after."""
    own, date = grain(node), node.slices["date"]
    monday = f"cast(date_trunc('week', make_date({_year('number')} // 100, 8, 1)) as date) + 7 * (number % 1000 - {FIRST_WEEK})"
    return (
        f" || ' and {date} between date ''' || min({monday}) || ''' and date ''' || max({monday} + 6) || ''' and ({own.academy}, "
        f"{_quoted(own.number)}) in (select academy_id, number from state.stale where relation = ''{node.unique_id}'')'"
    )


def _quoted(sql: str) -> str:
    return sql.replace("'", "''")


def _keep(node: Node) -> str:
    """Keep what the stale slices hold now and were made of; `<condition>` names their rows."""
    own = grain(node)
    left_out = LINEAGE if node.schema in WITHOUT_LINEAGE else ()
    open_ended = node.slices.get("open_ended", ())
    columns = ", ".join(
        f"nullif({name}, (select as_of from run.parameter))" if name in open_ended else f'"{name}"'
        for name in node.columns
        if name not in left_out
    )
    same = "stale.number = content.number and stale.academy_id in ('', content.academy_id)"
    if node.slices.get("by", "whole") == "whole":
        same = "true"
    return f"""
delete from state.content where relation = '{node.unique_id}' and exists (
    select 1 from state.stale as stale where stale.relation = '{node.unique_id}' and {same}
);
insert into state.content
select '{node.unique_id}', {own.academy} as academy_id, coalesce({own.number}, 0) as number, count(*), sum(hash({columns}))
from {node.relation} where <condition> group by all;
delete from state.made_of where relation = '{node.unique_id}' and (academy_id, number) in (
    select academy_id, number from state.stale where relation = '{node.unique_id}'
);
insert into state.made_of
select relation, academy_id, number, made_of from state.stale where relation = '{node.unique_id}' and not is_gone
"""
