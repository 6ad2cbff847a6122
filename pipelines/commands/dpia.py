"""`matlas dpia`: the record of processing of this trust as a page, for its data protection impact assessment.

Not here: the record (protection/processing.py) and the page (protection/dpia.py).
"""

from pathlib import Path

import click

from pipelines.commands.protecting import home_and_trust
from pipelines.commands.shared import PUBLISHED, WRONG_USAGE, CommandError, console, home_option


@click.command("dpia", short_help="The record of processing, for a data protection impact assessment.")
@home_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default="matlas-dpia.html", show_default=True, help="The new file.")
def dpia_command(home_folder: Path | None, out: Path) -> int:
    """Write every delivered column with its class, purpose, readers, period and source as one page. It holds nobody's data.

    \b
    Example:
      matlas dpia --out ./matlas-dpia.html
    """
    from pipelines.protection.dpia import page

    _, trust = home_and_trust(home_folder)
    text = page(trust, trust.today())
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CommandError(f"{out} is there already. Name a new file with --out.", WRONG_USAGE) from None
    out.chmod(0o640)
    console().print(f"{out}: one page, which opens in any browser. The lines marked “To say” are yours.", markup=False)
    return PUBLISHED
