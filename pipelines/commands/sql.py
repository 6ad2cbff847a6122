"""`matlas sql`: read-only SQL on the published warehouse.

Here: one query in, one table out; no other file can be read or written by it. Not here: any query of Matlas's own.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.shared import WRONG_USAGE, CommandError, console, home_option, open_home, print_json, print_table
from pipelines.commands.warehouse import published

if TYPE_CHECKING:
    import duckdb

SHOWN = 500


@click.command("sql", short_help="Read-only SQL.")
@click.argument("query", metavar="SQL")
@home_option
@click.option("--format", "output", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True)
def sql_command(query: str, home_folder: Path | None, output: str) -> int:
    """Ask the published warehouse one question in SQL.

    \b
    Examples:
      matlas sql "select * from marts.scorecard limit 10"
      matlas sql --format csv "select * from marts.measure_value" > measures.csv
      matlas sql --format parquet "from core.fct_attendance_session" > sessions.parquet
      matlas sql "select table_name, comment from duckdb_tables()"
    """
    import duckdb

    with published(open_home(home_folder)) as connection:
        try:
            statements = connection.extract_statements(query)
            if len(statements) != 1:
                raise CommandError("Give one SQL statement.", WRONG_USAGE)
            answer = connection.execute(statements[0])
            _print(answer, output)
        except duckdb.Error as error:
            raise CommandError(f"The warehouse could not answer. {error}") from None
    return 0


def _print(answer: "duckdb.DuckDBPyConnection", output: str) -> None:
    names = [column[0] for column in answer.description or []]
    if output == "table":
        _print_table(answer, names)
    elif output == "csv":
        _print_csv(answer, names)
    elif output == "json":
        print_json([dict(zip(names, row, strict=True)) for row in answer.fetchall()])
    else:
        _print_parquet(answer)


def _print_table(answer: "duckdb.DuckDBPyConnection", names: list[str]) -> None:
    rows = answer.fetchmany(SHOWN + 1)
    numbers = [
        position
        for position, _ in enumerate(names)
        if rows and isinstance(rows[0][position], (int, float)) and rows[0][position] is not True
    ]
    print_table(None, names, rows[:SHOWN], numbers=numbers)
    if len(rows) > SHOWN:
        console().print(f"The first {SHOWN} rows; --format csv gives them all.")


def _print_csv(answer: "duckdb.DuckDBPyConnection", names: list[str]) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    while rows := answer.fetchmany(10_000):
        writer.writerows(rows)


def _print_parquet(answer: "duckdb.DuckDBPyConnection") -> None:
    if sys.stdout.isatty():
        raise CommandError("Parquet is not for a screen. Add, for example: > answer.parquet", WRONG_USAGE)
    import pyarrow.parquet as parquet

    parquet.write_table(answer.to_arrow_table(), sys.stdout.buffer)
