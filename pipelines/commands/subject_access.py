"""`matlas subject-access`: every row about a person, as a folder to hand over.

Here: what is asked and what is said: counts and the folder. Not here: the rows (protection/held.py) and the pages (protection/bundle.py).
"""

from datetime import UTC, datetime
from pathlib import Path

import click

from pipelines.commands.protecting import asked_of, home_and_trust, person_options, say_doubtful
from pipelines.commands.shared import PUBLISHED, WRONG_USAGE, CommandError, console, home_option, print_table


@click.command("subject-access", short_help="Every row about a person, as a folder to hand over.")
@home_option
@person_options
@click.option("--out", type=click.Path(path_type=Path), help="The new folder (default: subject-access_DATE_TIME in the folder you are in).")
def subject_access_command(
    home_folder: Path | None, upn: str | None, pupils: tuple[str, ...], staff: tuple[str, ...], out: Path | None
) -> int:
    """Collect every row about a person in all deliveries that Matlas keeps, with file, line and load time.

    The folder can be opened by your account alone. Nothing of the person is printed.

    \b
    Examples:
      matlas subject-access --upn -                     asks for the UPN
      matlas subject-access --pupil ashby:1042 --out ./request-17
      matlas subject-access --staff ashby:T07
    """
    from pipelines.protection.bundle import write_bundle
    from pipelines.protection.held import held_of
    from pipelines.protection.people import find
    from pipelines.store.lock import held as locked

    home, trust = home_and_trust(home_folder)
    asked = asked_of(trust, upn, pupils, staff)
    with locked(home, "matlas subject-access"):  # a night takes files away that it has replaced
        person = find(home, asked)
        held = held_of(home, trust, person)
    made_at = datetime.now(UTC)
    folder = (out or Path.cwd() / f"subject-access_{made_at:%Y-%m-%d_%H%M%S}").expanduser().resolve()
    if folder.is_relative_to(home.landing_root) or folder.is_relative_to(home.published) or folder.is_relative_to(home.store):
        raise CommandError(
            "--out lies inside the trust home, where others read or nights clear up. Name a folder of your own.", WRONG_USAGE
        )
    try:
        written = write_bundle(folder, held, person, trust.trust.name, made_at)
    except FileExistsError:
        raise CommandError(f"{folder} is there already. Name a new folder with --out.", WRONG_USAGE) from None
    rows = [(academy, table, number) for academy, counts in held.counts().items() for table, number in counts.items()]
    print_table("Rows about the person", ("academy", "table", "rows"), rows, numbers=(2,))
    say_doubtful(person)
    console().print(
        f"{written.files} files in {written.folder} (only your account can open it). Begin with {written.page.name}. Read it before you "
        "hand it over, send it by a safe way, and delete the folder afterwards.",
        markup=False,
    )
    return PUBLISHED
