"""`matlas retention`: what has been kept longer than its time. It never deletes.

Not here: the periods (trust.yml, pipelines/retention.py), nor what is past them (protection/retaining.py).
"""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from pipelines.commands.protecting import home_and_trust
from pipelines.commands.shared import (
    PUBLISHED,
    WRONG_USAGE,
    CommandError,
    console,
    home_option,
    json_option,
    print_json,
    print_table,
)
from pipelines.commands.warehouse import FIRST_RUN


@click.command("retention", short_help="What has been kept longer than its time.")
@home_option
@json_option
@click.option("--as-of", metavar="DATE", help="As of this day (default: as_of in trust.yml, else today).")
@click.option(
    "--people",
    "people_file",
    type=click.Path(path_type=Path),
    help="Also write whom it is about into a new file, for `matlas erase --people`.",
)
def retention_command(home_folder: Path | None, as_json: bool, as_of: str | None, people_file: Path | None) -> int:
    """Count what is past the periods of `retention:` in trust.yml, by kind, academy and academic year. Nothing is deleted.

    \b
    Examples:
      matlas retention
      matlas retention --people ./past-their-time.txt
    """
    from pipelines.protection.retaining import overdue

    home, trust = home_and_trust(home_folder)
    day = _day(as_of) if as_of else (trust.as_of or trust.today())
    if not home.published_file.is_file():
        raise CommandError(FIRST_RUN.format(home=home.root))
    try:
        found = overdue(home, trust.retention, day, people_file)
    except FileExistsError:
        raise CommandError(f"{people_file} is there already. Name a new file.", WRONG_USAGE) from None
    if as_json:
        print_json([asdict(each) for each in found])
        return PUBLISHED
    if not found:
        console().print(f"Nothing is past its period on {day}.")
        return PUBLISHED
    rows = [(each.kind, each.academy_id, each.time_period, each.people, each.rows) for each in found]
    print_table(f"Past the periods of trust.yml on {day}", ("kind", "academy", "year", "people", "rows"), rows, numbers=(3, 4))
    console().print(
        "Nothing was deleted. People: `matlas retention --people FILE` writes their numbers into a file that only your account can read; "
        'look through it, then `matlas erase --people FILE --why "past its period"`. Registers are taken out with the pupil; Matlas has no '
        "command that takes a year of registers of everybody out.",
        markup=False,
    )
    return PUBLISHED


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of needs a date such as 2026-01-31, not “{text}”.", WRONG_USAGE) from None
