"""Which parts of a table must be made anew tonight, as SQL on the schema `state` of the build database.

A part (*slice*) of a table is made of the parts of its parents that it reads. What each was made of is kept as one number, and so is the
content of every table that stands; when a part's parents have the content they had, the part stands. So what is made anew follows from the
data alone: a corrected UPN of three years ago reaches every figure that it changes, and stops where it changes none.

Here: the SQL that finds stale slices, names their rows and reads their content. Not here: what a table's content is known by (grains.py),
when any of it is run (going_on.py, contents.py), and which model is made by slices: its YAML says so (`config.meta.slices`):

  by: year | week | period   made by academic year; by academy and week of `date`; or by measuring period. Without it: whole or not at all
  date                       the column whose week a row belongs to: the content is known by academy and week
  days                       the columns of a row's first and last day: it is content of every week that they touch, cut to that week
  number                     SQL for the slice's number where the table has no period_number
  parts                      by period: the parts of a year that it holds, where these are few (grains.py numbers them)
  open_ended                 columns that hold the as-of date, or the year's last day, as long as something goes on: there they do not
                             count as content
  apart                      `columns` that change for what happens later, and `read_by`, the models that read them: to the others they do
                             not count as content
  as_content                 of a column: SQL for what its readers can tell of it
  all_of                     parents of which a slice reads other years, too
  earlier_of                 parents of which a slice reads earlier years, too
  census_of                  parents of which every period of a year reads the census, too
  narrow                     the parent, by period, that DuckDB is to read in part: where it cannot see that through the model by itself
  at_once                    how many slices of an academic year one statement makes, where those of a whole year take too much memory
  read_from                  of a view: the tables whose content tells all of what it reads

A test with `by: year` judges each academic year by that year's rows alone; it is asked again of the years of which something was made anew.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from pipelines.build.grains import APART, CENSUS, FIRST_PERIOD, FIRST_WEEK, HALF_TERMS, delivered, grain, kind_of, read_from, year_of
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


@dataclass(frozen=True)
class Plan:
    """The SQL of one table: find its stale slices, tell them as a condition, all or some that are made at once, keep what they were made of
    and hold. And what else is read in part: a parent by period, the delivered rows of entities.
    """

    find: str
    condition: str
    of_some: str
    """The same of the slices `<numbers>`: a year at a time takes a year's memory. Empty where all years are made in one."""
    to_make: str
    """The numbers of the stale slices that are not gone, in order."""
    at_once: int | None
    """How many slices of a year are made at once; without it all of them."""
    keep: str
    narrowed: str
    entities: list[str]


def plan(node: Node, nodes: Mapping[str, Node]) -> Plan:
    """What a table's YAML and its parents say of its slices, as SQL."""
    narrowed = node.slices.get("narrow")
    return Plan(
        find=_find(node, nodes),
        condition=_condition(node),
        of_some=_condition(node, " and number in (<numbers>)") if node.slices.get("by") in ("period", "year") else "",
        to_make=f"select number from state.stale where relation = '{node.unique_id}' and not is_gone order by number",
        at_once=node.slices.get("at_once"),
        keep=_keep(node),
        narrowed=nodes[f"model.matlas.{narrowed}"].relation if narrowed else "",
        entities=sorted(delivered(node, nodes) - set(node.slices.get("all_of", ()))) if "by" in node.slices else [],
    )


