"""`matlas benchmarks load`: official files into the store, from where the next run puts them into ref.benchmark.

Not here: which files are known and how they are read (pipelines/benchmarks).
"""

from datetime import datetime
from pathlib import Path

import click

from pipelines.commands.shared import CommandError, console, home_option, open_home


@click.group("benchmarks", short_help="Official figures to compare with.")
def benchmarks_command() -> None:
    """Load official figures to compare with: files as DfE offers them for download, unopened and unchanged."""


@benchmarks_command.command("load")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option(
    "--published-on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day DfE published them; kept beside each figure."
)
@click.option(
    "--time-period",
    type=click.IntRange(200001, 209900),
    metavar="YEAR",
    help="The academic year, as in 202324, of a file that does not say it itself (open school data: of its newest absence figures).",
)
@home_option
def load_command(files: tuple[Path, ...], published_on: datetime | None, time_period: int | None, home_folder: Path | None) -> int:
    """Load official CSV files. Each is recognised by its header; an unknown one is refused with the list of known ones.

    The figures stand in ref.benchmark from the next `matlas run`. Loading a newer file of a series replaces the figures it repeats; older
    periods stay.

    \b
    Example:
      matlas benchmarks load pupil_attendance.csv --published-on 2025-10-16
      matlas benchmarks load school_data.csv --time-period 202324
    """
    from pipelines.benchmarks import BenchmarkError, LoadedSchools, load_file

    home = open_home(home_folder)
    for path in files:
        try:
            loaded = load_file(home, path, published_on.date() if published_on else None, time_period)
        except BenchmarkError as error:
            raise CommandError(str(error)) from None
        if isinstance(loaded, LoadedSchools):
            console().print(
                f"{path.name}: {loaded.known.title}. {loaded.schools} schools, {loaded.values} values "
                f"({loaded.without_value} are not there), figures for {', '.join(map(str, loaded.time_periods))}. "
                "They stand in ref.school from the next `matlas run`."
            )
            continue
        without = f", {sum(loaded.symbols.values())} with a symbol instead" if loaded.symbols else ""
        console().print(
            f"{path.name}: {loaded.known.title}. {loaded.rows_used} of {loaded.rows_in_file} rows, {loaded.figures} figures{without}, "
            f"for {', '.join(map(str, loaded.time_periods))}. They stand in ref.benchmark from the next `matlas run`."
        )
    return 0
