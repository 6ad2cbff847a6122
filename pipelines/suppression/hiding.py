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
    hide_weekly_trend,
    judge_scorecard,
)
from pipelines.suppression.counts import LAYERS
from pipelines.suppression.state import State

HIDES = ("marts.funnel", "marts.goal_year", "marts.governor_summary", "marts.measure_value", "marts.scorecard", "marts.weekly_trend")
"""The tables in which figures are hidden: another table of figures must not be copied into a reader's file."""


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
        if "goal_year" in tables:
            hide_goal_year(connection, source, target)
        if tables & {"scorecard", "governor_summary", "funnel"}:
            judge_scorecard(connection, source, below)
        if "scorecard" in tables:
            hide_scorecard(connection, target)
        if "governor_summary" in tables:
            hide_governor_summary(connection, target)
        if "weekly_trend" in tables:
            hide_weekly_trend(connection, target)
        if "funnel" in tables:
            hide_funnel(connection, target)
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
