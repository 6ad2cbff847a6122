"""`matlas serve`: what is published, in a database server, for readers with logins.

Not here: loading, rights and row-level security (pipelines/serve).
"""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.shared import PUBLISHED, SOMETHING_WAITS, WRONG_USAGE, CommandError, console, home_option, load_trust_of, open_home
from pipelines.commands.warehouse import FIRST_RUN

if TYPE_CHECKING:
    from pipelines.serve.loading import Loaded

WITHOUT_DRIVER = (
    "Serving needs PostgreSQL's driver, which is not installed: pip install 'matlas[postgres]' (or: pip install 'psycopg[binary]')."
)


@click.command("serve", short_help="Load a PostgreSQL server.")
@click.argument("server", metavar="postgres", type=click.Choice(["postgres"]))
@click.option("--url-env", metavar="NAME", default="MATLAS_PG", show_default=True, help="The environment variable that holds the URL.")
@click.option(
    "--seconds", metavar="N", type=click.IntRange(1, 86_400), default=120, show_default=True, help="What a reader's statement may take."
)
@click.option("--setup", is_flag=True, help="Load nothing: print what an administrator of the server types before the first load.")
@home_option
def serve_command(server: str, url_env: str, seconds: int, setup: bool, home_folder: Path | None) -> int:
    """Load the published night into PostgreSQL 15 or newer, for the logins that trust.yml names under access.

    The environment variable holds a URL such as postgresql://matlas_loader:…@server:5432/matlas; it is never shown. The database is
    Matlas's own. It is loaded in one transaction: readers have the old night until the new one is whole, and keep it when a load fails or
    is killed. Nothing is loaded by `matlas run`: type this after it.

    Exit codes: 0 loaded · 3 loaded, but something waits for a person · 1 not loaded, readers have what they had · 2 wrong usage.

    \b
    Examples:
      matlas serve postgres --setup | psql -h server -U postgres
      matlas run; matlas serve postgres
    """
    home = open_home(home_folder)
    trust = load_trust_of(home)
    try:
        from pipelines.serve.errors import ServeError
        from pipelines.serve.loading import load
        from pipelines.serve.setup import setup_sql
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise CommandError(WITHOUT_DRIVER) from None
    if setup:
        click.echo(setup_sql(trust.access.logins), nl=False)
        return PUBLISHED
    url = os.environ.get(url_env)
    if not url:
        raise CommandError(
            f"The environment variable {url_env} is empty. It holds the URL of the database: postgresql://login:password@server:5432/database.",
            WRONG_USAGE,
        )
    if not home.published_file.exists():
        raise CommandError(FIRST_RUN.format(home=home.root))
    began = time.monotonic()
    try:
        with console(to_stderr=True).status("Loading") as status:
            loaded = load(home, trust, url, seconds, lambda table, rows: status.update(f"Loaded {table}: {rows:,} rows"))
    except ServeError as error:
        raise CommandError(str(error)) from None
    return _report(loaded, time.monotonic() - began)


def _report(loaded: "Loaded", took: float) -> int:
    console().print(f"Loaded {loaded.tables} tables, {loaded.rows:,} rows, in {took:.1f} seconds. Readers have the new night.")
    waits = []
    if loaded.missing_logins:
        waits.append(
            f"trust.yml names logins that the server does not have: {', '.join(loaded.missing_logins)}. Nobody reads as these until an "
            "administrator types what `matlas serve postgres --setup` prints, and you load again."
        )
    if loaded.torn:
        waits.append(
            f"These logins are in groups of more than one audience, and read nothing: {', '.join(loaded.torn)}. "
            "Take them out of all but one."
        )
    if not loaded.is_night_before_gone:
        waits.append("A reader's session still holds the night before. Nobody new reads it; it goes with the next load, or load again now.")
    for sentence in waits:
        console(to_stderr=True).print(sentence, markup=False)
    return SOMETHING_WAITS if waits else PUBLISHED
