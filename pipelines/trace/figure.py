"""Which published figure is meant: academy, measure, period, group; and the nearest one where there is none.

Here: finding the one row of marts.measure_value. Not here: what it was counted from.
"""

import datetime
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.trace.errors import TraceError
from pipelines.trace.rows import records

if TYPE_CHECKING:
    import duckdb

TRUST, ALL = "trust", "all"
YEAR = re.compile(r"[0-9]{6}")
HALF_TERM = re.compile(r"(?:(?P<year>[0-9]{6})[-/ ]?)?(?P<name>HT[1-6])", re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """What was asked for. No period: the one that the scorecard shows."""

    academy_id: str
    measure_id: str
    period: str | None = None
    breakdown: str | None = None


@dataclass(frozen=True)
class Figure:
    """One published figure with the definition of its measure."""

    academy_id: str
    phase: str
    time_period: int
    period_type: str
    period_name: str
    period_start: datetime.date
    period_end: datetime.date
    breakdown_topic: str
    breakdown: str
    numerator: float | None
    denominator: float | None
    numerator_people: int | None
    denominator_people: int | None
    value: float | None
    value_status: str
    measure: dict[str, Any]

    @property
    def is_of_trust(self) -> bool:
        """Whether it is the whole trust's."""
        return self.academy_id == TRUST

    @property
    def measure_id(self) -> str:
        """The measure."""
        return str(self.measure["measure_id"])


def find_figure(connection: "duckdb.DuckDBPyConnection", wanted: Wanted) -> Figure:
    """The published figure. Raises TraceError, naming the nearest thing that exists."""
    academies = [row["academy_id"] for row in records(connection, "select academy_id from core.dim_academy order by all")]
    _expect("academy", wanted.academy_id, [*academies, TRUST])
    measures = {row["measure_id"]: row for row in records(connection, "select * from ref.measure order by measure_id")}
    _expect("measure", wanted.measure_id, list(measures))
    period = _period(connection, wanted, str(measures[wanted.measure_id]["periods"]))
    topic, value = _group(wanted.breakdown)
    rows = records(
        connection,
        """
        select * exclude (level, measure_id)
        from marts.measure_value
        where academy_id = $academy_id and level = case when $academy_id = 'trust' then 'trust' else 'academy' end
            and (level = 'academy' or phase = 'all')
            and measure_id = $measure_id and time_period = $time_period and period_type = $period_type
            and period_start = $period_start
        """,
        {
            "academy_id": wanted.academy_id,
            "measure_id": wanted.measure_id,
            **{name: period[name] for name in ("time_period", "period_type", "period_start")},
        },
    )
    if not rows:
        raise TraceError(_no_figure(connection, wanted, period))
    row = _of_group(rows, topic, value, wanted)
    return Figure(**row, period_name=period["period_name"], measure=measures[wanted.measure_id])


def _expect(what: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise TraceError(f"There is no {what} “{given}” in the published warehouse. {nearest(given, known)}")


def nearest(given: str, known: Sequence[str]) -> str:
    """The nearest known word as a question, else the known words (a few of them)."""
    near = difflib.get_close_matches(given, known, n=1, cutoff=0.5)
    return f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(known[:15])}{' …' if len(known) > 15 else ''}."


# --- the period


def _period(connection: "duckdb.DuckDBPyConnection", wanted: Wanted, given_for: str) -> dict[str, Any]:
    """The row of core.dim_period that is meant."""
    periods = records(
        connection,
        "select * exclude (academy_id) from core.dim_period where academy_id = $academy_id order by time_period desc, period_start desc",
        {"academy_id": wanted.academy_id},
    )
    found = _named(periods, wanted.period) if wanted.period else _of_scorecard(connection, wanted, periods)
    if found is None:
        raise TraceError(
            f"There is no period “{wanted.period}” for {wanted.academy_id}. Give an academic year (202526), a half-term (HT2, or "
            f"202526-HT2) or a day of a week (2025-09-15). {_known_periods(periods)}"
        )
    if found["period_type"] not in given_for:
        raise TraceError(f"{wanted.measure_id} is not given by {found['period_type'].replace('_', ' ')}, only by: {given_for}.")
    return found


def _named(periods: list[dict[str, Any]], given: str) -> dict[str, Any] | None:
    """The newest period of that name."""
    text = given.strip()
    if YEAR.fullmatch(text):
        return next((each for each in periods if each["period_type"] == "year_to_date" and str(each["time_period"]) == text), None)
    if half_term := HALF_TERM.fullmatch(text):
        return next(
            (
                each
                for each in periods
                if each["period_name"] == half_term["name"].upper() and half_term["year"] in (None, str(each["time_period"]))
            ),
            None,
        )
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return next((each for each in periods if each["period_type"] == "week" and each["period_start"] <= day <= each["period_end"]), None)


def _of_scorecard(connection: "duckdb.DuckDBPyConnection", wanted: Wanted, periods: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The year that the scorecard shows: for results at the end of a stage often not this one. Without a scorecard row, the newest."""
    shown = records(
        connection,
        "select time_period from marts.scorecard where academy_id = $academy_id and measure_id = $measure_id",
        {"academy_id": wanted.academy_id, "measure_id": wanted.measure_id},
    )
    years = [each for each in periods if each["period_type"] == "year_to_date"]
    if shown:
        years = [each for each in years if each["time_period"] == shown[0]["time_period"]] or years
    return years[0] if years else None


def _known_periods(periods: list[dict[str, Any]]) -> str:
    years = sorted({str(each["time_period"]) for each in periods})
    weeks = [str(each["period_start"]) for each in periods if each["period_type"] == "week"]
    return f"There are: {', '.join(years)}" + (f"; weeks from {min(weeks)} to {max(weeks)}." if weeks else ".")


def _no_figure(connection: "duckdb.DuckDBPyConnection", wanted: Wanted, period: dict[str, Any]) -> str:
    return (
        f"{wanted.academy_id} has no figure of {wanted.measure_id} for {period['time_period']} {period['period_name']}. "
        f"matlas measure {wanted.measure_id} --academy {wanted.academy_id} lists those there are."
    )


# --- the group


def _group(breakdown: str | None) -> tuple[str, str]:
    if breakdown is None:
        return ALL, ALL
    topic, sign, value = breakdown.partition("=")
    if not sign or not topic or not value:
        raise TraceError(f"--breakdown needs TOPIC=VALUE, such as fsm=yes or year_group=7; “{breakdown}” is not that.")
    return topic.strip(), value.strip()


def _of_group(rows: list[dict[str, Any]], topic: str, value: str, wanted: Wanted) -> dict[str, Any]:
    groups = {(row["breakdown_topic"], row["breakdown"]): row for row in rows}
    if (topic, value) in groups:
        return groups[topic, value]
    topics = sorted({each for each, _ in groups})
    if topic not in topics:
        if wanted.breakdown is None:
            values = sorted(each for _, each in groups)
            raise TraceError(
                f"{wanted.measure_id} is given by {topics[0]} alone. Add, for example: --breakdown {topics[0]}={values[0]}. "
                f"There are: {', '.join(values)}."
            )
        raise TraceError(f"{wanted.measure_id} is not given by “{topic}” here. {nearest(topic, topics)}")
    values = sorted(each for name, each in groups if name == topic)
    raise TraceError(f"{wanted.measure_id} has no figure for {topic} “{value}” here. {nearest(value, values)}")
