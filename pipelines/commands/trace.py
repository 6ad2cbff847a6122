"""`matlas trace`: from a published figure down to its rows, batches, files and what is doubtful about them.

Here: the command and how a trace is printed. Not here: finding it (pipelines/trace). Never a name of a person, nor a value of a row.
"""

from pathlib import Path
from typing import Any

import click

from pipelines.commands.shared import WRONG_USAGE, CommandError, console, home_option, json_option, load_trust_of, open_home, print_json
from pipelines.commands.trace_words import (
    print_academies,
    print_checks,
    print_files,
    print_maps,
    print_next,
    print_not_in_it,
    print_parts,
    print_top,
)
from pipelines.commands.warehouse import published


@click.command("trace", short_help="Where a figure comes from.")
@click.argument("academy_id", metavar="ACADEMY")
@click.argument("measure_id", metavar="MEASURE_ID")
@home_option
@click.option("--period", metavar="PERIOD", help="A year (202526), a half-term (HT2, 202526-HT2) or a day of a week (2025-09-15).")
@click.option("--breakdown", metavar="TOPIC=VALUE", help="A group of pupils, such as fsm=yes or year_group=7.")
@click.option("--sql", "fact", metavar="ROWS", help="Print only the SQL that lists these rows, such as marks; the trace names them.")
@json_option
def trace_command(
    academy_id: str,
    measure_id: str,
    home_folder: Path | None,
    period: str | None,
    breakdown: str | None,
    fact: str | None,
    as_json: bool,
) -> int:
    """Where a published figure comes from: what it means, numerator and denominator, the rows behind it by batch and file, the maps and
    checks that touch it, and what was delivered and is not in it. ACADEMY is an academy, or `trust` for the trust's own figure.

    The rows are counted a second time; where that does not come to the published number the trace says so and ends with 1.

    \b
    Examples:
      matlas trace ashby attendance_rate
      matlas trace ashby suspension_rate --period HT2 --breakdown fsm=yes
      matlas trace trust roll
      matlas trace ashby absence_by_reason --breakdown reason=I --json
      matlas sql --format csv "$(matlas trace ashby attendance_rate --sql marks)" > rows.csv
    """
    from pipelines.trace import TraceError, Wanted, rows_of, trace

    home = open_home(home_folder)
    codes = {academy.id: academy.codes for academy in load_trust_of(home).academies}
    wanted = Wanted(academy_id, measure_id, period, breakdown)
    with published(home) as connection:
        try:
            if fact:
                click.echo(rows_of(connection, wanted, fact))
                return 0
            found = trace(connection, wanted, codes)
        except TraceError as error:
            raise CommandError(str(error), WRONG_USAGE) from None
    if as_json:
        print_json(found)
    else:
        _print(found)
    return 1 if _disagrees(found) else 0


def _print(found: dict[str, Any]) -> None:
    print_top(found)
    print_parts(found)
    print_academies(found)
    print_files(found)
    print_maps(found)
    print_checks(found)
    print_not_in_it(found)
    if _disagrees(found):
        console().print(
            "The rows do not come to the published number. That is a fault of Matlas, not of the academy: "
            "please report it with this trace.",
            style="bold red",
        )
    print_next(found)


def _disagrees(found: dict[str, Any]) -> bool:
    """Whether a second count differs. In the trust, who is at two academies counts once, so people are not added up there."""
    return any(part["agrees"] is False for part in found["parts"])
