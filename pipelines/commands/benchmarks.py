"""`matlas benchmarks load` and `list`: official files into the store, from where the next run puts them into ref.benchmark.

Not here: which files are known and how they are read (pipelines/benchmarks).
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.shared import CommandError, console, home_option, open_home, print_json, print_table

if TYPE_CHECKING:
    from pipelines.benchmarks import Kept, Loaded

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("benchmarks", short_help="Official figures to compare with.")
def benchmarks_command() -> None:
    """Load official figures to compare with: files as DfE offers them for download, unopened and unchanged."""


@benchmarks_command.command("load")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--published-on", type=DAY, metavar="DATE", help="The day DfE published them; kept beside each figure.")
@click.option(
    "--up-to", type=DAY, metavar="DATE", help="The last day that a file of a year to date counts, where the file does not say it."
)
@click.option(
    "--time-period", type=int, metavar="YEAR", help="The academic year, as in 202324, of a file of schools, which does not say it itself."
)
@home_option
def load_command(
    files: tuple[Path, ...], published_on: datetime | None, up_to: datetime | None, time_period: int | None, home_folder: Path | None
) -> int:
    """Load official CSV files. Each is recognised by its header; an unknown one is refused with the list of known ones.

    Known are DfE's files of pupil attendance, pupil absence, suspensions and exclusions, key stage 2 and key stage 4 (Explore Education
    Statistics), the establishments and links of Get Information About Schools, and the school data behind DfE's similar schools service.

    The figures stand in ref.benchmark from the next `matlas run`. Where two files have a figure, the one published later counts (without
    --published-on, the day of loading stands for it); older periods stay.

    \b
    Examples:
      matlas benchmarks load pupil_attendance.csv --published-on 2025-10-16
      matlas benchmarks load EES_ytd_data.csv --up-to 2025-12-05
      matlas benchmarks load school_data.csv --time-period 202324
    """
    from pipelines.benchmarks import BenchmarkError, Occasion, load_file

    home = open_home(home_folder)
    occasion = Occasion(published_on.date() if published_on else None, up_to.date() if up_to else None, time_period)
    for path in files:
        try:
            loaded = load_file(home, path, occasion)
        except BenchmarkError as error:
            raise CommandError(str(error)) from None
        console().print(f"{path.name}: {_said(loaded)}")
    return 0


@benchmarks_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout.")
@home_option
def list_command(as_json: bool, home_folder: Path | None) -> int:
    """List the official files that were loaded: series, periods, figures and symbols, and when.

    \b
    Example:
      matlas benchmarks list
    """
    from dataclasses import asdict

    from pipelines.benchmarks import kept_files

    kept = kept_files(open_home(home_folder))
    if as_json:
        print_json([asdict(one) for one in kept])
    elif not kept:
        console().print(
            "No official file has been loaded. The figures of England and its regions that come with Matlas are in ref.benchmark; "
            "`matlas benchmarks load FILE` adds more."
        )
    else:
        headings = ("file", "what it is", "series", "years", "of the year", "figures or rows", "symbols", "published", "loaded")
        print_table(None, headings, [_row(one) for one in kept], numbers=(5,))
    return 0


def _row(one: "Kept") -> tuple[object, ...]:
    years = [str(year) for year in one.time_periods]
    return (
        one.file_name,
        one.title,
        one.series,
        f"{years[0]} to {years[-1]}" if len(years) > 2 else ", ".join(years),
        ", ".join(one.periods),
        one.rows,
        _counted(one.symbols),
        one.published_on,
        f"{one.loaded_at:%Y-%m-%d %H:%M}" if one.loaded_at else None,
    )


def _said(loaded: "Loaded") -> str:
    """What came of a file, in sentences: nothing of it is lost without a word."""
    from pipelines.benchmarks import SchoolFile

    if not loaded.time_periods:
        return f"{loaded.known.title}. {loaded.rows_used} rows. They are used from the next `matlas run`."
    if isinstance(loaded.known, SchoolFile):
        return (
            f"{loaded.known.title}. {loaded.rows_used} schools, {loaded.figures} values, "
            f"{sum(loaded.symbols.values())} that are not there, figures for {', '.join(map(str, loaded.time_periods))}. "
            "They stand in ref.school from the next `matlas run`."
        )
    symbols = f", {sum(loaded.symbols.values())} with a symbol instead ({_counted(loaded.symbols)})" if loaded.symbols else ""
    said = [
        f"{loaded.known.title}. {loaded.rows_used} of {loaded.rows_in_file} rows, {loaded.figures} figures{symbols}, "
        f"for {', '.join(map(str, loaded.time_periods))}."
    ]
    if loaded.left_out:
        said.append("Left out: " + ", ".join(f"{rows} rows of {reason}" for reason, rows in loaded.left_out.items()) + ".")
    if loaded.to_unknown_day:
        said.append("The year was not over: say with --up-to the last day it counts, or nothing is compared with it.")
    return " ".join([*said, "They stand in ref.benchmark from the next `matlas run`."])


def _counted(symbols: dict[str, int]) -> str:
    return ", ".join(f"{count} {symbol}" for symbol, count in symbols.items())
