"""`matlas synth`: write a synthetic trust in every MIS's real shape.

Not here: how its pupils and marks are made up (synthetic).
"""

import datetime
from pathlib import Path

import click

from pipelines.commands.shared import WRONG_USAGE, CommandError, console


@click.command("synth", short_help="A synthetic trust.")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--academies", type=click.IntRange(1, 500), default=5, show_default=True, help="How many academies.")
@click.option("--pupils", type=click.IntRange(1, 5000), default=600, show_default=True, help="Pupils in each, about.")
@click.option("--years", type=click.IntRange(1, 10), default=1, show_default=True, help="Academic years of data.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--as-of", metavar="DATE", help="The day of the last exports, such as 2026-03-13 (default: one late in July).")
@click.option("--defects", is_flag=True, help="Plant every kind of defect, listed in DIR/answers.json.")
def synth_command(directory: Path, academies: int, pupils: int, years: int, seed: int, as_of: str | None, defects: bool) -> int:
    """Write a synthetic trust into DIR, which becomes a trust home with a pinned as-of date. Nobody in it exists.

    \b
    Examples:
      matlas synth big --academies 40 --pupils 1000 --years 1 --seed 7
      matlas synth later --seed 7 --as-of 2026-07-20    the same pupils and marks, a school day more
      matlas synth faulty --academies 6 --pupils 200 --years 1 --seed 1 --defects
    """
    if directory.exists() and any(directory.iterdir()):
        raise CommandError(f"{directory} holds other files. Name a new or an empty folder. Nothing was changed.", WRONG_USAGE)
    from pipelines.commands.run_progress import RunProgress
    from pipelines.synthetic import write_trust
    from pipelines.synthetic.plan import AS_OF

    day = _day(as_of) if as_of else AS_OF
    with RunProgress(stop_if_asked=lambda: None) as progress:
        progress.stage("Writing academies")
        write_trust(
            directory, academies=academies, pupils=pupils, years=years, seed=seed, defects=defects, progress=progress.step, as_of=day
        )
    console().print(f"{directory} is a trust home of {academies} synthetic academies. Type: matlas run --home {directory}")
    return 0


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of needs a date such as 2026-03-13, not “{text}”.", WRONG_USAGE) from None