def made_at_once(numbers: Iterable[int], at_once: int | None) -> list[list[int]]:
    """The numbers of slices, given in order, as one statement each makes them: never of two academic years, and at most so many."""
    parts: list[list[int]] = []
    for _, of_year in groupby(numbers, lambda number: number // 1000 if number >= FIRST_PERIOD else number):
        every = list(of_year)
        parts += [every[first : first + (at_once or len(every))] for first in range(0, len(every), at_once or len(every))]
    return parts


# --- finding


def _find(node: Node, nodes: Mapping[str, Node]) -> str:
    by = node.slices.get("by", "whole")
    has_academy = by == "week"
    parents = read_from(node, nodes)
    kinds = {parent: kind_of(parent, nodes) for parent in parents}
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


def _slices(node: Node, kinds: Mapping[str, str], by: str, has_academy: bool) -> str:
    if by == "whole":
        return "select '' as academy_id, 0 as number"
    listed = ", ".join(f"'{parent}'" for parent, kind in kinds.items() if kind == by or (by == "year" and kind != "whole"))
    academy = "academy_id" if has_academy else "''"
    number = year_of("number") if by == "year" else "number"
    parts = f" and number % 1000 in ({', '.join(map(str, node.slices['parts']))})" if "parts" in node.slices else ""
    return f"select distinct {academy} as academy_id, {number} as number from state.content where relation in ({listed}){parts}"


def _part(parent: str, kind: str, node: Node, has_academy: bool) -> str:
    meets = _meets(parent.removesuffix(APART).split(".")[-1], kind, node)
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
    same_year = f"{year_of('content.number')} = {year_of('slices.number')}"
    if parent in node.slices.get("earlier_of", ()):
        return f"{year_of('content.number')} <= {year_of('slices.number')}"
    if "year" in (kind, by):
        return same_year
    if kind == "week" and by == "period":
        # a week of the registers is read by that week's period, and by the half-terms and the year to date
        return f"{same_year} and (slices.number % 1000 >= {HALF_TERMS} or content.number = slices.number)"
    if parent in node.slices.get("census_of", ()):
        return f"{same_year} and (content.number = slices.number or content.number % 1000 = {CENSUS})"
    return "content.number = slices.number"


def _as_of(by: str, reads_open_ended: bool) -> str:
    """What of the as-of date a slice can tell: nothing changes in it when its last day is past. A whole table can tell it where a parent
    has it in columns that are not counted as content.
    """
    if by == "whole":
        return "as_of" if reads_open_ended else "0"
    year = year_of("number")
    year_end = f"make_date({year} // 100 + 1, 7, 31)"
    week_end = f"cast(date_trunc('week', make_date({year} // 100, 8, 1)) as date) + 7 * (number % 1000 - {FIRST_WEEK}) + 6"
    ends = f"case when number >= {FIRST_PERIOD} and number % 1000 < {HALF_TERMS} then {week_end} else {year_end} end"
    return f"least(as_of, {ends}), suppress_below"


# --- telling, and keeping


def _condition(node: Node, which: str = "") -> str:
    """One row: how many slices are stale, how many stand, the rows of the stale ones as a condition on the table's columns, and on those of
    a parent by period, and their academic years.
    """
    stale = f"from state.stale where relation = '{node.unique_id}'{which}"
    standing = f"""(
        select count(*)
        from state.made_of as made
        anti join (select * {stale}) as stale on made.academy_id = stale.academy_id and made.number = stale.number
        where made.relation = '{node.unique_id}'
    )"""
    by = node.slices.get("by", "whole")
    year = year_of("number")
    # DuckDB hands a range on to what is joined, a list of numbers not.
    within = f"'time_period between ' || min({year}) || ' and ' || max({year})"
    years = f"{within} || ' and time_period in (' || string_agg(distinct {year}, ', ') || ')'"
    text = of_parent = "'true'"
    if by == "period":
        text, of_parent = years + _periods_condition(node), years + _of_periods()
    elif by == "week":
        text = years + _weeks_condition(node)
    elif by == "year":
        text = years
    return f"select count(*), {standing}, {text}, {of_parent}, list(distinct {year_of('number')}) {stale}"


def _periods_condition(node: Node) -> str:
    if "period_number" not in node.columns:
        return f" || ' and ({_quoted(grain(node).number)}) in (' || string_agg(number, ', ') || ')'"
    return _of_periods()


def _of_periods() -> str:
    each = ", ".join(f"number + {half_term}" for half_term in range(1, 7))
    numbers = f"case when number % 1000 = {HALF_TERMS} then concat_ws(', ', {each}) else cast(number as varchar) end"
    last = f"max(case when number % 1000 = {HALF_TERMS} then number + 6 else number end)"
    within = f"' and period_number between ' || min(number) || ' and ' || {last}"
    return f" || {within} || ' and period_number in (' || string_agg({numbers}, ', ') || ')'"


def _weeks_condition(node: Node) -> str:
    """The first and last day in plain words, so that DuckDB need not read what lies before or after."""
    own, date = grain(node), node.slices["date"]
    monday = f"cast(date_trunc('week', make_date({year_of('number')} // 100, 8, 1)) as date) + 7 * (number % 1000 - {FIRST_WEEK})"
    return (
        f" || ' and {date} between date ''' || min({monday}) || ''' and date ''' || max({monday} + 6) || ''' and ({own.academy}, "
        f"{_quoted(own.number)}) in (select academy_id, number from state.stale where relation = ''{node.unique_id}'')'"
    )


def _quoted(sql: str) -> str:
    return sql.replace("'", "''")


def _keep(node: Node) -> str:
    """Keep what the stale slices hold now and were made of; `<condition>` names their rows."""
    apart = node.slices.get("apart", {}).get("columns", ())
    left_out = {*apart, *(LINEAGE if node.schema in WITHOUT_LINEAGE else ())}
    kept = [_keep_content(node, node.unique_id, [name for name in node.columns if name not in left_out])]
    if apart:
        kept.append(_keep_content(node, node.unique_id + APART, apart))
    return f"""
{"".join(kept)}
delete from state.made_of where relation = '{node.unique_id}' and (academy_id, number) in (
    select academy_id, number from state.stale where relation = '{node.unique_id}'
);
insert into state.made_of
select relation, academy_id, number, made_of from state.stale where relation = '{node.unique_id}' and not is_gone
"""


def _keep_content(node: Node, relation: str, names: Collection[str]) -> str:
    own, by = grain(node), node.slices.get("by", "whole")
    columns = ", ".join(_as_content(node, name) for name in names)
    number = year_of("content.number") if by == "year" else "content.number"
    same = "true" if by == "whole" else f"stale.number = {number} and stale.academy_id in ('', content.academy_id)"
    return f"""
delete from state.content where relation = '{relation}' and exists (
    select 1 from state.stale as stale where stale.relation = '{node.unique_id}' and {same}
);
insert into state.content
select '{relation}', {own.academy} as academy_id, coalesce({own.number}, 0) as number, count(*), sum(hash({columns}))
from {own.rows.format(relation=node.relation)} where <condition> group by all;
"""


def _as_content(node: Node, name: str) -> str:
    """SQL for what counts of a column: the last day of what goes on is no news until it ends."""
    if name in node.slices.get("open_ended", ()):
        return f"nullif({name}, least((select as_of from run.parameter), make_date(time_period // 100 + 1, 7, 31)))"
    return str(node.slices.get("as_content", {}).get(name, f'"{name}"'))
