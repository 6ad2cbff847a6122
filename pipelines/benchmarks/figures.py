"""The figures of an official file, in the shape of ref.benchmark.

A figure keeps DfE's published digits; a symbol or a blank in its place becomes a status, never a zero. What cannot be placed refuses the
whole file; what is no figure Matlas compares with is left out and counted. Not here: which load of a figure counts (ref_benchmark).
"""

import datetime
from dataclasses import dataclass

import duckdb

from pipelines.benchmarks.delivered import BenchmarkError, quoted, text
from pipelines.benchmarks.known import FigureFile, Group, Header, spelt_here

# DfE's symbols for a figure that is not there, in any case; the obsolete ones among them (`:` not available, `~` rounds to zero).
SYMBOLS = {"z": "z", "x": "x", ":": "x", "": "x", "c": "c", "supp": "c", "low": "low", "k": "low", "~": "low", "u": "u"}
TOTALS = ("", "total", "all", "all pupils", "z")
PERIODS = {
    "academic year": "year",
    "autumn term": "autumn",
    "spring term": "spring",
    "summer term": "summer",
    "autumn and spring term": "autumn_spring",
    "autumn and spring terms": "autumn_spring",
}
COLUMNS = (
    "measure_id, geography_level, geography_code, geography_name, phase, breakdown_topic, breakdown, time_period, series, value, "
    "value_status, source, published_on, period, period_end"
)
NO_SUCH = "left out: "


@dataclass(frozen=True)
class Occasion:
    """When a file was published, if that is known, and what it does not say itself: its year, and its last day if the year is not over."""

    published_on: datetime.date | None = None
    up_to: datetime.date | None = None
    time_period: int | None = None

    @property
    def seen_on(self) -> datetime.date:
        """The day by which its figures existed."""
        return self.published_on or datetime.datetime.now(datetime.UTC).date()


def make_figures(connection: duckdb.DuckDBPyConnection, known: FigureFile, header: Header, occasion: Occasion) -> None:
    """Turn the table `delivered` into `figure`, one row a figure. Raises BenchmarkError, which names no path."""
    lookups: dict[str, dict[str, str | None]] = {
        "symbol": dict(SYMBOLS),
        "place": {printed: place.level if place else None for printed, place in known.places.items()},
        "phase": known.phases,
    }
    for name, rows in lookups.items():
        connection.execute(f"create temp table {name} (printed varchar, meaning varchar)")
        if rows:
            connection.executemany(f"insert into {name} values (?, ?)", list(rows.items()))
    _placed(connection, known, header, occasion)
    _refuse_unknown_places(connection)
    _long(connection, known, header, occasion)
    _refuse_what_is_no_figure(connection)


