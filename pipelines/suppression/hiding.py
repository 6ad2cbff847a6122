"""Write what a reader is shown into their file: hidden figures become `c`, and what is derived from them goes with them.

Here: the tables of figures of marts and what in each is derived from which figure. Not here: which figures are hidden (choosing). A hidden
figure keeps its row: where and when it is of is no secret, and zero is never taken for hidden.
"""

from collections.abc import Iterator

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.suppression.counts import LAYERS, WEEK, YEAR
from pipelines.suppression.state import State

HIDES = ("marts.funnel", "marts.measure_value", "marts.scorecard", "marts.weekly_trend")
"""The tables in which figures are hidden: another table of figures must not be copied into a reader's file."""
NOT_ENOUGH = "Hidden: it is of few people, or would let a figure of few people be worked out."
SMALL_CAVEAT = "Few pupils or people: read it with care."
PHASES_OF_ONE_NATION = ("primary", "secondary", "special")
"""Phases beside which England's own figure stands; beside others stands a mixture weighted by the numbers in each year group."""


def hide_figures(connection: duckdb.DuckDBPyConnection, source: str, target: str, states: list[State], below: int) -> None:
    """Hide in every table of figures that `target` has, of the academies that it has. Comments, columns and order stay."""
    tables = {
        row[0]
        for row in connection.execute(
            "select table_name from duckdb_tables() where database_name = $name and schema_name = 'marts'", {"name": target}
        ).fetchall()
    }
    numbers = np.concatenate([hidden_rows(state) for state in states] or [np.zeros(0, dtype=np.int64)])
    connection.register("suppression_hidden_rows", pa.table({"number": pa.array(numbers)}))
    connection.register("suppression_shown", _shown(states))
    try:
        if "measure_value" in tables:
            _hide_values(connection, source, target)
        if "scorecard" in tables:
            _hide_scorecard(connection, source, target, below)
        if "weekly_trend" in tables:
            _hide_weekly_trend(connection, target)
        if "funnel" in tables:
            _hide_funnel(connection, source, target)
    finally:
        connection.unregister("suppression_hidden_rows")
        connection.unregister("suppression_shown")


def hidden_rows(state: State) -> npt.NDArray[np.int64]:
    """The numbers of the rows of figures that are hidden; a row of the trust is not, when no hidden row of an academy is part of it."""
    found = [np.zeros(0, dtype=np.int64)]
    layer_of = np.searchsorted([1, 10], state.year.periods, side="right")
    topic_of = np.zeros(len(state.groups.names), dtype=np.intp)
    for number, columns in enumerate(state.groups.columns):
        topic_of[columns] = number
    for unit, measures in state.units.items():
        shown, trust = state.shown[unit], state.trust[unit]
        for measure in measures:
            rows, cube = state.year.rows[measure], state.year.cubes[measure]
            of_academy = rows.academy >= 0
            mine = np.flatnonzero(of_academy)
            hidden = ~shown[rows.academy[mine], rows.layer[mine], rows.topic[mine]]
            found.append(rows.number[mine[hidden]])
            theirs = np.flatnonzero((rows.trust >= 0) & ~of_academy)
            hidden = ~trust[rows.trust[theirs], rows.layer[theirs], rows.topic[theirs]]
            if hidden.any():
                theirs = theirs[hidden]
                cells = cube.here & ~shown[:, layer_of[:, None], topic_of[None, :]]
                parts = np.stack([cells[state.year.phase_of == phase].any(axis=0) for phase in range(len(state.year.phases))])
                parts = np.concatenate([parts, cells.any(axis=0)[None]])
                has_part = parts[rows.trust[theirs], rows.period[theirs], rows.group[theirs]]
                found.append(rows.number[theirs[has_part]])
    return np.concatenate(found)


def _shown(states: list[State]) -> pa.Table:
    """For every place, measure, year and layer: whether the figure of all pupils is shown, and whether those of the year groups are."""
    return pa.Table.from_pylist(
        [row for state in states for row in _shown_of_year(state)],
        schema=pa.schema(
            [
                ("academy_id", pa.string()),
                ("phase", pa.string()),
                ("measure_id", pa.string()),
                ("time_period", pa.int32()),
                ("period_type", pa.string()),
                ("is_shown", pa.bool_()),
                ("has_year_groups", pa.bool_()),
            ]
        ),
    )


def _shown_of_year(state: State) -> Iterator[dict[str, object]]:
    year_group = state.groups.topic("year_group")
    places = [
        *((academy, state.year.phases[phase]) for academy, phase in zip(state.year.academies, state.year.phase_of.tolist(), strict=True)),
        *(("trust", phase) for phase in (*state.year.phases, "all")),
    ]
    for unit, measures in state.units.items():
        flags = np.concatenate([state.shown[unit], state.trust[unit]])
        has = np.concatenate([state.has[unit], state.trust_has[unit]])[:, :, 0]
        for place, layer in np.argwhere(has).tolist():
            for measure in measures:
                yield {
                    "academy_id": places[place][0],
                    "phase": places[place][1],
                    "measure_id": measure,
                    "time_period": state.year.year,
                    "period_type": LAYERS[layer],
                    "is_shown": bool(flags[place, layer, 0]),
                    "has_year_groups": year_group is None or bool(flags[place, layer, year_group]),
                }


