"""`matlas rejected`: the rows that were turned away: file, line, reason, column. Never a value of a person's data.

Not here: why a reason is a reason (ingest), and what was held as a whole (`matlas batches`).
"""

import sys
from pathlib import Path
from typing import Any

import click

from pipelines.commands.shared import (
    academy_option,
    console,
    home_option,
    load_trust_of,
    open_home,
    print_json,
    print_table,
    require_academy,
)
from pipelines.commands.warehouse import FIRST_RUN, records_if_published

HEADINGS = ("academy_id", "file_name", "source_row", "reason_code", "column_name")
SHOWN = 200
REJECTED = """
    select *
    from dq.rejected_row
    where $academy is null or academy_id = $academy
    order by all
"""


@click.command("rejected", short_help="Rejected rows.")
@home_option
@academy_option
@click.option("--format", "output", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def rejected_command(home_folder: Path | None, academy_id: str | None, output: str) -> int:
    """Every rejected row of the deliveries that count: in which file and line, why, and which column.

    \b
    Examples:
      matlas rejected --academy ashby
      matlas rejected --format csv > rejected.csv
    """
    home = open_home(home_folder)
    require_academy(load_trust_of(home), academy_id)
    rows = records_if_published(home, REJECTED, {"academy": academy_id})
    if output == "json":
        print_json(rows)
    elif output == "csv":
        _print_csv(rows)
    else:
        _print_table(rows, "No row was rejected." if home.published_file.exists() else FIRST_RUN.format(home=home.root))
    return 0


def _print_csv(rows: list[dict[str, Any]]) -> None:
    import csv

    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else list(HEADINGS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _print_table(rows: list[dict[str, Any]], if_none: str) -> None:
    if not rows:
        console().print(if_none)
        return
    print_table(None, HEADINGS, [[row.get(name) for name in HEADINGS] for row in rows[:SHOWN]], numbers=(2,))
    if len(rows) > SHOWN:
        console().print(f"{len(rows) - SHOWN:,} more: matlas rejected --format csv lists them all.")
