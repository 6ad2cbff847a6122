"""Read the figures of the trust's own file into cubes of counts.

Here: the queries, the numbering of places, periods and groups, and which cell is small by itself. Not here: what is made of the counts.
"""

from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from pipelines.suppression.counts import FIRST_WEEK, Cube, Groups, Rows, YearOfCounts
from pipelines.suppression.relations import CODE_TOPIC, NEVER_BOTH, relation


def read_groups(connection: duckdb.DuckDBPyConnection, source: str) -> Groups:
    """The topics and groups that figures of `source` are broken down by, numbered."""
    rows = connection.execute(
        f"""
        from (select distinct breakdown_topic, breakdown from {source}.marts.measure_value)
        order by case when breakdown_topic = 'all' then 0 else 1 end, breakdown_topic, breakdown
        """
    ).fetchall()
    ethnicities = dict(connection.execute(f"select ethnicity_code, ethnicity_group from {source}.ref.ethnicity").fetchall())
    is_authorised = dict(connection.execute(f"select mark_code, is_authorised_absence from {source}.ref.attendance_code").fetchall())
    topics = tuple(dict.fromkeys(topic for topic, _ in rows))
    class_of = [ethnicities.get(name, "unknown") if topic == CODE_TOPIC else None for topic, name in rows]
    reason_of = [bool(is_authorised.get(name)) if topic == "reason" else None for topic, name in rows]
    return Groups(
        topics=topics,
        columns=tuple(np.array([at for at, row in enumerate(rows) if row[0] == topic], dtype=np.intp) for topic in topics),
        names=tuple(name for _, name in rows),
        classes=_columns_by(class_of),
        reasons=_columns_by(reason_of),
    )


def _columns_by(labels: list[str | None] | list[bool | None]) -> tuple[npt.NDArray[np.intp], ...]:
    found = dict.fromkeys(label for label in labels if label is not None)
    return tuple(np.array([at for at, each in enumerate(labels) if each == label], dtype=np.intp) for label in found)


def read_years(connection: duckdb.DuckDBPyConnection, source: str, groups: Groups, below: int) -> list[YearOfCounts]:
    """Every academic year of `source`, with its cubes; small is fewer than `below` people."""
    found = connection.execute(f"select distinct measure_id from {source}.marts.measure_value order by all").fetchall()
    measures = [row[0] for row in found]
    units = dict(connection.execute(f"select measure_id, unit from {source}.ref.measure").fetchall())
    rows = _rows(connection, source, measures, groups, below)
    years = {year: _empty_year(connection, source, year) for year in np.unique(rows["year"]).tolist()}
    place_of, trust_of = _numbers_of_places(connection, years)
    order = np.argsort(rows["year"].astype(np.int64) * 1000 + rows["measure"], kind="stable")
    rows = {name: values[order] for name, values in rows.items()}
    ends = np.flatnonzero(np.diff(rows["year"].astype(np.int64) * 1000 + rows["measure"])) + 1
    for start, end in zip([0, *ends.tolist()], [*ends.tolist(), len(order)], strict=True):
        if end > start:
            part = {name: values[start:end] for name, values in rows.items()}
            year, measure = years[int(part["year"][0])], measures[int(part["measure"][0])]
            _add(year, measure, units.get(measure, ""), part, groups, place_of[year.year], trust_of[year.year])
    for year in years.values():
        _bound_by_wholes(year)
    return [years[each] for each in sorted(years)]


