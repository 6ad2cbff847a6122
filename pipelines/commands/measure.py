"""`matlas measure`: what a measure means, in plain English, and its figures.

Not here: how it is computed (models/measures) or where a figure's rows came from.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.shared import (
    WRONG_USAGE,
    CommandError,
    academy_option,
    console,
    did_you_mean,
    home_option,
    load_trust_of,
    open_home,
    print_table,
    require_academy,
)
from pipelines.commands.warehouse import published, records

if TYPE_CHECKING:
    import duckdb

FIGURES = """
    select academy_id, phase, time_period, period_end, numerator, denominator, value, value_status
    from marts.measure_value
    where measure_id = $measure
        and breakdown_topic = 'all'
        and period_type = 'year_to_date'
        and level in ('academy', 'trust')
        and (level = 'academy' or phase = 'all')
        and ($academy is null or academy_id = $academy)
    order by level desc, academy_id, time_period desc
"""


@click.command("measure", short_help="A measure and its figures.")
@click.argument("measure_id", metavar="MEASURE_ID")
@home_option
@academy_option
def measure_command(measure_id: str, home_folder: Path | None, academy_id: str | None) -> int:
    """A measure's definition in plain English and its year-to-date figures; the other periods and groups are in marts.measure_value.

    \b
    Examples:
      matlas measure attendance_rate
      matlas measure persistent_absence_rate --academy ashby
    """
    home = open_home(home_folder)
    require_academy(load_trust_of(home), academy_id)
    with published(home) as connection:
        definition = _definition(connection, measure_id)
        figures = records(connection, FIGURES, {"measure": measure_id, "academy": academy_id})
    for name, text in definition.items():
        if text not in (None, ""):
            console().print(f"[bold]{name.replace('_', ' ')}[/bold]: ", end="")
            console().print(str(text), markup=False)
    if not figures:
        console().print("No figure yet for the choice you made.")
        return 0
    print_table(
        None,
        ("academy", "year", "counted to", "numerator", "denominator", "value"),
        [
            [
                row["academy_id"],
                year_words(row["time_period"]),
                row["period_end"],
                _number(row["numerator"]),
                _number(row["denominator"]),
                row["value_status"] if row["value"] is None else _number(row["value"]),
            ]
            for row in figures
        ],
        numbers=(3, 4, 5),
    )
    return 0


def year_words(time_period: int) -> str:
    """An academic year as people write it: 2025/26."""
    return f"{time_period // 100}/{time_period % 100:02d}"


def _definition(connection: "duckdb.DuckDBPyConnection", measure_id: str) -> dict[str, Any]:
    found = records(connection, "select * from ref.measure where measure_id = $measure", {"measure": measure_id})
    if not found:
        known = [row["measure_id"] for row in records(connection, "select measure_id from ref.measure order by all")]
        raise CommandError(f"There is no measure “{measure_id}”. {did_you_mean(measure_id, known)}", WRONG_USAGE)
    return found[0]


def _number(value: object) -> str:
    if value is None:
        return ""
    number = float(str(value))
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"
