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
    "pupils": ("roll",),
    "pupil\npremium %": ("pupil_premium_pct",),
    "attend-\nance %": ("attendance_rate",),
    "persistent\nabsence %": ("persistent_absence_rate",),
    "suspensions\nper 100": ("suspension_rate",),
    "results": ("ks2_rwm_expected_pct", "attainment8"),
    "on\ntrack %": ("on_track_pct",),
    "in a\nclub %": ("enrichment_pct",),
    "pupils\nsay yes %": ("pupil_voice_pct",),
    "teachers\nleft %": ("teacher_turnover_pct",),
}
"""What a trust's leader looks at first: at least one figure of each of the eight domains; all others are in marts.scorecard."""

OF_A_STAGE = {"ks2_rwm_expected_pct": "KS2", "attainment8": "A8"}
"""Which of two results a figure is: a primary has one of them, a secondary the other, and the trust both."""

BELOW_THE_TRUST = {"goal": "target_value", "England": "national_value"}
"""What stands below the trust's row, where there is any: the trust's goals, and England's like figures."""

FIGURES = """
    with parameters as (
        select max(time_period) as as_of_time_period from marts.scorecard
    )
    select
        academy_id,
        measure_id,
        time_period,
        time_period < as_of_time_period as is_of_an_earlier_year,
        coalesce(contains(caveat, 'Provisional'), false) as is_provisional,
        value,
        value_status,
        target_value,
        national_value
    from marts.scorecard
    cross join parameters
"""


def print_summary(connection: "duckdb.DuckDBPyConnection", trust_name: str, as_of: "date", waiting: "list[Waiting]") -> None:
    """Print everything a run ends with, but where the file is."""
    _print_scorecard(records(connection, FIGURES), trust_name, as_of)
    print_quality(academies_in(connection, as_of))
    print_waiting(waiting)


def print_where(path: Path, home: Path, report: Path | None) -> None:
    """Where the warehouse is and how to open it, and where its quality report is."""
    console().print(f"[bold]The warehouse[/bold]: {path}")
    console().print(f'  matlas sql --home {home} "select * from marts.scorecard limit 20"', markup=False)
    console().print("  or any DuckDB client, opened read-only; marts.* is what most people open, and every column has a comment.")
    if report:
        console().print(f"[bold]The quality report[/bold]: {report}  (one page; opens in any browser, offline)")


def _print_scorecard(figures: list[dict[str, Any]], trust_name: str, as_of: "date") -> None:
    by_academy: dict[str, dict[str, dict[str, Any]]] = {}
    for figure in figures:
        by_academy.setdefault(figure["academy_id"], {})[figure["measure_id"]] = figure
    if all(figure["value"] is None for figure in figures):
        console().print("No figures yet: no academy has delivered anything that counts.")
        return
    academies = sorted(by_academy, key=lambda academy_id: (academy_id == "trust", academy_id))
    year = max(figure["time_period"] for figure in figures)
    shown = [[academy, *(_cell(by_academy[academy], measures) for measures in HEADLINES.values())] for academy in academies]
    shown += [row for name, column in BELOW_THE_TRUST.items() if (row := _below(name, column, by_academy.get("trust", {})))]
    print_table(
        f"{trust_name}, {year // 100}/{year % 100:02d} to {as_of}", ("academy", *HEADLINES), shown, numbers=range(1, len(HEADLINES) + 1)
    )
    console().print(f"  {_legend(' '.join(cell for row in shown for cell in row[1:]))}", markup=False)


def _below(name: str, column: str, of_trust: dict[str, dict[str, Any]]) -> list[str] | None:
    """A row of what the trust's figures are compared with; none where nothing is."""
    found = {
        measure: {**figure, "value": figure[column], "is_provisional": False}
        for measure, figure in of_trust.items()
        if figure[column] is not None
    }
    cells = [", ".join(_shown(found[measure]) for measure in measures if measure in found) for measures in HEADLINES.values()]
    return [name, *cells] if any(cells) else None


def _cell(figures: dict[str, dict[str, Any]], measures: tuple[str, ...]) -> str:
    """The measures that have a figure, else why there is none: not delivered before not applicable."""
    found = [figures[measure] for measure in measures if measure in figures]
    given = [figure for figure in found if figure["value"] is not None]
    return ", ".join(_shown(figure) for figure in given) or max(
        (str(figure["value_status"]) for figure in found), key="zx".find, default="–"
    )


def _shown(figure: dict[str, Any]) -> str:
    number = f"{float(figure['value']):,.0f}" if figure["measure_id"] == "roll" else f"{float(figure['value']):.1f}"
    marks = ("*" if figure["is_of_an_earlier_year"] else "") + ("p" if figure["is_provisional"] else "")
    return " ".join(part for part in (OF_A_STAGE.get(figure["measure_id"]), number + marks) if part)


def _legend(cells: str) -> str:
    """What the signs of this table mean, and no others."""
    words = cells.split()
    meanings = {
        "KS2: expected in all three, %": "KS2" in words,
        "A8: Attainment 8": "A8" in words,
        "*: of an earlier year": any("*" in word for word in words),
        "p: provisional": any(word.rstrip(",").endswith("p") for word in words),
        "x: not delivered": "x" in words,
        "z: nobody or nothing to count": "z" in words,
    }
    return ". ".join([*(meaning for meaning, is_met in meanings.items() if is_met), "All measures: marts.scorecard."])
