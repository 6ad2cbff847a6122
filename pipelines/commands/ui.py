"""`matlas ui`: Dagster's web pages on one trust home: its history, its schedule, one academy run again.

Not here: the job itself.
"""

import os
import subprocess
import sys
from pathlib import Path

import click

from pipelines.commands.shared import CommandError, console, home_option, load_trust_of, open_home


@click.command("ui", short_help="Dagster's web pages.")
@home_option
@click.option("--port", type=int, default=3000, show_default=True)
def ui_command(home_folder: Path | None, port: int) -> int:
    """Open Dagster's web pages on this home, with its schedule and sensor running until Ctrl-C.

    \b
    Example:
      matlas ui --home demo --port 3001
    """
    home = open_home(home_folder)
    load_trust_of(home)
    home.prepare()
    from pipelines.job.instance import prepare

    prepare(home)
    console().print(f"Dagster's pages: http://127.0.0.1:{port} (Ctrl-C ends them)")
    ended = subprocess.run(  # noqa: S603 — our own interpreter, fixed arguments
        [sys.executable, "-m", "dagster", "dev", "-m", "pipelines.definitions", "--port", str(port), "--log-level", "warning"],
        check=False,
        cwd=home.root,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    if ended.returncode not in (0, 130, -2):
        raise CommandError(f"Dagster's pages ended with code {ended.returncode}. Is port {port} taken? Try --port {port + 1}.")
    return 0
