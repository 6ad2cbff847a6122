"""Write what a reader is shown into their file: hidden figures become `c`, and what is derived from them goes with them.

Here: the tables of figures of marts and what in each is derived from which figure. Not here: which figures are hidden (choosing). A hidden
figure keeps its row: where and when it is of is no secret, and zero is never taken for hidden.
"""

from collections.abc import Iterator

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.suppression.beside import (
    hide_funnel,
    hide_goal_year,
    hide_governor_summary,
    hide_scorecard,
    hide_similar_schools,
    hide_weekly_trend,
    judge_scorecard,
    take_counts_from_caveats,
)
from pipelines.suppression.counts import LAYERS
from pipelines.suppression.state import State

HIDES = (
    "marts.funnel",
    "marts.goal_year",
    "marts.governor_summary",
    "marts.measure_value",
    "marts.scorecard",
    "marts.similar_school",
    "marts.weekly_trend",
)
"""The tables in which figures are hidden: another table of figures must not be copied into a reader's file."""
PHASES_OF_ONE_NATION = ("primary", "secondary", "special")
"""Phases beside which England's own figure stands; beside others stands a mixture weighed by the numbers in each year group."""


def hide_figures(
    connection: duckdb.DuckDBPyConnection, source: str, target: str, states: list[State], below: int, own: tuple[str, ...] = ()
) -> None:
    """Hide in every table of figures that `target` has, of the academies that it has. Comments, columns and order stay."""
    tables = {
        row[0]
        for row in connection.execute(
            "select table_name from duckdb_tables() where database_name = $name and schema_name = 'marts'", {"name": target}
        ).fetchall()
    }
    connection.register("suppression_shown", _shown(states))
    try:
        row_by_row = {"measure_value", "goal_year"} & tables
        if any(_has_others(connection, f"{target}.marts.{table}", own) for table in row_by_row):
            _hide_row_by_row(connection, source, target, states, row_by_row)
        if tables & {"scorecard", "governor_summary", "funnel"}:
            judge_scorecard(connection, source, below)
            take_counts_from_caveats(connection, source, own)
        if "scorecard" in tables:
            hide_scorecard(connection, target)
        if "governor_summary" in tables:
            hide_governor_summary(connection, target)
        if "weekly_trend" in tables:
            hide_weekly_trend(connection, target)
        if "funnel" in tables:
            hide_funnel(connection, target)
        if "similar_school" in tables and _has_others(connection, f"{target}.marts.similar_school", own):
            hide_similar_schools(connection, source, target)
    finally:
        connection.unregister("suppression_shown")


def _has_others(connection: duckdb.DuckDBPyConnection, table: str, own: tuple[str, ...]) -> bool:
    """Whether a table has rows besides the reader's own, of which nothing is hidden."""
    found = connection.execute(f"select 1 from {table} where not list_contains($own::varchar[], academy_id) limit 1", {"own": list(own)})
    return found.fetchone() is not None


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
            hidden = np.asarray(~shown[rows.academy[mine], rows.layer[mine], rows.topic[mine]])
            found.append(rows.number[mine[hidden]])
            theirs = np.flatnonzero((rows.trust >= 0) & ~of_academy)
            hidden = np.asarray(~trust[rows.trust[theirs], rows.layer[theirs], rows.topic[theirs]])
            if hidden.any():
                theirs = theirs[hidden]
                cells = np.asarray(cube.here & ~shown[:, layer_of[:, None], topic_of[None, :]])
                parts = np.stack([cells[state.year.phase_of == phase].any(axis=0) for phase in range(len(state.year.phases))])
                parts = np.concatenate([parts, cells.any(axis=0, keepdims=True)])
                has_part = parts[rows.trust[theirs], rows.period[theirs], rows.group[theirs]]
                found.append(rows.number[theirs[has_part]])
    return np.concatenate(found)


def _shown(states: list[State]) -> pa.Table:
    """For every place, measure, year and layer: whether the figure of all pupils is shown, and whether England's may stand beside it."""
    schema = pa.schema(
        [
            ("academy_id", pa.string()),
            ("phase", pa.string()),
            ("measure_id", pa.string()),
            ("time_period", pa.int32()),
            ("period_type", pa.string()),
            ("is_shown", pa.bool_()),
            ("has_nation", pa.bool_()),
        ]
    )
    return pa.concat_tables([schema.empty_table(), *(part.cast(schema) for state in states for part in _shown_of_year(state))])


def _shown_of_year(state: State) -> Iterator[pa.Table]:
    year = state.year
    academies = np.array([*year.academies, *("trust" for _ in (*year.phases, "all"))])
    phases = np.array([*(year.phases[phase] for phase in year.phase_of.tolist()), *year.phases, "all"])
    for unit, measures in state.units.items():
        flags = np.concatenate([state.shown[unit], state.trust[unit]])[:, :, 0]
        has = np.concatenate([state.has[unit], state.trust_has[unit]])[:, :, 0]
        has_nation = _has_nation(state, unit, flags, has, phases)
        place, layer = np.nonzero(has)
        for measure in measures:
            yield pa.table(
                {
                    "academy_id": academies[place],
                    "phase": phases[place],
                    "measure_id": np.full(len(place), measure),
                    "time_period": np.full(len(place), year.year, dtype=np.int32),
                    "period_type": np.array(LAYERS)[layer],
                    "is_shown": flags[place, layer],
                    "has_nation": has_nation[place, layer],
                }
            )


def _has_nation(
    state: State, unit: str, flags: npt.NDArray[np.bool_], has: npt.NDArray[np.bool_], phases: npt.NDArray[np.str_]
) -> npt.NDArray[np.bool_]:
    """Whether England's figure beside one says nothing that is hidden.

    Beside a phase of year groups that are published apart it is weighed by the numbers in each; beside the trust, by those in each phase.
    """
    year_group = state.groups.topic("year_group")
    of_one = np.isin(phases, PHASES_OF_ONE_NATION)[:, None]
    found = np.broadcast_to(of_one, flags.shape).copy()
    found |= True if year_group is None else np.concatenate([state.shown[unit], state.trust[unit]])[:, :, year_group]
    parts = slice(len(state.year.academies), -1)
    found[-1] = (~has[parts] | (flags[parts] & found[parts])).all(axis=0)
    return np.asarray(found)


def _hide_row_by_row(connection: duckdb.DuckDBPyConnection, source: str, target: str, states: list[State], tables: set[str]) -> None:
    """Hide what is hidden of single rows of the figures, and of the years beside their goals, which are the same figures."""
    numbers = np.concatenate([hidden_rows(state) for state in states] or [np.zeros(0, dtype=np.int64)])
    connection.register("suppression_hidden_rows", pa.table({"number": pa.array(numbers)}))
    if "measure_value" in tables:
        _hide_values(connection, source, target)
    if "goal_year" in tables:
        hide_goal_year(connection, source, target)
    connection.unregister("suppression_hidden_rows")


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