def _hide_values(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """Write the figures anew: quicker than to change most of them in place."""
    columns = [
        row[0]
        for row in connection.execute(
            """
            select column_name from duckdb_columns()
            where database_name = $name and schema_name = 'marts' and table_name = 'measure_value' order by column_index
            """,
            {"name": target},
        ).fetchall()
    ]
    counted = {"numerator", "denominator", "numerator_people", "denominator_people", "value"}
    written = ", ".join(
        f"case when hidden.number is null then figures.{name} end as {name}"
        if name in counted
        else f"case when hidden.number is null then figures.{name} else 'c' end as {name}"
        if name == "value_status"
        else f"figures.{name}"
        for name in columns
    )
    connection.execute(f"create or replace temp table suppression_of as select distinct academy_id from {target}.marts.measure_value")
    connection.execute(f"delete from {target}.marts.measure_value")
    connection.execute(f"checkpoint {target}")  # the room of the rows that went is taken by those that come
    connection.execute(
        f"""
        insert into {target}.marts.measure_value
        select {written}
        from {source}.marts.measure_value as figures
        left join suppression_hidden_rows as hidden on figures.rowid = hidden.number
        where figures.academy_id in (select academy_id from suppression_of)
        order by figures.rowid
        """
    )


def _hide_scorecard(connection: duckdb.DuckDBPyConnection, source: str, target: str, below: int) -> None:
    """The year to date: what stands beside it is hidden with the figure that it is derived from."""
    connection.execute(
        f"""
        create or replace temp table suppression_scorecard as
        with
            cells as (
                select cells.*, definitions.kind, definitions.periods
                from {source}.marts.scorecard as cells
                left join {source}.ref.measure as definitions using (measure_id)
            ),
            last_years as (
                select
                    academy_id, phase, measure_id, time_period,
                    coalesce(denominator_people, 0) as people
                from {source}.marts.measure_value
                where level <> 'trust_like_for_like' and period_type = 'year_to_date' and breakdown_topic = 'all'
            ),
            judged as (
                select
                    cells.academy_id,
                    cells.phase,
                    cells.measure_id,
                    cells.value_status <> 'ok' or coalesce(this_year.is_shown, false) as is_shown,
                    coalesce(this_year.has_year_groups, false) or cells.phase in {PHASES_OF_ONE_NATION} as has_nation,
                    coalesce(phases.is_shown, false) as has_phase,
                    coalesce(last_year.is_shown, false) and (
                        cells.kind = 'summative'
                        or cells.periods like '%week%'
                        -- The same weeks of last year are in no other figure: shown where half of last year's people would be enough.
                        or (
                            cells.unit = '%'
                            and least(cells.last_year_value, 100 - cells.last_year_value) / 100 * last_years.people >= {2 * below}
                        )
                    ) as has_last_year
                from cells
                left join suppression_shown as this_year
                    on cells.academy_id = this_year.academy_id and cells.measure_id = this_year.measure_id
                    and cells.time_period = this_year.time_period and this_year.period_type = 'year_to_date'
                    and (cells.academy_id <> 'trust' or this_year.phase = 'all')
                left join suppression_shown as phases
                    on phases.academy_id = 'trust' and cells.phase = phases.phase and cells.measure_id = phases.measure_id
                    and cells.time_period = phases.time_period and phases.period_type = 'year_to_date'
                left join suppression_shown as last_year
                    on cells.academy_id = last_year.academy_id and cells.measure_id = last_year.measure_id
                    and cells.time_period - 101 = last_year.time_period
                    and (cells.academy_id <> 'trust' or last_year.phase = 'all')
                    and last_year.period_type
                    = case when cells.kind <> 'summative' and cells.periods like '%week%' then 'week' else 'year_to_date' end
                left join last_years
                    on cells.academy_id = last_years.academy_id and cells.measure_id = last_years.measure_id
                    and cells.time_period - 101 = last_years.time_period
                    and (cells.academy_id <> 'trust' or last_years.phase = 'all')
            )
        select
            judged.academy_id,
            judged.measure_id,
            is_shown,
            is_shown and has_nation as has_nation,
            is_shown and has_phase as has_phase,
            has_last_year and (
                judged.academy_id <> 'trust'
                or bool_and(has_last_year or cells.last_year_value is null) over (partition by judged.measure_id)
                or bool_or(cells.periods like '%week%' or cells.kind = 'summative') over (partition by judged.measure_id)
            ) as has_last_year,
            bool_and(is_shown) over (partition by judged.phase, judged.measure_id) as has_ranks
        from judged
        inner join cells on judged.academy_id = cells.academy_id and judged.measure_id = cells.measure_id
        """
    )
    with_figure = ("numerator", "denominator", "value", "rag", "percentile_published", "percentile_published_of")
    of_interval = ("ci_low", "ci_high", "interval_method")
    of_nation = ("national_value", "national_period", "national_source", "significance")
    changes = [
        *(f"{name} = case when is_shown then {name} end" for name in (*with_figure, *of_interval)),
        *(f"{name} = case when has_nation then {name} end" for name in of_nation),
        "trust_value = case when has_phase then trust_value end",
        "last_year_value = case when has_last_year then last_year_value end",
        "percentile_in_trust = case when has_ranks then percentile_in_trust end",
        "value_status = case when is_shown then value_status else 'c' end",
        "is_small = is_small or not is_shown",
        f"caveat = case when is_shown then caveat else trim(concat('{NOT_ENOUGH} ', replace(coalesce(caveat, ''), '{SMALL_CAVEAT}', ''))) end",
    ]
    connection.execute(
        f"""
        update {target}.marts.scorecard as cells
        set {", ".join(changes)}
        from suppression_scorecard as judged
        where cells.academy_id = judged.academy_id and cells.measure_id = judged.measure_id
        """
    )


def _hide_weekly_trend(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """Week by week: the same three figures beside it as on the scorecard."""
    shown = "coalesce(any_value(is_shown) filter (kind = '{}'), false)"
    connection.execute(
        f"""
        create or replace temp table suppression_week as
        with
            cells as (select distinct academy_id, phase, measure_id, time_period from {target}.marts.weekly_trend),
            found as (
                select cells.*, 'own' as kind, shown.is_shown, shown.has_year_groups
                from cells
                inner join suppression_shown as shown
                    on cells.academy_id = shown.academy_id and cells.measure_id = shown.measure_id
                    and cells.time_period = shown.time_period and shown.period_type = '{LAYERS[WEEK]}'
                    and (cells.academy_id <> 'trust' or shown.phase = 'all')
                union all
                select cells.*, 'last_year' as kind, shown.is_shown, shown.has_year_groups
                from cells
                inner join suppression_shown as shown
                    on cells.academy_id = shown.academy_id and cells.measure_id = shown.measure_id
                    and cells.time_period - 101 = shown.time_period and shown.period_type = '{LAYERS[WEEK]}'
                    and (cells.academy_id <> 'trust' or shown.phase = 'all')
                union all
                select cells.*, 'phase' as kind, shown.is_shown, shown.has_year_groups
                from cells
                inner join suppression_shown as shown
                    on shown.academy_id = 'trust' and cells.phase = shown.phase and cells.measure_id = shown.measure_id
                    and cells.time_period = shown.time_period and shown.period_type = '{LAYERS[WEEK]}'
            )
        select
            cells.academy_id, cells.measure_id, cells.time_period,
            {shown.format("own")} as is_shown,
            {shown.format("last_year")} as has_last_year,
            {shown.format("own")} and {shown.format("phase")} as has_phase,
            {shown.format("own")} and (
                cells.phase in {PHASES_OF_ONE_NATION} or coalesce(any_value(has_year_groups) filter (kind = 'own'), false)
            ) as has_nation
        from cells
        left join found using (academy_id, phase, measure_id, time_period)
        group by cells.academy_id, cells.phase, cells.measure_id, cells.time_period
        """
    )
    of_nation = ("national_value", "national_period", "national_source")
    changes = [
        *(f"{name} = case when is_shown or value_status <> 'ok' then {name} end" for name in ("numerator", "denominator", "value")),
        *(f"{name} = case when has_nation then {name} end" for name in of_nation),
        "trust_value = case when has_phase then trust_value end",
        "last_year_value = case when has_last_year then last_year_value end",
        "value_status = case when is_shown or value_status <> 'ok' then value_status else 'c' end",
    ]
    connection.execute(
        f"""
        update {target}.marts.weekly_trend as cells
        set {", ".join(changes)}
        from suppression_week as judged
        where
            cells.academy_id = judged.academy_id and cells.measure_id = judged.measure_id and cells.time_period = judged.time_period
            and not (is_shown and has_last_year and has_phase and has_nation)
        """
    )


def _hide_funnel(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """A funnel has points alone: a hidden figure has none, nor one whose centre is hidden."""
    connection.execute(
        f"""
        delete from {target}.marts.funnel as points
        using suppression_scorecard as judged
        where
            points.academy_id = judged.academy_id and points.measure_id = judged.measure_id
            and not case when points.centre = 'trust' then judged.has_phase else judged.has_nation end
        """
    )
