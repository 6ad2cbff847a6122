"""`matlas synth`: write a synthetic trust in every MIS's real shape.

Not here: how its pupils and marks are made up (synthetic).
"""

from pathlib import Path

import click

from pipelines.commands.shared import WRONG_USAGE, CommandError, console


@click.command("synth", short_help="A synthetic trust.")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--academies", type=click.IntRange(1, 500), default=5, show_default=True, help="How many academies.")
@click.option("--pupils", type=click.IntRange(1, 5000), default=600, show_default=True, help="Pupils in each, about.")
@click.option("--years", type=click.IntRange(1, 10), default=1, show_default=True, help="Academic years of data.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--defects", is_flag=True, help="Plant every kind of defect, listed in DIR/answers.json.")
def synth_command(directory: Path, academies: int, pupils: int, years: int, seed: int, defects: bool) -> int:
    """Write a synthetic trust into DIR, which becomes a trust home with a pinned as-of date. Nobody in it exists.

    \b
    Examples:
      matlas synth big --academies 40 --pupils 1000 --years 1 --seed 7
      matlas synth faulty --academies 6 --pupils 200 --years 1 --seed 1 --defects
    """
    if directory.exists() and any(directory.iterdir()):
        raise CommandError(f"{directory} holds other files. Name a new or an empty folder. Nothing was changed.", WRONG_USAGE)
    from pipelines.commands.run_progress import RunProgress
    from pipelines.synthetic import write_trust

    with RunProgress(stop_if_asked=lambda: None) as progress:
        progress.stage("Writing academies")
        write_trust(directory, academies=academies, pupils=pupils, years=years, seed=seed, defects=defects, progress=progress.step)
    console().print(f"{directory} is a trust home of {academies} synthetic academies. Type: matlas run --home {directory}")
    return 0
