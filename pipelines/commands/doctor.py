"""`matlas doctor`: is everything here that a night needs, and if not, what to do.

Here: the list of checks and how it is shown. Not here: the checks (doctor_checks.py).
"""

from pathlib import Path

import click

from pipelines.commands.doctor_checks import MACHINE, OF_HOME, Finding
from pipelines.commands.shared import NOT_PUBLISHED, console, home_option
from pipelines.store.home import HomeNotFoundError, find_home

SIGNS = {"ok": "[green]✓[/green]", "note": "[yellow]![/yellow]", "wrong": "[red]✗[/red]"}


@click.command("doctor", short_help="Check the machine and the home.")
@home_option
def doctor_command(home_folder: Path | None) -> int:
    """Check the machine, the home, trust.yml, profiles, disk and locks; say what to do about what is wrong.

    Ends with 1 when something is wrong, else with 0.

    \b
    Example:
      matlas doctor --home demo
    """
    findings = [check() for check in MACHINE]
    try:
        home = find_home(home_folder)
    except HomeNotFoundError as error:
        findings.append(Finding("home", "wrong", str(error)))
    else:
        findings.append(Finding("home", "ok", str(home.root)))
        findings += [check(home) for check in OF_HOME]
    for finding in findings:
        console().print(f"{SIGNS[finding.state]} [bold]{finding.about}[/bold]: ", end="")
        console().print(finding.says, markup=False)
    return NOT_PUBLISHED if any(finding.state == "wrong" for finding in findings) else 0
