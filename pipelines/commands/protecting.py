"""What the commands of data protection share: naming a person without showing them, and saying what could not be told.

Not here: any one command, nor who the person is (protection/people.py).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipelines.commands.shared import WRONG_USAGE, CommandError, console, load_trust_of, open_home, require_academy

if TYPE_CHECKING:
    from pipelines.protection.people import Asked, Person
    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

Command = TypeVar("Command", bound=Callable[..., Any])


def person_options(command: Command) -> Command:
    """The three ways to name a person."""
    for option in (
        click.option("--staff", metavar="ACADEMY:NUMBER", multiple=True, help="A colleague, by the number in the academy's MIS."),
        click.option(
            "--pupil",
            "pupils",
            metavar="ACADEMY:NUMBER",
            multiple=True,
            help="A pupil, by the number in the academy's MIS (again for more).",
        ),
        click.option("--upn", metavar="UPN", help="A pupil, by UPN; `--upn -` asks for it without showing it."),
    ):
        command = option(command)
    return command


def home_and_trust(folder: Path | None) -> "tuple[Home, TrustConfig]":
    """The home and its settings."""
    home = open_home(folder)
    return home, load_trust_of(home)


def asked_of(trust: "TrustConfig", upn: str | None, pupils: Sequence[str], staff: Sequence[str]) -> "Asked":
    """Whom the options name; wrong usage where they name nobody, or a pupil and a colleague."""
    from pipelines.protection.people import Asked

    if not (upn or pupils or staff) or (staff and (upn or pupils)):
        raise CommandError("Name one person: --upn UPN, --pupil ACADEMY:NUMBER or --staff ACADEMY:NUMBER.", WRONG_USAGE)
    if upn == "-":
        upn = str(click.prompt("UPN (it is not shown)", hide_input=True))
    records = tuple(_record(trust, one) for one in (*pupils, *staff))
    return Asked("colleague" if staff else "pupil", upn.strip().upper() if upn else None, records)


def people_of(trust: "TrustConfig", file: Path) -> "list[Asked]":
    """The people of a file that `matlas retention --people` wrote: a line each, `pupil ACADEMY:NUMBER` or `staff ACADEMY:NUMBER`."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        kind, _, record = line.strip().partition(" ")
        if kind not in ("pupil", "staff"):
            raise CommandError(f"{file} line {number}: expected pupil ACADEMY:NUMBER or staff ACADEMY:NUMBER.", WRONG_USAGE)
        found.append(asked_of(trust, None, [record] if kind == "pupil" else [], [record] if kind == "staff" else []))
    if not found:
        raise CommandError(f"{file} names nobody.", WRONG_USAGE)
    return found


def _record(trust: "TrustConfig", text: str) -> tuple[str, str]:
    academy_id, found, number = text.partition(":")
    if not found or not number.strip():
        raise CommandError("A number in an academy's MIS is written as ACADEMY:NUMBER, such as ashby:1042.", WRONG_USAGE)
    require_academy(trust, academy_id)
    return academy_id, number.strip()


def say_doubtful(person: "Person") -> None:
    """Say which lines were left out because they agree in part; a place is nobody's value."""
    if not person.doubtful:
        return
    console().print(
        "Left out: the same UPN stands at records with another date of birth or forename, so they may be somebody else's, and rows of "
        "results that name that UPN alone are left out with them. Look at these lines; what is the same person's is added with --pupil "
        "ACADEMY:NUMBER.",
        markup=False,
    )
    for place in sorted(person.doubtful):
        console().print(f"  {place}", markup=False)
