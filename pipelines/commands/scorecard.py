"""The end of a run, for the person who started it: a small scorecard, quality by principle, what waits, where it all is.

Here: words and layout. Not here: any figure, which stands in the published file.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.commands.shared import console, print_table
from pipelines.commands.status import academies_in, print_quality, print_waiting
from pipelines.commands.warehouse import records

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from pipelines.commands.waiting import Waiting

HEADLINES = {
    "roll": "pupils",
    "attendance_rate": "attendance %",
    "persistent_absence_rate": "persistent absence %",
    "severe_absence_rate": "severe absence %",
    "suspension_rate": "suspensions per 100",
    "fsm_pct": "free meals %",
    "ehcp_pct": "EHCP %",
}
"""The few figures a trust's leader looks at first, and their headings; all others are in marts.scorecard."""

FIGURES = """
    with latest as (
        select max(time_period) as time_period
        from marts.measure_value
        where measure_id = 'attendance_rate' and period_type = 'year_to_date'
    )
    select
        measures.academy_id,
        measures.measure_id,
        measures.time_period,
        measures.value,
        measures.value_status
    from marts.measure_value as measures
    inner join latest using (time_period)
    where measures.period_type = 'year_to_date'
        and measures.breakdown_topic = 'all'
        and (measures.level = 'academy' or (measures.level = 'trust' and measures.phase = 'all'))
"""


def print_summary(connection: "duckdb.DuckDBPyConnection", trust_name: str, as_of: "date", waiting: "list[Waiting]") -> None:
    """Print everything a run ends with, but where the file is."""
    _print_scorecard(records(connection, FIGURES), trust_name, as_of)
    print_quality(academies_in(connection, as_of))
    print_waiting(waiting)


def print_where(path: Path, home: Path) -> None:
    """Where the warehouse is, and how to open it."""
    console().print(f"[bold]The warehouse[/bold]: {path}")
    console().print(f'  matlas sql --home {home} "select * from marts.scorecard limit 20"', markup=False)
    console().print("  or any DuckDB client, opened read-only; marts.* is what most people open, and every column has a comment.")


def _print_scorecard(figures: list[dict[str, Any]], trust_name: str, as_of: "date") -> None:
    if not figures:
        console().print("No figures yet: no academy has delivered attendance that counts.")
        return
    by_academy: dict[str, dict[str, str]] = {}
    for figure in figures:
        by_academy.setdefault(figure["academy_id"], {})[figure["measure_id"]] = _shown(figure)
    academies = sorted(by_academy, key=lambda academy_id: (academy_id == "trust", academy_id))
    year = figures[0]["time_period"]
    print_table(
        f"{trust_name}, {year // 100}/{year % 100:02d} to {as_of}",
        ("academy", *HEADLINES.values()),
        [[academy, *(by_academy[academy].get(measure, "–") for measure in HEADLINES)] for academy in academies],
        numbers=range(1, len(HEADLINES) + 1),
    )


def _shown(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return str(figure["value_status"])
    return f"{float(figure['value']):,.0f}" if figure["measure_id"] == "roll" else f"{float(figure['value']):.1f}"