def _rows(connection: duckdb.DuckDBPyConnection, source: str, measures: list[str], groups: Groups, below: int) -> dict[str, Any]:
    """Every figure that has a value, all in numbers."""
    topic_of = {int(column): number for number, columns in enumerate(groups.columns) for column in columns}
    connection.execute("create or replace temp table suppression_measure (number int, measure_id varchar)")
    connection.executemany("insert into suppression_measure values (?, ?)", list(enumerate(measures)) or [(0, "")])
    connection.execute("create or replace temp table suppression_group (number int, topic int, breakdown_topic varchar, breakdown varchar)")
    connection.executemany(
        "insert into suppression_group values (?, ?, ?, ?)",
        [(number, topic_of[number], groups.topics[topic_of[number]], name) for number, name in enumerate(groups.names)] or [(0, 0, "", "")],
    )
    connection.execute(
        f"""
        create or replace temp table suppression_place as
        select level, academy_id, phase, row_number() over (order by level, academy_id, phase) - 1 as number
        from (select distinct level, academy_id, phase from {source}.marts.measure_value)
        """
    )
    return connection.execute(
        f"""
        with figures as (
            select
                value_of.rowid as row_number,
                value_of.time_period as year,
                measures.number as measure,
                places.number as place,
                groups.number as "group",
                groups.topic,
                case value_of.period_type when 'year_to_date' then 0 when 'half_term' then 1 else 2 end as layer,
                case value_of.period_type
                    when 'year_to_date' then 0
                    when 'half_term' then coalesce(half_terms.number, 1)
                    else {FIRST_WEEK} + date_diff('week', make_date(value_of.time_period // 100, 8, 1), value_of.period_start)
                end as period,
                value_of.numerator,
                value_of.denominator,
                coalesce(value_of.numerator_people, 0) as people,
                coalesce(value_of.denominator_people, 0) as out_of,
                definitions.unit
            from {source}.marts.measure_value as value_of
            inner join suppression_measure as measures on value_of.measure_id = measures.measure_id
            inner join suppression_group as groups
                on value_of.breakdown_topic = groups.breakdown_topic and value_of.breakdown = groups.breakdown
            inner join suppression_place as places
                on value_of.level = places.level and value_of.academy_id = places.academy_id and value_of.phase = places.phase
            left join {source}.ref.measure as definitions on value_of.measure_id = definitions.measure_id
            left join ({half_terms(source)}) as half_terms
                on value_of.period_type = 'half_term'
                and value_of.academy_id = half_terms.academy_id
                and value_of.time_period = half_terms.time_period
                and value_of.period_start = half_terms.period_start
            where value_of.value_status = 'ok' or value_of.numerator_people > 0
        )
        select
            row_number,
            cast(year as int) as year,
            cast(measure as int) as measure,
            cast(place as int) as place,
            cast("group" as int) as "group",
            cast(topic as int) as topic,
            cast(layer as int) as layer,
            cast(period as int) as period,
            cast(numerator as float) as units,
            cast(people as int) as people,
            cast(out_of as int) as out_of,
            numerator > 0 or unit = 'grades' as gives,
            unit <> '%' or (denominator - numerator >= 1 and out_of - people >= 1) as room,
            not (
                case
                    when unit = 'pupils' then people = 0 or people >= {below}
                    else
                        out_of >= {below}
                        and people not between 1 and {below - 1}
                        and not (
                            unit = '%' and numerator = people and denominator = out_of and out_of - people between 1 and {below - 1}
                        )
                end
            ) as small
        from figures
        """
    ).fetchnumpy()


def half_terms(source: str) -> str:
    """The query of every half-term of every academy and of the trust, numbered from 1 in the year."""
    return f"""
        select
            academy_id, time_period, period_start, period_end,
            coalesce(try_cast(substr(period_name, 3) as int), 1) as number
        from {source}.core.dim_period
        where period_type = 'half_term'
    """


def _empty_year(connection: duckdb.DuckDBPyConnection, source: str, year: int) -> YearOfCounts:
    """An academic year with its academies, their phases, when they were in the trust, and its periods."""
    academies = connection.execute(
        f"""
        with
            years as (select make_date({year} // 100, 8, 1) as first_day, make_date({year} // 100 + 1, 7, 31) as last_day),
            placed as (
                select academy_id, any_value(phase) as phase
                from {source}.marts.measure_value
                where level = 'academy' and time_period = {year}
                group by all
            )
        select
            placed.academy_id,
            placed.phase,
            concat_ws(
                ' ',
                least(greatest(coalesce(academies.joined_on, date '0001-01-01'), first_day), last_day + 1),
                greatest(least(coalesce(academies.left_on, date '9999-12-31'), last_day + 1), first_day),
                academies.left_on is null
            ) as kind
        from placed
        cross join years
        left join {source}.core.dim_academy as academies using (academy_id)
        order by all
        """
    ).fetchall()
    phases = tuple(sorted({row[1] for row in academies}))
    kinds = sorted({row[2] for row in academies})
    weeks = connection.execute(
        f"""
        select distinct {FIRST_WEEK} + date_diff('week', make_date({year} // 100, 8, 1), period_start)
        from {source}.marts.measure_value
        where time_period = {year} and period_type = 'week'
        order by all
        """
    ).fetchall()
    periods = np.array([*range(FIRST_WEEK), *(row[0] for row in weeks)], dtype=np.intp)
    return YearOfCounts(
        year=year,
        academies=tuple(row[0] for row in academies),
        phases=phases,
        phase_of=np.array([phases.index(row[1]) for row in academies], dtype=np.intp),
        kind_of=np.array([kinds.index(row[2]) for row in academies], dtype=np.intp),
        periods=periods,
        half_term_of=_half_terms_of_weeks(connection, source, year, [row[0] for row in academies], periods),
    )