def _placed(connection: duckdb.DuckDBPyConnection, known: FigureFile, header: Header, occasion: Occasion) -> None:
    """Each row with its place, phase, group and period, or with why it is left out."""
    phase = f"lower(trim({quoted(spelt_here(known.phase, header) or '')}))" if known.phase else None
    connection.execute(
        f"""
        create temp table placed as
        with told as (
            select
                *,
                lower(trim(geographic_level)) as _level,
                {phase or "cast(null as varchar)"} as _phase_printed,
                lower(trim(coalesce(time_identifier, ''))) as _identifier,
                trim(coalesce(time_period, '')) as _period_printed,
                {_week_to_date(header)} as _is_to_date,
                {_groups(known, header)} as _groups
            from delivered
        ),
        dated as (
            select
                *,
                case when _identifier similar to 'week [0-9]+' and _period_printed similar to '[0-9]{{4}}' then
                    cast(date_trunc('week', make_date(cast(_period_printed as int), 1, 4)) as date)
                    + (7 * (cast(regexp_extract(_identifier, '[0-9]+') as int) - 1))
                end as _monday
            from told
        )
        select
            dated.* exclude (_is_to_date),
            place.meaning as _geography_level,
            {_by_place(known, header, "code")} as _geography_code,
            {_by_place(known, header, "name")} as _geography_name,
            {"phase.meaning" if phase else "'all'"} as _phase,
            coalesce(
                {_academic_year_of("_monday")},
                case when _period_printed similar to '[0-9]{{6}}'
                    and (cast(_period_printed[3:4] as int) + 1) % 100 = cast(_period_printed[5:6] as int)
                    then cast(_period_printed as int) end
            ) as _time_period,
            case
                when _monday is not null then case when _is_to_date then 'year_to_date' else 'week' end
                else {_mapped("_identifier", PERIODS)}
            end as _period,
            case
                when not coalesce(place.printed is not null, false) then null
                when place.meaning is null then '{NO_SUCH}places of another kind'
                when {"phase.printed is not null and phase.meaning is null" if phase else "false"} then '{NO_SUCH}other kinds of school'
                when not ({_only(known, header)}) then '{NO_SUCH}days, or other kinds of school'
                when len(_groups) > 1 or _groups[1] = '?' then '{NO_SUCH}groups that Matlas does not compare'
            end as _left_out
        from dated
        left join place on place.printed = _level
        left join phase on phase.printed = _phase_printed
        """
    )
    connection.execute(
        "update placed set _period = 'year_to_date' where _period = 'year' and _time_period is not null "
        "and make_date(_time_period // 100 + 1, 7, 31) > ? and ?",
        [occasion.up_to or occasion.seen_on, known.series == "daily"],
    )


def _week_to_date(header: Header) -> str:
    return "lower(trim(time_frame)) = 'year to date'" if "time_frame" in header else "false"


def _academic_year_of(day: str) -> str:
    start = f"(year({day}) - case when month({day}) < 8 then 1 else 0 end)"
    return f"cast({start} * 100 + ({start} + 1) % 100 as int)"


def _mapped(column: str, meanings: dict[str, str]) -> str:
    return f"case {column} " + " ".join(f"when {text(printed)} then {text(meaning)}" for printed, meaning in meanings.items()) + " end"


def _by_place(known: FigureFile, header: Header, what: str) -> str:
    """The code or the name of a row's place: another column for each level."""
    columns = {
        printed: spelt_here(getattr(place, what), header) for printed, place in known.places.items() if place and getattr(place, what)
    }
    cases = " ".join(f"when {text(printed)} then {quoted(column)}" for printed, column in columns.items() if column)
    return f"case _level {cases} end" if cases else "cast(null as varchar)"


def _only(known: FigureFile, header: Header) -> str:
    """Whether a row is of the kind that is compared; a school is what it is."""
    conditions = [
        f"coalesce(lower(trim({quoted(column)})), '') in ({', '.join(map(text, values))})"
        for columns, values in known.only.items()
        if (column := spelt_here(columns, header))
    ]
    return f"place.meaning = 'school' or ({' and '.join(conditions)})" if conditions else "true"


def _groups(known: FigureFile, header: Header) -> str:
    """The groups of pupils that a row is about, as topic/group; `?` for one that Matlas does not know; none at all for all pupils."""
    told = [cell for group in known.groups if (cell := _group(group, header))]
    return f"list_sort(list_distinct([{', '.join(told)}]))" if told else "cast([] as varchar[])"


def _group(group: Group, header: Header) -> str | None:
    """What one column (or two that belong together) says of the group; null for all pupils."""
    for columns in group.columns.split("|"):
        parts = columns.split("&")
        if all(part in header for part in parts):
            cells = [f"coalesce(lower(trim({quoted(part)})), '')" for part in parts]
            totals = ", ".join(map(text, TOTALS))
            topic = f"{group.topic}/" if group.topic else ""
            known = " ".join(f"when {text(printed)} then {text(topic + meaning)}" for printed, meaning in group.values.items())
            printed = " || '&' || ".join(cells)
            return f"case when {cells[-1]} in ({totals}) then null else case {printed} {known or 'when null then null'} else '?' end end"
    return None


