"""`matlas measure`: what a measure means, in plain English, its figures, and what stands beside them.

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
    select
        figures.academy_id,
        figures.phase,
        figures.time_period,
        figures.period_end,
        figures.numerator,
        figures.denominator,
        figures.value,
        figures.value_status,
        concat_ws(
            ', ',
            case when contains(scorecard.caveat, 'Provisional') then 'provisional' end,
            case when contains(scorecard.caveat, 'those of this year are not in yet') then 'the latest there is' end,
            case figures.value_status when 'x' then 'not delivered' when 'z' then 'nobody or nothing to count' end
        ) as note
    from marts.measure_value as figures
    left join marts.scorecard as scorecard using (academy_id, measure_id, phase, time_period)
    where figures.measure_id = $measure
        and figures.breakdown_topic = 'all'
        and figures.period_type = 'year_to_date'
        and figures.level in ('academy', 'trust')
        and (figures.level = 'academy' or figures.phase = 'all')
        and ($academy is null or figures.academy_id = $academy)
    order by figures.level desc, figures.academy_id, figures.time_period desc
"""


BESIDE = """
    select
        academy_id,
        time_period,
        value,
        last_year_value,
        trust_value,
        national_value,
        national_period,
        national_source,
        similar_value,
        similar_n,
        similar_of,
        similar_period,
        similar_source,
        target_value,
        rag,
        percentile_in_trust,
        percentile_published,
        ci_low,
        ci_high,
        significance
    from marts.scorecard
    where measure_id = $measure and value is not null and ($academy is null or academy_id = $academy)
    order by academy_id = 'trust', academy_id
"""
SIGNIFICANCE = {"above": "above", "below": "below", "not_different": "not different"}
"""How the interval lies to England's figure."""


@click.command("measure", short_help="A measure and its figures.")
@click.argument("measure_id", metavar="MEASURE_ID")
@home_option
@academy_option
def measure_command(measure_id: str, home_folder: Path | None, academy_id: str | None) -> int:
    """A measure's definition in plain English, its year-to-date figures, and what the scorecard sets beside the latest of each academy.

    The other periods and groups are in marts.measure_value.

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
        beside = records(connection, BESIDE, {"measure": measure_id, "academy": academy_id})
    for name, text in definition.items():
        if text not in (None, ""):
            console().print(f"[bold]{name.replace('_', ' ')}[/bold]: ", end="")
            console().print(str(text), markup=False)
    if not figures:
        console().print("No figure yet for the choice you made.")
        return 0
    print_table(
        None,
        ("academy", "year", "counted to", "numerator", "denominator", f"value ({definition['unit']})", "note"),
        [
            [
                row["academy_id"],
                year_words(row["time_period"]),
                row["period_end"],
                number_words(row["numerator"]),
                number_words(row["denominator"]),
                row["value_status"] if row["value"] is None else number_words(row["value"]),
                row["note"],
            ]
            for row in figures
        ],
        numbers=(3, 4, 5),
    )
    if beside:
        _print_beside(beside)
    return 0


def _print_beside(beside: list[dict[str, Any]]) -> None:
    """What the latest figures are compared with, and below it of which period and from where."""
    headings = ("academy", "year", "value", "95 % interval", "last year", "trust", "England", "similar", "goal", "place: trust, published")
    print_table("Beside the latest figures", headings, [_beside_row(row) for row in beside], numbers=(2, 4, 5, 7))
    sources = {f"England: {row['national_period']}. {row['national_source']}." for row in beside if row["national_value"] is not None}
    sources |= {
        f"Similar schools: {row['similar_period']}. {row['similar_source']}; the nearest of {row['similar_of']}."
        for row in beside
        if row["similar_value"] is not None
    }
    for source in sorted(sources):
        console().print(f"  {source}", markup=False)
    console().print("  What to know before reading them: `caveat` in marts.scorecard.", markup=False)


def _beside_row(row: dict[str, Any]) -> list[object]:
    places = (row["percentile_in_trust"], row["percentile_published"])
    return [
        row["academy_id"],
        year_words(row["time_period"]),
        number_words(row["value"]),
        f"{number_words(row['ci_low'])} to {number_words(row['ci_high'])}" if row["ci_low"] is not None else None,
        number_words(row["last_year_value"]),
        number_words(row["trust_value"]),
        ", ".join(filter(None, (number_words(row["national_value"]), SIGNIFICANCE.get(row["significance"])))),
        number_words(row["similar_value"]),
        " ".join(filter(None, (number_words(row["target_value"]), row["rag"]))),
        ", ".join("–" if place is None else number_words(place) for place in places)
        if any(place is not None for place in places)
        else None,
    ]


def year_words(time_period: int) -> str:
    """An academic year as people write it: 2025/26."""
    return f"{time_period // 100}/{time_period % 100:02d}"


def _definition(connection: "duckdb.DuckDBPyConnection", measure_id: str) -> dict[str, Any]:
    found = records(connection, "select * from ref.measure where measure_id = $measure", {"measure": measure_id})
    if not found:
        known = [row["measure_id"] for row in records(connection, "select measure_id from ref.measure order by all")]
        raise CommandError(f"There is no measure “{measure_id}”. {did_you_mean(measure_id, known)}", WRONG_USAGE)
    return found[0]


def number_words(value: object) -> str:
    """A figure as people write it: whole, or with two decimals; empty without one."""
    if value is None:
        return ""
    number = float(str(value))
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"