def _half_terms_of_weeks(
    connection: duckdb.DuckDBPyConnection, source: str, year: int, academies: list[str], periods: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
    found = np.zeros((len(academies), len(periods)), dtype=np.intp)
    at, place = {int(period): number for number, period in enumerate(periods)}, {name: number for number, name in enumerate(academies)}
    rows = connection.execute(
        f"""
        select academy_id, number, date_diff('week', make_date({year} // 100, 8, 1), period_start),
            date_diff('week', make_date({year} // 100, 8, 1), period_end)
        from ({half_terms(source)})
        where time_period = {year}
        """
    ).fetchall()
    for academy, number, first, last in rows:
        for week in range(FIRST_WEEK + first, FIRST_WEEK + last + 1):
            if academy in place and week in at:
                found[place[academy], at[week]] = number
    return found


def _numbers_of_places(
    connection: duckdb.DuckDBPyConnection, years: dict[int, YearOfCounts]
) -> tuple[dict[int, npt.NDArray[np.intp]], dict[int, npt.NDArray[np.intp]]]:
    """For each year, which academy and which of the trust's places a place's number is; -1 where it is none."""
    places = connection.execute("select level, academy_id, phase from suppression_place order by number").fetchall()
    academy_numbers, trust_numbers = {}, {}
    for name, year in years.items():
        trust_places = (*year.phases, "all")
        academy_numbers[name] = np.array(
            [year.academies.index(who) if level == "academy" and who in year.academies else -1 for level, who, _ in places], dtype=np.intp
        )
        trust_numbers[name] = np.array(
            [trust_places.index(phase) if level != "academy" and phase in trust_places else -1 for level, _, phase in places], dtype=np.intp
        )
    return academy_numbers, trust_numbers


def _add(
    year: YearOfCounts,
    measure: str,
    unit: str,
    part: dict[str, Any],
    groups: Groups,
    place_of: npt.NDArray[np.intp],
    trust_of: npt.NDArray[np.intp],
) -> None:
    """Lay one measure's figures of one year out as a cube and as blocks."""
    academy, trust = place_of[part["place"]], trust_of[part["place"]]
    here, there = academy >= 0, trust >= 0
    topics = len(groups.topics)
    for mask, places, number, small, has in (
        (here, academy, len(year.academies), year.small, year.has),
        (there, trust, len(year.phases) + 1, year.trust_small, year.trust_has),
    ):
        block = ((places[mask] * 3 + part["layer"][mask]) * topics + part["topic"][mask]).astype(np.intp)
        shape = (number, 3, topics)
        has[measure] = (np.bincount(block, minlength=number * 3 * topics) > 0).reshape(shape)
        small[measure] = (np.bincount(block[part["small"][mask]], minlength=number * 3 * topics) > 0).reshape(shape)
    column = np.searchsorted(year.periods, part["period"])
    cell = (academy[here], column[here], part["group"][here])
    shape = (len(year.academies), len(year.periods), len(groups.names))
    year.cubes[measure] = Cube(
        here=_laid(shape, cell, np.ones(int(here.sum()), dtype=bool)),
        gives=_laid(shape, cell, part["gives"][here]),
        room=_laid(shape, cell, part["room"][here]),
        units=_laid(shape, cell, part["units"][here]),
        people=_laid(shape, cell, part["people"][here]),
        out_of=_laid(shape, cell, part["out_of"][here]),
        is_share=unit == "%",
        is_total=unit == "pupils",
    )
    year.rows[measure] = Rows(part["row_number"], academy, trust, part["layer"], part["topic"], column, part["group"])


def _laid(shape: tuple[int, int, int], cell: tuple[Any, ...], values: Any) -> Any:
    table = np.zeros(shape, dtype=values.dtype)
    table[cell] = values
    return table


def _bound_by_wholes(year: YearOfCounts) -> None:
    """A part has room only while it is less than the whole of which it is a part."""
    for measure, cube in year.cubes.items():
        for whole in relation(measure).within:
            if whole in year.cubes:
                cube.room[...] &= year.cubes[whole].units - cube.units >= 1
    for shares in NEVER_BOTH:
        cubes = [year.cubes[measure] for measure in shares if measure in year.cubes]
        for cube in cubes:
            cube.room[...] &= cube.out_of - sum(each.people for each in cubes) >= 1