def _refuse_unknown_places(connection: duckdb.DuckDBPyConnection) -> None:
    """A level, phase, year or period we do not know would be a figure lost or misread: the whole file is refused."""
    for condition, what in (
        ("_level is null or _level not in (select printed from place)", "a geographic level"),
        ("_phase is null and _phase_printed is not null and _phase_printed not in (select printed from phase)", "a phase"),
        ("_left_out is null and (_time_period is null or _period is null)", "a time period"),
        ("_left_out is null and coalesce(trim(_geography_code), '') in ('', 'z')", "a place without a code"),
    ):
        row = connection.execute(f"select count(*) from placed where {condition}").fetchone()
        if row and row[0]:
            raise BenchmarkError(f"has {what} that Matlas does not know (in {row[0]} rows)")


def _long(connection: duckdb.DuckDBPyConnection, known: FigureFile, header: Header, occasion: Occasion) -> None:
    """One row a figure: each row of the file by each of its figures."""
    columns = known.columns_of_figures(header)
    connection.execute(
        "create temp table meant (column_name varchar, subject varchar, measure_id varchar, topic varchar, breakdown varchar)"
    )
    connection.executemany(
        "insert into meant values (?, ?, ?, ?, ?)",
        [
            (column, figure.of, figure.measure, "reason" if figure.reason else None, figure.reason)
            for column, figures in columns.items()
            for figure in figures
        ],
    )
    subject = f"lower(trim({quoted(known.subject)}))" if known.subject else "cast(null as varchar)"
    listed = ", ".join(quoted(column) for column in columns)
    connection.execute(
        f"""
        create temp table figure as
        with used as (
            select *, {subject} as _subject from placed where _left_out is null
        ),
        long as (
            select * from used unpivot include nulls (printed for column_name in ({listed}))
        ),
        read as (
            select
                meant.measure_id, _geography_level as geography_level, trim(_geography_code) as geography_code,
                trim(_geography_name) as geography_name, _phase as phase, len(_groups) = 0 as is_of_all,
                coalesce(meant.topic, split_part(_groups[1], '/', 1), 'all') as breakdown_topic,
                coalesce(meant.breakdown, split_part(_groups[1], '/', 2), 'all') as breakdown,
                _time_period as time_period, {text(known.series)} as series, try_cast(trim(long.printed) as double) as value,
                symbol.meaning as symbol, {text(known.source)} as source, cast(? as date) as published_on, _period as period,
                case
                    when _monday is not null then cast(_monday + 6 as date)
                    when _period = 'year_to_date' then cast(? as date)
                end as period_end
            from long
            inner join meant on meant.column_name = long.column_name and meant.subject is not distinct from _subject
            left join symbol on symbol.printed = lower(trim(coalesce(long.printed, '')))
        )
        select distinct
            * exclude (symbol, is_of_all), case when value is not null and isfinite(value) then 'ok' else symbol end as value_status,
            now()::timestamp as loaded_at
        from read
        where breakdown_topic <> 'reason' or is_of_all
        """,
        [occasion.published_on, occasion.up_to],
    )


def _refuse_what_is_no_figure(connection: duckdb.DuckDBPyConnection) -> None:
    """A cell that is neither a number nor a symbol, or two figures for one place and group: read on, one would be taken for another."""
    odd = connection.execute("select count(*) from figure where value_status is null").fetchone()
    if odd and odd[0]:
        raise BenchmarkError(f"has {odd[0]} cells that are neither a number nor one of DfE's symbols")
    key = "measure_id, geography_level, geography_code, phase, breakdown_topic, breakdown, time_period, period, period_end"
    twice = connection.execute(f"select count(*) from (select 1 from figure group by {key} having count(*) > 1)").fetchone()
    if twice and twice[0]:
        raise BenchmarkError(
            f"says two things of one place, phase, group and period ({twice[0]} times): it splits its rows by a column Matlas does not know"
        )
